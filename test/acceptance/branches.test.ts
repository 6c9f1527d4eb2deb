import { afterEach, beforeEach, expect, it } from 'vitest';
import { mergeGroupEvent, pushEvent, scheduleEvent, workflowDispatchEvent } from '../github/branch-webhooks.ts';
import { pullRequestEvent } from '../github/webhook.ts';
import { Scene } from './scene.ts';

/* Runs that no pull request asks for: a check, a summary and outputs, and never a comment. */

const KERNEL = 'kernels/scale.cu';
let scene: Scene;
let before: string;
let after: string;
beforeEach(async () => {
  scene = await Scene.open();
  before = scene.pull.baseSha;
  const kernel = (await scene.repository.readFile(KERNEL, 'larger-blocks')) ?? '';
  after = await scene.repository.commit({ branch: 'main', files: { [KERNEL]: kernel } });
});
afterEach(() => scene[Symbol.asyncDispose]());

const on = (eventName: string, payload: unknown, inputs: Readonly<Record<string, string>> = {}, sha = after) =>
  scene.run({ eventName, payload, inputs, env: { GITHUB_SHA: sha, GITHUB_REF: 'refs/heads/main' } });

it.for(['push', 'merge_group'])('%s measures what changed against what was there before', async (eventName) => {
  const payload =
    eventName === 'push'
      ? pushEvent(scene.repository, { ref: 'refs/heads/main', before, after })
      : mergeGroupEvent(scene.repository, 'checks_requested', { headSha: after, baseSha: before });
  const result = await on(eventName, payload);
  expect(result, result.log).toMatchObject({ exitCode: 0, errors: [], outputs: { improved: 'false' } });
  expect(scene.model.requests()).toEqual([]);
  expect(scene.comments()).toEqual([]);
  expect(result.summary).toContain('scale');
  expect(JSON.parse(result.outputs.result ?? '').targets).toMatchObject([
    { target: 'scale', against_base: { kind: 'measured' } },
  ]);
  expect(scene.repository.checkRuns).toMatchObject([{ headSha: after, status: 'completed' }]);
  expect(scene.github.violations).toEqual([]);
});

it('a run that fails ends its check, which says why', async () => {
  const payload = pushEvent(scene.repository, { ref: 'refs/heads/main', before, after });
  const result = await on('push', payload, { python: '/no/such/python' });
  expect(result.exitCode).toBe(1);
  expect(scene.repository.checkRuns).toMatchObject([{ headSha: after, status: 'completed', conclusion: 'neutral' }]);
  expect(JSON.stringify(scene.repository.checkRuns[0])).toContain('The run failed: ');
});

it('a push that changes no kernel is quiet', async () => {
  const other = await scene.repository.commit({ branch: 'main', files: { 'README.md': '# More\n' } });
  const payload = pushEvent(scene.repository, { ref: 'refs/heads/main', before: after, after: other });
  const result = await on('push', payload, {}, other);
  expect(result).toMatchObject({ exitCode: 0, errors: [], summary: '', outputs: { improved: 'false' } });
  expect(scene.github.writes()).toEqual([]);
});

it("a commit of our own starts nothing, whoever's token brought it there", async () => {
  const { repository, pull } = scene;
  const message = 'Make scale faster\n\nKernelwright-Run: 12';
  const own = await repository.commit({ branch: 'main', files: { [KERNEL]: '// ours\n' }, message });
  const pushed = await on(
    'push',
    pushEvent(repository, { ref: 'refs/heads/main', before: after, after: own }),
    {},
    own,
  );
  expect(pushed.log).toContain(`Nothing to do: ${own.slice(0, 7)} is a commit of Kernelwright's own.`);
  await repository.commit({ branch: 'larger-blocks', files: { [KERNEL]: '// ours\n' }, message });
  const event = await pullRequestEvent(repository, pull, 'synchronize');
  expect((await on('pull_request', event)).log).toContain("is a commit of Kernelwright's own");
  expect(scene.github.writes()).toEqual([]);
});

it('schedule measures every target as it is', async () => {
  const result = await on('schedule', scheduleEvent(scene.repository));
  expect(result, result.log).toMatchObject({ exitCode: 0, errors: [] });
  expect(scene.model.requests()).toEqual([]);
  expect(result.summary).toContain('scale');
  expect(scene.comments()).toEqual([]);
});

it('workflow_dispatch optimizes the targets that are named', async () => {
  const result = await on('workflow_dispatch', workflowDispatchEvent(scene.repository), {
    targets: 'scale',
    turns: '1',
  });
  expect(result, result.log).toMatchObject({ exitCode: 0, errors: [] });
  expect(scene.model.requests()).toHaveLength(1);
  expect(scene.comments()).toEqual([]);
});

it('workflow_dispatch with a number is about that pull request', async () => {
  const inputs = { 'pull-request': `${scene.pull.number}`, turns: '1', comment: 'always' };
  const result = await on('workflow_dispatch', workflowDispatchEvent(scene.repository), inputs);
  expect(result, result.log).toMatchObject({ exitCode: 0, errors: [] });
  expect(scene.comments()).toHaveLength(1);
});

it('an unknown event and a closed pull request are one line each', async () => {
  const unknown = await on('deployment', {});
  expect(unknown).toMatchObject({ exitCode: 0, errors: [] });
  expect(unknown.log).toContain(
    'the event "deployment" starts nothing; run this action on pull_request, issue_comment',
  );
  const event = await pullRequestEvent(scene.repository, scene.pull, 'synchronize');
  const closed = { ...event, pull_request: { ...event.pull_request, state: 'closed' } };
  expect((await on('pull_request', closed)).log).toContain('is closed');
  expect(scene.github.routes).toEqual([]);
});
