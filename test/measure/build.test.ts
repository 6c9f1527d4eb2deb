import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EnvironmentError } from '../../src/core/errors.ts';
import { createBuilder } from '../../src/measure/build.ts';
import { fakeHarness, temporaryFolder } from './fake-harness.ts';
import { HELLO } from './samples.ts';

const ENV = { PATH: process.env.PATH };
const FILES = [{ path: 'kernels/a.cu', content: '// a\n' }];

/** Answers with the request that it got, as the compiler's log. */
const ECHO = `
import json, sys
print(json.dumps({"outcome": "failed", "library": None, "log": sys.stdin.read(), "seconds": 0.5}))
`;

describe('createBuilder', () => {
  it('asks for the device and its architecture, in a fresh folder for each build', async () => {
    const folder = temporaryFolder();
    const build = createBuilder(fakeHarness(ECHO), HELLO.device, folder, ENV);
    const answers = await Promise.all([build(FILES, 'kernels/a.cu'), build(FILES, 'kernels/a.cu')]);
    const requests = answers.map(({ log }) => JSON.parse(log));
    expect(requests[0]).toMatchObject({ device: 'cuda', arch: 'sm_90', source: 'kernels/a.cu', files: FILES });
    expect(requests.map(({ directory }) => dirname(directory))).toEqual([folder, folder]);
    expect(requests[0].directory).not.toBe(requests[1].directory);
  });

  it('says how the program failed, with the last line of what it said', async () => {
    const build = createBuilder(
      fakeHarness('raise SystemExit("first\\nthe reason")'),
      HELLO.device,
      temporaryFolder(),
      ENV,
    );
    await expect(build(FILES, 'a.cu')).rejects.toThrow(
      new EnvironmentError("The builder's process failed (1): the reason"),
    );
  });

  it('says so when the program cannot be started', async () => {
    const harness = { ...fakeHarness(''), python: '/nowhere/python' };
    const build = createBuilder(harness, HELLO.device, temporaryFolder(), ENV);
    await expect(build(FILES, 'a.cu')).rejects.toThrow(/^The builder's process failed \(not started\): .*ENOENT/);
  });
});
