import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EnvironmentError } from '../../src/core/errors.ts';
import { readRunnerEnvironment } from '../../src/events/runner-environment.ts';

let folder: string;
let env: Record<string, string>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kernelwright-'));
  env = {
    GITHUB_REPOSITORY: 'octo/kernels',
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_EVENT_PATH: join(folder, 'event.json'),
  };
  writeFileSync(join(folder, 'event.json'), '{"action": "opened"}');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('reads the event and takes github.com when nothing else is said', async () => {
  expect(await readRunnerEnvironment(env)).toEqual({
    event: { eventName: 'pull_request', payload: { action: 'opened' }, repository: 'octo/kernels' },
    apiUrl: 'https://api.github.com',
    runId: '0',
  });
});

test('takes the addresses of another server', async () => {
  const server = {
    GITHUB_API_URL: 'http://127.0.0.1:1/api/v3/',
    GITHUB_SERVER_URL: 'http://127.0.0.1:1',
    GITHUB_RUN_ID: '12',
  };
  expect(await readRunnerEnvironment({ ...env, ...server })).toMatchObject({
    apiUrl: 'http://127.0.0.1:1/api/v3',
    runUrl: 'http://127.0.0.1:1/octo/kernels/actions/runs/12',
  });
});

test('takes the commit and the ref that the workflow runs for', async () => {
  const { event } = await readRunnerEnvironment({ ...env, GITHUB_SHA: 'a'.repeat(40), GITHUB_REF: 'refs/heads/main' });
  expect(event).toMatchObject({ sha: 'a'.repeat(40), ref: 'refs/heads/main' });
});

test.each(['GITHUB_REPOSITORY', 'GITHUB_EVENT_NAME', 'GITHUB_EVENT_PATH'])(
  'names %s when it is missing',
  async (name) => {
    await expect(readRunnerEnvironment({ ...env, [name]: '' })).rejects.toThrow(`${name} is not set`);
  },
);

test('names the payload that is missing or no JSON', async () => {
  await expect(readRunnerEnvironment({ ...env, GITHUB_EVENT_PATH: join(folder, 'none.json') })).rejects.toThrow(
    /none\.json.*ENOENT/,
  );
  writeFileSync(join(folder, 'event.json'), '{"action"');
  await expect(readRunnerEnvironment(env)).rejects.toThrow(EnvironmentError);
});
