import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EnvironmentError } from '../../src/core/errors.ts';
import { createDescriber } from '../../src/measure/describe.ts';
import type { Harness } from '../../src/measure/harness.ts';
import { fakeHarness, temporaryFolder } from './fake-harness.ts';
import { HELLO, MODULE, PARAMETERS } from './samples.ts';

const FILES = [{ path: MODULE.source, content: 'class Mlp: ...\n' }];

/** Answers with the command and the request that it got, as the log. */
const ECHO = `
import json, sys
print(json.dumps({"outcome": "failed", "log": json.dumps([sys.argv[1], json.load(sys.stdin)]), "seconds": 0.5}))
`;

function answering(answer: object): Harness {
  return fakeHarness(`print(${JSON.stringify(JSON.stringify(answer))})`);
}

function describing(harness: Harness) {
  return createDescriber(harness, HELLO.device, temporaryFolder(), { PATH: process.env.PATH })(MODULE, FILES);
}

describe('createDescriber', () => {
  it('sends what constructs the module, with a fresh folder that exists', async () => {
    const folder = temporaryFolder();
    const describe = createDescriber(fakeHarness(ECHO), HELLO.device, folder, { PATH: process.env.PATH });
    const answers = await Promise.all([describe(MODULE, FILES), describe({ ...MODULE, init: { size: 4 } }, FILES)]);
    const asked = answers.map((answer) => JSON.parse(answer.outcome === 'failed' ? answer.log : '[]'));
    const [[command, first], [, second]] = asked;
    expect(command).toBe('describe');
    const { directory, ...request } = first;
    expect(request).toEqual({
      source: 'kernels/mlp.py',
      files: FILES,
      kind: 'module',
      entry: 'Mlp',
      init: [4],
      device: 'cuda',
    });
    expect(second.init).toEqual({ size: 4 });
    expect([existsSync(directory), existsSync(second.directory)]).toEqual([true, true]);
    expect(directory.startsWith(folder)).toBe(true);
    expect(directory).not.toBe(second.directory);
  });

  it('gives the parameters in their order', async () => {
    const parameters = PARAMETERS.map(({ name, dtype, shape }) => ({ name, dtype, shape }));
    const description = await describing(answering({ outcome: 'described', parameters, seconds: 2 }));
    expect(description).toEqual({ outcome: 'described', parameters: PARAMETERS, seconds: 2 });
  });

  it('takes a scalar, such as the count of a batch norm', async () => {
    const parameters = [{ name: 'num_batches_tracked', dtype: 'i64', shape: [] }];
    const description = await describing(answering({ outcome: 'described', parameters, seconds: 2 }));
    expect(description).toMatchObject({ parameters: [{ name: 'num_batches_tracked', dtype: 'i64', shape: [] }] });
  });

  it.each([
    { name: 'w', dtype: 'c64', shape: [2] },
    { name: 'w', dtype: 'f32', shape: [-1] },
    { name: 'w', dtype: 'f32', shape: ['n'] },
  ])('refuses what is no parameter: %o', async (parameter) => {
    const answer = { outcome: 'described', parameters: [parameter], seconds: 2 };
    await expect(describing(answering(answer))).rejects.toThrow();
  });

  it('says how the program failed, with the last line of what it said', async () => {
    await expect(describing(fakeHarness('raise SystemExit("first\\nthe reason")'))).rejects.toThrow(
      new EnvironmentError('The process that describes modules failed (1): the reason'),
    );
  });

  it('says so when the program cannot be started', async () => {
    await expect(describing({ ...fakeHarness(''), python: '/nowhere/python' })).rejects.toThrow(
      /^The process that describes modules failed \(not started\): .*ENOENT/,
    );
  });
});
