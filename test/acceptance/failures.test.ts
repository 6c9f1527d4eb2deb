import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serverError } from '../github/known-faults.ts';
import { type RunChanges, Scene } from './scene.ts';

/** Each ends with one clear sentence, a status other than 0, and nothing written to GitHub. */
describe('a run that cannot go on', () => {
  let tools: string;
  let closedPort: number;

  beforeAll(async () => {
    tools = await mkdtemp(join(tmpdir(), 'kernelwright-tools-'));
    closedPort = await freePort();
  });
  afterAll(() => rm(tools, { recursive: true, force: true }));

  it.for<{ name: string; changes: RunChanges; says: RegExp }>([
    {
      name: 'turns out of range',
      changes: { inputs: { turns: '99' } },
      says: /^input "turns" is "99"; give a whole number from 1 to 32$/,
    },
    { name: 'an unknown device', changes: { inputs: { device: 'tpu' } }, says: /^input "device" is "tpu"; / },
    {
      name: 'no key',
      changes: { inputs: { 'base-url': '', model: 'claude-opus-5-5' } },
      says: /^no key for the model: add the secret ANTHROPIC_API_KEY /,
    },
    {
      name: 'a payload that is none',
      changes: { payload: { action: 'opened' } },
      says: /^the event's payload is not a pull_request event/,
    },
    {
      name: 'a Python without torch',
      changes: { inputs: { python: '/bin/true' } },
      says: /^The input "python" is "\/bin\/true", which is no Python that runs: /,
    },
  ])('$name', async ({ changes, says }) => {
    await using scene = await Scene.open();
    await expectFailure(scene, changes, says);
  });

  it('a configuration with a mistake, named with file, line and column', async () => {
    await using scene = await Scene.open();
    const broken = { '.github/kernelwright.yml': 'targets:\n  scale:\n    sourc: kernels/scale.cu\n' };
    await scene.repository.commit({ branch: 'main', files: broken });
    await expectFailure(scene, {}, /^\.github\/kernelwright\.yml:3:5: .*"sourc".*"source"/m);
  });

  it('a hostile configuration, of which no line becomes a command to the runner', async () => {
    await using scene = await Scene.open();
    const hostile = { '.github/kernelwright.yml': 'targets:\n  "a\\n::stop-commands::x":\n    source: 1\n' };
    await scene.repository.commit({ branch: 'main', files: hostile });
    const { log } = await expectFailure(scene, {}, /kernelwright\.yml:2/);
    expect(log).not.toMatch(/^\s*::stop-commands/m);
  });

  it('no compiler', async () => {
    await using scene = await Scene.open();
    await linkTools(tools, ['bwrap', 'prlimit', 'env', 'python3']);
    await expectFailure(
      scene,
      { env: { PATH: tools } },
      /^g\+\+: not found: run runner-image\/install\.sh, or `apt-get install g\+\+`/m,
    );
  });

  it('no bubblewrap', async () => {
    await using scene = await Scene.open();
    await rm(join(tools, 'bwrap'), { force: true });
    await linkTools(tools, ['prlimit', 'env', 'python3', 'g++']);
    await expectFailure(
      scene,
      { env: { PATH: tools } },
      /^sandbox: bubblewrap is not installed: run runner-image\/install\.sh/m,
    );
  });

  it('a model API that cannot be reached', async () => {
    await using scene = await Scene.open();
    await expectFailure(
      scene,
      { inputs: { 'base-url': `http://127.0.0.1:${closedPort}` } },
      new RegExp(`127\\.0\\.0\\.1:${closedPort}`),
    );
  });

  it('a key that the model API refuses', async () => {
    await using scene = await Scene.open();
    scene.model.faults.badKey();
    const result = await expectFailure(scene, { inputs: { 'anthropic-api-key': 'sk-ant-secret-0123456789' } }, /key/);
    expect(result.log.replaceAll('::add-mask::sk-ant-secret-0123456789', '')).not.toContain('sk-ant-secret');
  });

  it('a model that the API does not know', async () => {
    await using scene = await Scene.open();
    scene.model.faults.unknownModel();
    await expectFailure(scene, { inputs: { model: 'claude-nonesuch' } }, /claude-nonesuch/);
  });

  it('a model API that stays overloaded', async () => {
    await using scene = await Scene.open();
    scene.model.faults.overloaded(100);
    await expectFailure(scene, {}, /overloaded/i);
  });

  it('a GitHub token that may not read', async () => {
    await using scene = await Scene.open();
    await expectFailure(scene, { permissions: {} }, /contents: read/);
  });

  it('a GitHub that answers with errors', async () => {
    await using scene = await Scene.open();
    scene.github.faults.add({ ...serverError(503), path: '/repos/*/*/pulls/*/files', times: 100 });
    await expectFailure(scene, {}, /GitHub answered 503/);
  });

  it('a GitHub token that may not comment: the result is kept in files, summary and outputs', async () => {
    await using scene = await Scene.open();
    const result = await scene.run({
      inputs: { turns: '1', comment: 'always' },
      permissions: { contents: 'read', pull_requests: 'read' },
    });
    expect(result.exitCode).toBe(1);
    expect(result.errors).toEqual([expect.stringContaining('pull-requests: write')]);
    expect(scene.comments()).toEqual([]);
    expect(result.outputs.result).toContain('"scale"');
    expect(result.summary).toContain('scale');
  });
});

async function expectFailure(scene: Scene, changes: RunChanges, says: RegExp) {
  const result = await scene.run(changes);
  expect(result.exitCode, result.log).toBe(1);
  expect(result.errors).toHaveLength(1);
  expect(result.errors[0]).toMatch(says);
  expect(result.log).not.toMatch(/^\s+at .*\(/m); // no stack
  expect(scene.writes()).toEqual([]);
  expect(scene.comments()).toEqual([]);
  return result;
}

async function linkTools(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const { stdout } = await execa('which', [name]);
    await symlink(stdout, join(folder, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

/** A port of the loopback interface on which nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 9;
}
