import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findPackageRoot, findPython } from '../../src/measure/harness.ts';
import { type Checkout, makeCheckout } from './checkout.ts';

/*
 * Functions around Triton kernels, by Triton's interpreter. Without Triton, which `install.sh --dev` brings where it can, nothing here can
 * run.
 */

const PYTHON = await findPython(process.env.KERNELWRIGHT_PYTHON, findPackageRoot(import.meta.dirname));
const FIXTURE = new URL('../fixtures/triton/', import.meta.url).pathname;

let checkout: Checkout;
beforeAll(async () => {
  checkout = makeCheckout();
  cpSync(FIXTURE, checkout.folder, { recursive: true });
  await checkout.commit();
});
afterAll(() => checkout.remove());

async function kernelwright(...[command, ...flags]: Parameters<Checkout['run']>) {
  const { status, text } = await checkout.run(command, '--json', ...flags);
  return { status, printed: JSON.parse(text) };
}

/** A target's file with one change, as a candidate. */
function changed(name: string, from: string, to: string): string {
  const source = readFileSync(join(FIXTURE, 'ops', `${name}.py`), 'utf8');
  expect(source).toContain(from);
  const path = join(checkout.folder, 'candidate.py');
  writeFileSync(path, source.replace(from, to));
  return path;
}

it('a change of a module reaches the function that imports it', async () => {
  const path = join(checkout.folder, 'ops/blocks.py');
  writeFileSync(path, `${readFileSync(path, 'utf8')}# a change\n`);
  const { printed } = await kernelwright('targets');
  expect(printed.targets).toMatchObject([{ target: 'softmax', because: expect.stringContaining('ops/blocks.py') }]);
});

describe('with Triton installed', () => {
  beforeEach(({ skip }) => skip(!hasTriton(), 'Triton is not installed'));

  it('both are checked as they are', async () => {
    const { status, printed } = await kernelwright('bench', '--device', 'emulated');
    expect(status).toBe(0);
    expect(printed.targets).toMatchObject([{ target: 'softmax' }, { target: 'matmul' }]);
  });

  it.each([
    ['softmax', 'fewer rows together', '(cols))', '(2 * cols))', 10, /^Correct/],
    ['softmax', 'another way to divide', 'powers / total[:, None]', 'powers * (1.0 / total)[:, None]', 10, /^Correct/],
    ['softmax', 'a sum that forgets rows', 'tl.sum(powers, axis=1)', 'tl.sum(powers)', 20, /^Wrong result/],
    ['matmul', 'other tiles', 'TILE=32, STEP=16', 'TILE=16, STEP=32', 20, /^Wrong result/],
    ['matmul', 'longer steps', 'STEP=16', 'STEP=32', 10, /^Correct/],
    ['matmul', 'a depth that is cut', 'range(0, k, STEP)', 'range(0, k - STEP, STEP)', 20, /^Wrong result/],
  ])('%s is judged with %s', async (name, _what, from, to, status, reason) => {
    const candidate = changed(name, from, to);
    const found = await kernelwright('verify', '--target', name, '--candidate', candidate, '--device', 'emulated');
    expect(found.printed.reason).toMatch(reason);
    expect(found.status).toBe(status);
  });
});

function hasTriton(): boolean {
  try {
    execFileSync(PYTHON, ['-c', 'import importlib.util as u, sys; sys.exit(u.find_spec("triton") is None)']);
    return true;
  } catch {
    return false;
  }
}
