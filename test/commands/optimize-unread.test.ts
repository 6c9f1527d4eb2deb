import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Checkout, makeCheckout } from './checkout.ts';
import { configuration, kernel } from './twice-targets.ts';

const CONFIG = '.github/kernelwright.yml';
let checkout: Checkout;
beforeEach(() => {
  checkout = makeCheckout();
});
afterEach(() => checkout.remove());

const optimize = (...flags: string[]) =>
  checkout.run(
    'optimize',
    ...['--device', 'emulated', '--model', 'tuner', '--json'],
    ...['--report-dir', join(checkout.folder, 'report'), ...flags],
  );
const NOT_TEXT = /^linked\.cu is a link that leads out of the repository/;

it('with --all works on the targets that can be read, says what is wrong with each other one, and fails at its end', async () => {
  checkout.write(CONFIG, configuration('gone', 'good', 'linked'));
  checkout.write('good.cu', kernel('good'));
  symlinkSync('/etc/hostname', join(checkout.folder, 'linked.cu'));
  const { status, text, steps } = await optimize('--all');
  expect(status).toBe(2);
  const result = JSON.parse(text);
  expect(result.targets.map(({ target }: { target: string }) => target)).toEqual(['good']);
  expect(result.left_out).toEqual([
    { target: 'gone', because: 'there is no gone.cu in the working tree; correct "source" in the configuration.' },
    { target: 'linked', because: expect.stringMatching(NOT_TEXT) },
  ]);
  expect(steps).toContain(
    'gone is left out: there is no gone.cu in the working tree; correct "source" in the configuration.',
  );
});

it('of changed targets too, and not for those that did not change', async () => {
  checkout.write(CONFIG, configuration('good', 'linked', 'other'));
  checkout.write('other.cu', kernel('other'));
  await checkout.commit();
  checkout.write('good.cu', kernel('good'));
  symlinkSync('/etc/hostname', join(checkout.folder, 'linked.cu'));
  const { status, text } = await optimize();
  expect([status, JSON.parse(text).left_out]).toEqual([
    2,
    [{ target: 'linked', because: expect.stringMatching(NOT_TEXT) }],
  ]);
});

it('needs neither a machine nor a key where no target can be read, and names them all', async () => {
  checkout.write(CONFIG, configuration('gone', 'lost'));
  await expect(checkout.run('optimize', '--all', '--python', '/no/such/python')).rejects.toThrow(
    /^gone: there is no gone\.cu in the working tree; .*\nlost: there is no lost\.cu/,
  );
});
