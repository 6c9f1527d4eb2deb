import { afterAll, beforeAll, describe, it as test } from 'vitest';
import { issueCommentEvent } from '../github/comment-webhook.ts';
import { type LocalGitHub, startGitHub } from '../github/server.ts';
import { pullRequestEvent } from '../github/webhook.ts';
import { keepResult, recordedRun } from './recorded-run.ts';
import { Scene } from './scene.ts';

/* Heads that are not simply the tip of a branch here: of forks, moved, deleted, closed. */

let github: LocalGitHub;
beforeAll(async () => {
  github = await startGitHub({ openapi: true });
});
afterAll(() => github.close());

const fromFork = () => Scene.openOn(github, { fork: 'mallory' });

/** Where code or refs are written. */
const pushes = (scene: Scene) => scene.writes().filter((route) => route.includes('/git/') || route.includes('.git/'));

describe.concurrent('a pull request from a fork', () => {
  test.for(['mallory', 'grace'])('does not start by itself, whoever pushes: %s', async (sender, { expect }) => {
    await using scene = await fromFork();
    scene.repository.setRole('grace', 'admin');
    const payload = await pullRequestEvent(scene.repository, scene.pull, 'synchronize', { sender });
    const result = await scene.run({ payload });
    expect(result, result.log).toMatchObject({ exitCode: 0, errors: [] });
    expect(result.log).toContain('forks do not start by themselves');
    expect(scene.routes()).toEqual([]);
  });

  test.for([
    ['no SHA', () => '', /comes from a fork: read its code at/],
    ['the beginning of the SHA', ({ pull }: Scene) => ` --sha ${pull.headSha.slice(0, 12)}`, /whole because another/],
    ['another SHA', () => ` --sha ${'0'.repeat(40)}`, /the head of pull request #1 is now/i],
  ] as const)('is not run for a command with %s, which is told', async ([, sha, says], { expect }) => {
    await using scene = await fromFork();
    const { result, reactions } = await scene.says(`/optimize bench scale${sha(scene)}`);
    expect(result, result.log).toMatchObject({ exitCode: 0, errors: [] });
    expect(reactions).toEqual(['eyes', 'confused']);
    expect(scene.told()).toEqual([expect.stringMatching(says)]);
    // What was asked for, with what was missing.
    expect(scene.answers()[0]).toContain(`\n/optimize bench scale --sha ${scene.pull.headSha}\n`);
    expect(scene.repository.checkRuns).toEqual([]);
    expect(pushes(scene)).toEqual([]);
  });

  test.for(['none', 'read', 'triage'] as const)(
    'is not run for its author, with the role %s',
    async (role, { expect }) => {
      await using scene = await fromFork();
      const { result } = await scene.says(`/optimize --sha ${scene.pull.headSha}`, { login: 'mallory', role });
      expect(result, result.log).toMatchObject({ exitCode: 0, errors: [] });
      expect(result.log).toContain('Nothing to do: mallory has');
      expect(scene.writes()).toEqual([]);
    },
  );

  test('is measured for a command with the whole SHA, by a comment and a check', async ({ expect }) => {
    await using scene = await fromFork();
    const { result, reactions } = await scene.says(`/optimize bench --sha ${scene.pull.headSha}`);
    expect(result, result.log).toMatchObject({ exitCode: 0, errors: [] });
    expect(reactions).toEqual(['eyes', 'rocket']);
    expect(scene.answers()).toEqual([expect.stringContaining('scale passes its checks as it is')]);
    expect(scene.answers()[0]).toMatch(/\| Target \| Checks \| Head vs base \|[\s\S]*right, not timed/);
    expect(scene.repository.checkRuns).toMatchObject([{ headSha: scene.pull.headSha, status: 'completed' }]);
    expect(pushes(scene)).toEqual([]);
  });

  test('is planned for three jobs with the whole SHA', async ({ expect }) => {
    await using scene = await fromFork();
    const { result } = await scene.says(`/optimize --sha ${scene.pull.headSha}`, { inputs: { mode: 'plan' } });
    expect(result, result.log).toMatchObject({ exitCode: 0, errors: [], outputs: { groups: '["0"]' } });
    expect(pushes(scene)).toEqual([]);
  });

  test.for(['comment', 'commit', 'pr'])(
    'gets a comment with the patch and never a push: %s',
    async (deliver, { expect }) => {
      await using scene = await fromFork();
      const { report } = await recordedRun(scene);
      const result = await report({ inputs: { deliver } });
      expect(result, result.log).toMatchObject({ exitCode: 0, errors: [], outputs: { improved: 'true' } });
      expect(scene.answers()).toEqual([expect.stringContaining('git apply scale.patch')]);
      if (deliver !== 'comment') expect(scene.answers()[0]).toContain('Kernelwright never writes to a fork');
      // Nothing is kept for a command that could not be carried out either.
      expect(scene.answers()[0]).not.toContain('kernelwright:stored');
      expect(pushes(scene)).toEqual([]);
      expect(scene.repository.pulls).toHaveLength(1);
    },
  );

  test('gets suggestions where they are asked for, which push nothing', async ({ expect }) => {
    await using scene = await fromFork();
    const { report } = await recordedRun(scene);
    const result = await report({ inputs: { deliver: 'suggest' } });
    expect(result, result.log).toMatchObject({ exitCode: 0, errors: [] });
    expect(scene.repository.reviews).toHaveLength(1);
    expect(pushes(scene)).toEqual([]);
  });

  test('is not applied to, even where a result is kept', async ({ expect }) => {
    await using scene = await fromFork();
    await keepResult(scene);
    const { reactions } = await scene.says(`/optimize apply --sha ${scene.pull.headSha}`);
    expect(reactions).toEqual(['eyes', 'confused']);
    expect(scene.answers()).toEqual([expect.stringContaining('Kernelwright never writes to a fork')]);
    expect(pushes(scene)).toEqual([]);
  });
});

/** What can become of a pull request between an event and a look at it. */
const GONE = [
  {
    what: 'whose fork is deleted',
    fork: 'mallory',
    become: async ({ repository }: Scene) => repository.forks[0]?.delete(),
    says: /The repository that pull request #1 comes from is gone/,
  },
  {
    what: 'that is closed',
    become: async ({ repository, pull }: Scene) => {
      pull.closedAt = repository.state.now();
    },
    says: /Pull request #1 is closed/,
  },
  {
    what: 'that is merged',
    become: async ({ repository, pull }: Scene) => {
      pull.closedAt = repository.state.now();
      pull.mergedAt = pull.closedAt;
    },
    says: /Pull request #1 is merged/,
  },
] as const;

describe.concurrent('a pull request', () => {
  test.for(
    GONE.flatMap((gone) =>
      ['/optimize', '/optimize bench', '/optimize apply'].map((command) => ({ ...gone, command })),
    ),
  )(
    '$what meanwhile gets an answer and nothing else: $command',
    async ({ become, says, command, ...gone }, { expect }) => {
      await using scene = await Scene.openOn(github, 'fork' in gone ? { fork: gone.fork } : {});
      await become(scene);
      const { result, reactions } = await scene.says(`${command} --sha ${scene.pull.headSha}`, { eventState: 'open' });
      expect(result, result.log).toMatchObject({ exitCode: 0, errors: [] });
      expect(reactions).toEqual(['eyes', 'confused']);
      expect(scene.told()).toEqual([expect.stringMatching(says)]);
      expect(pushes(scene)).toEqual([]);
      expect(scene.repository.checkRuns).toEqual([]);
    },
  );

  test('that a bot pushes to does not start', async ({ expect }) => {
    await using scene = await Scene.openOn(github);
    scene.repository.setRole('renovate[bot]', 'admin');
    const payload = await pullRequestEvent(scene.repository, scene.pull, 'synchronize', { sender: 'renovate[bot]' });
    const result = await scene.run({ payload });
    expect(result).toMatchObject({ exitCode: 0, errors: [] });
    expect(result.log).toContain('was changed by the bot renovate[bot]');
    expect(scene.routes()).toEqual([]);
  });

  test('that is closed by the event already is one line of the log', async ({ expect }) => {
    await using scene = await Scene.openOn(github);
    scene.pull.closedAt = scene.repository.state.now();
    const { result } = await scene.says('/optimize');
    expect(result).toMatchObject({ exitCode: 0, errors: [] });
    expect(result.log).toContain('Nothing to do: pull request #1 is closed.');
    expect(scene.routes()).toEqual([]);
  });

  test.for([
    ['was closed', GONE[1].become],
    ['lost its branch', async ({ repository, pull }: Scene) => repository.deleteBranch(pull.head.ref)],
  ] as const)(
    'that %s while it was measured gets the report, and nothing is delivered',
    async ([, become], { expect }) => {
      await using scene = await Scene.openOn(github);
      const { report } = await recordedRun(scene);
      await become(scene);
      const result = await report({ inputs: { deliver: 'commit' } });
      expect(result, result.log).toMatchObject({ exitCode: 0, errors: [], outputs: { delivered: '[]' } });
      expect(scene.answers()).toEqual([expect.stringContaining('scale can be made faster')]);
      expect(scene.answers()[0]).toContain('This was not done');
      expect(pushes(scene)).toEqual([]);
    },
  );

  test('whose branch is deleted is not applied to', async ({ expect }) => {
    await using scene = await Scene.openOn(github);
    await keepResult(scene);
    await scene.repository.deleteBranch(scene.pull.head.ref);
    const { reactions } = await scene.says('/optimize apply');
    expect(reactions).toEqual(['eyes', 'confused']);
    expect(scene.answers()).toEqual([expect.stringContaining('The branch larger-blocks is gone')]);
    expect(pushes(scene)).toEqual([]);
  });

  test('that has moved since the command was written is not applied to', async ({ expect }) => {
    await using scene = await Scene.openOn(github);
    await keepResult(scene);
    await scene.repository.commit({ branch: 'larger-blocks', files: { 'README.md': '# Moved\n' } });
    const { reactions } = await scene.says(`/optimize apply --sha ${scene.pull.headSha}`);
    expect(reactions).toEqual(['eyes', 'confused']);
    expect(scene.answers()).toEqual([expect.stringContaining('/optimize apply --sha ')]);
    expect(pushes(scene)).toEqual([]);
  });
});

describe.concurrent('a comment', () => {
  test.for(['edited', 'deleted'] as const)(
    'that was %s starts nothing, whatever it says now',
    async (action, { expect }) => {
      await using scene = await Scene.openOn(github);
      scene.repository.setRole('grace', 'admin');
      const comment = scene.repository.addComment(scene.pull.number, 'grace', '/optimize');
      const payload = issueCommentEvent(scene.repository, comment, action);
      const result = await scene.run({ eventName: 'issue_comment', payload });
      expect(result).toMatchObject({ exitCode: 0, errors: [] });
      expect(result.log).toContain(`the comment was ${action}; only new comments are read`);
      expect(scene.routes()).toEqual([]);
    },
  );

  test('that somebody else sent speaks for nobody', async ({ expect }) => {
    await using scene = await Scene.openOn(github);
    scene.repository.setRole('grace', 'admin');
    const comment = scene.repository.addComment(scene.pull.number, 'grace', '/optimize');
    const payload = issueCommentEvent(scene.repository, comment, 'created', { sender: 'mallory' });
    const result = await scene.run({ eventName: 'issue_comment', payload });
    expect(result.log).toContain('only whoever wrote it gives a command');
    expect(scene.routes()).toEqual([]);
  });

  test('on an issue starts nothing', async ({ expect }) => {
    await using scene = await Scene.openOn(github);
    const comment = scene.repository.addComment(scene.pull.number, 'grace', '/optimize');
    const payload = issueCommentEvent(scene.repository, comment, 'created', { onIssue: true });
    expect((await scene.run({ eventName: 'issue_comment', payload })).log).toContain('commands work on pull requests');
    expect(scene.routes()).toEqual([]);
  });
});

describe.concurrent('a token', () => {
  const READ = { contents: 'read', pull_requests: 'read', checks: 'read' } as const;

  test('that only reads writes no answer, and the log says what to add', async ({ expect }) => {
    await using scene = await Scene.openOn(github);
    const { result, reactions } = await scene.says('/optimize help', { permissions: READ });
    expect(result.exitCode).toBe(1);
    expect(result.errors).toEqual([expect.stringContaining('"pull-requests: write"')]);
    expect(reactions).toEqual([]);
    expect(scene.answers()).toEqual([]);
  });

  test.for([
    ['contents: write', 'apply', { ...READ, pull_requests: 'write' }, 1],
    ['checks: read', 'status', { contents: 'read', pull_requests: 'write' }, 1],
    ['actions: write', 'cancel', { ...READ, pull_requests: 'write' }, 0],
  ] as const)('without %s: %s is answered with that', async ([needed, command, permissions, exitCode], { expect }) => {
    await using scene = await Scene.openOn(github);
    await keepResult(scene);
    scene.beginRun();
    const { result } = await scene.says(`/optimize ${command}`, { permissions });
    expect(result.exitCode, result.log).toBe(exitCode);
    expect(scene.answers()).toEqual([expect.stringContaining(needed)]);
  });

  test('that may write comments alone reports, and says what it could not do', async ({ expect }) => {
    await using scene = await Scene.openOn(github);
    const { report } = await recordedRun(scene);
    const permissions = { contents: 'read', pull_requests: 'write' } as const;
    const result = await report({ inputs: { deliver: 'commit' }, permissions });
    expect(result, result.log).toMatchObject({ exitCode: 0, errors: [], outputs: { delivered: '[]' } });
    expect(result.log).toMatch(/There is no check run: .*"checks: write"/);
    expect(scene.answers()).toEqual([expect.stringContaining('contents: write')]);
  });
});
