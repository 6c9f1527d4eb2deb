import { dirname, resolve } from 'node:path';
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
print(json.dumps({"outcome": "failed", "library": None, "log": sys.stdin.read(), "seconds": 0.5, "cached": False}))
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

  it('sends the options of the target, where it has some', async () => {
    const build = createBuilder(fakeHarness(ECHO), HELLO.device, temporaryFolder(), ENV);
    const options = { sources: ['b.cu'], include: ['inc'], flags: ['-DA=1'], architectures: ['sm_80'] };
    expect(JSON.parse((await build(FILES, 'kernels/a.cu', { build: options })).log).options).toEqual(options);
    expect(JSON.parse((await build(FILES, 'kernels/a.cu')).log)).not.toHaveProperty('options');
  });

  it('rejects when the machine cannot do what the options ask for', async () => {
    const says = `
import json
print(json.dumps({"outcome": "unavailable", "library": None, "log": "The nvcc here does not know sm_91", "seconds": 0, "cached": False}))
`;
    const build = createBuilder(fakeHarness(says), HELLO.device, temporaryFolder(), ENV);
    await expect(build(FILES, 'kernels/a.cu')).rejects.toThrow(
      new EnvironmentError('The nvcc here does not know sm_91'),
    );
  });

  it('tells the builder where its cache is, and nobody else', async () => {
    const says = ECHO.replace(
      'sys.stdin.read()',
      'json.dumps({k: v for k, v in __import__("os").environ.items() if "CACHE" in k})',
    );
    const placed = async (env: NodeJS.ProcessEnv) => {
      const build = createBuilder(fakeHarness(says), HELLO.device, temporaryFolder(), { ...ENV, ...env });
      return JSON.parse((await build(FILES, 'kernels/a.cu')).log);
    };
    expect(await placed({})).toEqual({});
    expect(await placed({ KERNELWRIGHT_CACHE: 'builds', XDG_CACHE_HOME: '/caches', CACHE_TOKEN: 'secret' })).toEqual({
      KERNELWRIGHT_CACHE: resolve('builds'),
      XDG_CACHE_HOME: '/caches',
    });
    expect(await placed({ KERNELWRIGHT_CACHE: 'off' })).toEqual({ KERNELWRIGHT_CACHE: 'off' });
  });

  it('says whether an earlier build was taken', async () => {
    const says = (cached: string) => `
import json
print(json.dumps({"outcome": "built", "library": "/x.so", "log": "", "seconds": 0.5, "cached": ${cached}}))
`;
    const answer = (cached: string) =>
      createBuilder(fakeHarness(says(cached)), HELLO.device, temporaryFolder(), ENV)(FILES, 'kernels/a.cu');
    expect((await answer('True')).cached).toBe(true);
    expect((await answer('False')).cached).toBe(false);
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
