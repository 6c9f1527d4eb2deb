import { afterAll, beforeAll, describe, it as test } from 'vitest';
import type { Fault } from '../github/faults.ts';
import {
  droppedConnection,
  missing,
  notPermitted,
  primaryRateLimit,
  secondaryRateLimit,
  serverError,
  slowAnswer,
} from '../github/known-faults.ts';
import { type LocalGitHub, startGitHub } from '../github/server.ts';
import { KERNEL, keepResult, recordedRun } from './recorded-run.ts';
import { type RouteGlob, Scene } from './scene.ts';

/*
 * A GitHub that refuses, fails, is slow or hangs up, on each route of the way of a command and of a delivery. `scene.run` holds each run to
 * write nothing before the permission is proven. Side by side, because the runs mostly wait: for GitHub, as it asks.
 */

let github: LocalGitHub;
beforeAll(async () => {
  github = await startGitHub({ openapi: true });
});
afterAll(() => github.close());

const always = (fault: Fault): Fault => ({ ...fault, times: Number.POSITIVE_INFINITY });
/** Longer than a runner with a GPU waits. */
const LONG = 600;

const FORBIDDEN = (accepted: string) => ({ name: '403', fault: always(notPermitted(accepted)) });
const NOT_FOUND = { name: '404', fault: always(missing()) };
const LIMITED = { name: '429 for minutes', fault: always(secondaryRateLimit(LONG, 429)) };
const USED_UP = { name: '403 for the rest of the hour', fault: always(primaryRateLimit(4_000_000_000)) };
const DOWN = { name: '503 for good', fault: always(serverError(503)) };
const CUT = { name: 'a connection that is cut each time', fault: always(droppedConnection('before')) };
/** What a patient client gets over. */
const SOON = { name: '429 for a second', fault: secondaryRateLimit(1, 429) };
const ONE_502 = { name: 'one 502', fault: serverError(502) };
const CUT_AFTER = { name: 'a connection that is cut after the request took effect', fault: droppedConnection('after') };
const SLOW = { name: 'a slow answer', fault: slowAnswer(1500) };
const PASSING = [
  SOON,
  { name: '403 for a second', fault: secondaryRateLimit(1, 403) },
  ONE_502,
  { name: 'one cut connection', fault: droppedConnection('before') },
  CUT_AFTER,
  SLOW,
];

const PERMISSION: RouteGlob = ['GET', '/collaborators/*/permission'];
const PULL: RouteGlob = ['GET', '/pulls/1'];
const REACT: RouteGlob = ['POST', '/issues/comments/*/reactions'];
const COMMENTS: RouteGlob = ['GET', '/issues/1/comments'];
const CREATE_COMMENT: RouteGlob = ['POST', '/issues/1/comments'];
const UPDATE_COMMENT: RouteGlob = ['PATCH', '/issues/comments/*'];
const CHECKS: RouteGlob = ['GET', '/commits/*/check-runs'];
const CREATE_CHECK: RouteGlob = ['POST', '/check-runs'];
const UPDATE_CHECK: RouteGlob = ['PATCH', '/check-runs/*'];
const CANCEL: RouteGlob = ['POST', '/actions/runs/*/cancel'];
const REF: RouteGlob = ['GET', '/git/ref/*'];
const TREE: RouteGlob = ['GET', '/git/trees/*'];
const CREATE_BLOB: RouteGlob = ['POST', '/git/blobs'];
const CREATE_TREE: RouteGlob = ['POST', '/git/trees'];
const CREATE_COMMIT: RouteGlob = ['POST', '/git/commits'];
const CREATE_REF: RouteGlob = ['POST', '/git/refs'];
const UPDATE_REF: RouteGlob = ['PATCH', '/git/refs/*'];
const OPEN_PULL: RouteGlob = ['POST', '/pulls'];
const REVIEW: RouteGlob = ['POST', '/pulls/1/reviews'];

/** A job that failed, with one clear sentence. */
const failed = (says: RegExp) => ({ exitCode: 1, says });

describe.concurrent('who may is asked, and', () => {
  test.for([
    { ...FORBIDDEN('metadata=read'), says: /cannot learn whether grace may write .*the token lacks a permission/ },
    { ...LIMITED, says: /cannot learn whether grace may write .*rate limit is used up/ },
    { ...USED_UP, says: /cannot learn whether grace may write .*rate limit is used up/ },
    { ...DOWN, says: /cannot learn whether grace may write .*GitHub answered 503/ },
    { ...CUT, says: /cannot learn whether grace may write .*cannot be reached/ },
  ])('nothing is done after $name', async ({ fault, says }, { expect }) => {
    await using scene = await Scene.openOn(github);
    scene.fail(PERMISSION, fault);
    const { result, reactions } = await scene.says('/optimize help');
    expect(result.exitCode, result.log).toBe(1);
    expect(result.errors).toEqual([expect.stringMatching(says)]);
    expect(reactions).toEqual([]);
    expect(scene.writes()).toEqual([]);
  });

  test('nobody of that name is a stranger', async ({ expect }) => {
    await using scene = await Scene.openOn(github);
    scene.fail(PERMISSION, NOT_FOUND.fault);
    const { result } = await scene.says('/optimize help');
    expect(result, result.log).toMatchObject({ exitCode: 0, errors: [] });
    expect(result.log).toContain('Nothing to do: grace has no role in');
    expect(scene.writes()).toEqual([]);
  });

  test('an answer that contradicts itself is not believed', async ({ expect }) => {
    await using scene = await Scene.openOn(github);
    const body = { permission: 'write', role_name: 'read', user: null };
    scene.fail(PERMISSION, { status: 200, body });
    const { result } = await scene.says('/optimize help');
    expect(result.errors).toEqual([expect.stringContaining('not as documented')]);
    expect(scene.writes()).toEqual([]);
  });

  test.for(PASSING)('the command is carried out after $name', async ({ fault }, { expect }) => {
    await using scene = await Scene.openOn(github);
    scene.fail(PERMISSION, fault);
    const { result, reactions } = await scene.says('/optimize help');
    expect(result, result.log).toMatchObject({ exitCode: 0, errors: [] });
    expect(reactions).toEqual(['eyes', 'rocket']);
    expect(scene.answers()).toHaveLength(1);
  });
});

describe.concurrent('a reaction', () => {
  test.for([FORBIDDEN('issues=write; pull_requests=write'), NOT_FOUND, LIMITED, DOWN, CUT])(
    'that meets $name is told of in the log, and is never fatal',
    async ({ fault }, { expect }) => {
      await using scene = await Scene.openOn(github);
      scene.fail(REACT, fault);
      const { result, reactions } = await scene.says('/optimize help');
      expect(result, result.log).toMatchObject({ exitCode: 0, errors: [] });
      expect(result.log).toMatch(/cannot react to comment/);
      expect(reactions).toEqual([]);
      expect(scene.answers()).toHaveLength(1);
    },
  );
});

describe.concurrent('the answer to a command', () => {
  test.for([
    { ...FORBIDDEN('issues=write; pull_requests=write'), says: /cannot create the comment .*"pull-requests: write"/ },
    { ...NOT_FOUND, says: /cannot create the comment .*has no such thing/ },
    { ...LIMITED, says: /cannot create the comment .*rate limit/ },
    { ...DOWN, says: /cannot create the comment .*503/ },
  ])(
    'that meets $name fails the job with a sentence, and is told of by a reaction',
    async ({ fault, says }, { expect }) => {
      await using scene = await Scene.openOn(github);
      scene.fail(CREATE_COMMENT, fault);
      const { result, reactions } = await scene.says('/optimize help');
      expect(result.exitCode, result.log).toBe(1);
      expect(result.errors).toEqual([expect.stringMatching(says)]);
      expect(reactions).toEqual(['eyes', 'confused']);
      expect(scene.answers()).toEqual([]);
    },
  );

  test.for(PASSING)('is there once after $name', async ({ fault }, { expect }) => {
    await using scene = await Scene.openOn(github);
    scene.fail(CREATE_COMMENT, fault);
    const { result, reactions } = await scene.says('/optimize help');
    expect(result, result.log).toMatchObject({ exitCode: 0, errors: [] });
    expect(reactions).toEqual(['eyes', 'rocket']);
    expect(scene.answers()).toHaveLength(1);
  });

  test.for([
    {
      route: COMMENTS,
      ...FORBIDDEN('issues=read; pull_requests=read'),
      says: /cannot read the comments .*pull-requests: read/,
    },
    { route: COMMENTS, ...DOWN, says: /cannot read the comments .*503/ },
    {
      route: UPDATE_COMMENT,
      ...FORBIDDEN('pull_requests=write'),
      says: /cannot update the comment .*pull-requests: write/,
    },
    { route: UPDATE_COMMENT, ...CUT, says: /cannot update the comment .*cannot be reached/ },
  ])('above an earlier one fails the job: $route, $name', async ({ route, fault, says }, { expect }) => {
    await using scene = await Scene.openOn(github);
    await keepResult(scene);
    scene.fail(route, fault);
    const { result, reactions } = await scene.says('/optimize help');
    expect(result.errors, result.log).toEqual([expect.stringMatching(says)]);
    expect(reactions).toEqual(['eyes', 'confused']);
    expect(scene.answers()).toEqual([expect.stringContaining('A result.')]);
  });

  test.for([ONE_502, CUT_AFTER])('stands above an earlier one after $name', async ({ fault }, { expect }) => {
    await using scene = await Scene.openOn(github);
    await keepResult(scene);
    scene.fail(UPDATE_COMMENT, fault);
    const { result } = await scene.says('/optimize help');
    expect(result, result.log).toMatchObject({ exitCode: 0, errors: [] });
    expect(scene.answers()).toEqual([expect.stringMatching(/What can be asked[\s\S]*A result\./)]);
  });
});

describe.concurrent('a command that cannot be carried out', () => {
  test.for<{ name: string; command: string; route: RouteGlob; fault: Fault; exitCode?: number; says: RegExp }>([
    {
      command: 'status',
      route: PULL,
      ...FORBIDDEN('pull_requests=read'),
      ...failed(/cannot read pull request #1 .*"pull-requests: read"/),
    },
    { command: 'status', route: PULL, ...NOT_FOUND, says: /cannot read pull request #1 .*has no such thing/ },
    { command: 'cancel', route: PULL, ...DOWN, ...failed(/cannot read pull request #1 .*503/) },
    { command: 'bench', route: PULL, ...CUT, ...failed(/cannot read pull request #1 .*cannot be reached/) },
    { command: 'apply', route: PULL, ...LIMITED, ...failed(/cannot read pull request #1 .*rate limit/) },
    {
      command: 'status',
      route: CHECKS,
      ...FORBIDDEN('checks=read'),
      ...failed(/cannot list the checks .*"checks: read"/),
    },
    { command: 'cancel', route: CHECKS, ...DOWN, ...failed(/cannot list the checks .*503/) },
    { command: 'cancel', route: CANCEL, ...FORBIDDEN('actions=write'), says: /The run goes on: .*"actions: write"/ },
    { command: 'cancel', route: CANCEL, ...DOWN, ...failed(/cannot cancel the run 99 .*503/) },
    {
      command: 'apply',
      route: REF,
      ...FORBIDDEN('contents=read'),
      ...failed(/cannot read the branch .*"contents: read"/),
    },
    { command: 'apply', route: TREE, ...DOWN, ...failed(/cannot read the files of scale .*503/) },
    {
      command: 'apply',
      route: CREATE_BLOB,
      ...FORBIDDEN('contents=write'),
      ...failed(/cannot write a commit .*"contents: write"/),
    },
    { command: 'apply', route: CREATE_TREE, ...LIMITED, ...failed(/cannot write a commit .*rate limit/) },
    { command: 'apply', route: CREATE_COMMIT, ...CUT, ...failed(/cannot write a commit .*cannot be reached/) },
    {
      command: 'apply',
      route: UPDATE_REF,
      ...FORBIDDEN('contents=write'),
      ...failed(/cannot move the branch .*"contents: write"/),
    },
    { command: 'apply', route: UPDATE_REF, ...NOT_FOUND, says: /cannot move the branch/ },
    { command: 'apply', route: UPDATE_REF, ...DOWN, ...failed(/cannot move the branch .*503/) },
  ])(
    'is answered with why: $command, $route, $name',
    async ({ command, route, fault, exitCode = 0, says }, { expect }) => {
      await using scene = await Scene.openOn(github);
      const { repository, pull } = scene;
      await keepResult(scene);
      scene.beginRun();
      scene.fail(route, fault);
      const { result, reactions } = await scene.says(`/optimize ${command}`);
      expect(result.exitCode, result.log).toBe(exitCode);
      expect(result.errors).toEqual(exitCode === 0 ? [] : [expect.stringMatching(says)]);
      expect(scene.told()).toEqual([expect.stringMatching(says)]);
      expect(reactions[0]).toBe('eyes');
      expect(reactions[1]).toBe(says.source.startsWith('The run goes on') ? 'rocket' : 'confused');
      expect(await repository.readFile(KERNEL, pull.head.ref)).toBe(await repository.readFile(KERNEL, pull.headSha));
    },
  );

  test.for([
    { route: CREATE_BLOB, ...ONE_502 },
    { route: CREATE_COMMIT, ...SOON },
    { route: UPDATE_REF, ...CUT_AFTER },
    { route: UPDATE_REF, ...ONE_502 },
    { route: PULL, ...SLOW },
  ])('for a moment is carried out, once: apply, $route, $name', async ({ route, fault }, { expect }) => {
    await using scene = await Scene.openOn(github);
    const { repository, pull } = scene;
    const content = await keepResult(scene);
    scene.fail(route, fault);
    const { result, reactions } = await scene.says('/optimize apply');
    expect(result, result.log).toMatchObject({ exitCode: 0, errors: [] });
    expect(reactions).toEqual(['eyes', 'rocket']);
    expect(await repository.readFile(KERNEL, pull.head.ref)).toBe(content);
    expect(scene.answers()).toEqual([expect.stringContaining('scale was applied')]);
  });
});

describe.concurrent('the check of a run', () => {
  test.for([
    { route: CREATE_CHECK, ...FORBIDDEN('checks=write') },
    { route: CREATE_CHECK, ...NOT_FOUND },
    { route: CREATE_CHECK, ...LIMITED },
    { route: CREATE_CHECK, ...DOWN },
    { route: UPDATE_CHECK, ...FORBIDDEN('checks=write') },
    { route: UPDATE_CHECK, ...CUT },
  ])('is told of in the log and costs no report: $route, $name', async ({ route, fault }, { expect }) => {
    await using scene = await Scene.openOn(github);
    const { report } = await recordedRun(scene);
    scene.fail(route, fault);
    const result = await report();
    expect(result, result.log).toMatchObject({ exitCode: 0, errors: [], outputs: { improved: 'true' } });
    expect(result.log).toMatch(/cannot (create|finish) the check/);
    expect(scene.answers()).toEqual([expect.stringContaining('scale can be made faster')]);
  });
});

describe.concurrent('a delivery', () => {
  test.for<{ name: string; deliver: string; route: RouteGlob; fault: Fault; says: RegExp }>([
    { deliver: 'commit', route: CREATE_BLOB, ...FORBIDDEN('contents=write'), says: /"contents: write"/ },
    { deliver: 'commit', route: UPDATE_REF, ...DOWN, says: /cannot move the branch .*503/ },
    { deliver: 'commit', route: CREATE_COMMIT, ...LIMITED, says: /rate limit/ },
    { deliver: 'pr', route: CREATE_REF, ...FORBIDDEN('contents=write'), says: /"contents: write"/ },
    { deliver: 'pr', route: OPEN_PULL, ...FORBIDDEN('pull_requests=write'), says: /"pull-requests: write"/ },
    { deliver: 'pr', route: OPEN_PULL, ...DOWN, says: /cannot open a pull request .*503/ },
    { deliver: 'suggest', route: REVIEW, ...FORBIDDEN('pull_requests=write'), says: /"pull-requests: write"/ },
    { deliver: 'suggest', route: REVIEW, ...CUT, says: /cannot post suggestions .*cannot be reached/ },
    { deliver: 'suggest', route: ['GET', '/pulls/1/files'], ...DOWN, says: /503/ },
  ])(
    'that fails costs no report, which says why: $deliver, $route, $name',
    async ({ deliver, route, fault, says }, { expect }) => {
      await using scene = await Scene.openOn(github);
      const { repository, pull } = scene;
      const { report } = await recordedRun(scene);
      scene.fail(route, fault);
      const result = await report({ inputs: { deliver } });
      expect(result, result.log).toMatchObject({ exitCode: 0, errors: [], outputs: { delivered: '[]' } });
      expect(scene.told()).toEqual([expect.stringMatching(says)]);
      expect(scene.answers()[0]).toContain('scale can be made faster');
      expect(await repository.readFile(KERNEL, pull.head.ref)).toBe(await repository.readFile(KERNEL, pull.headSha));
      expect(repository.pulls).toHaveLength(1);
      expect(repository.reviews).toEqual([]);
    },
  );

  test.for([
    { deliver: 'pr', route: CREATE_REF, ...CUT_AFTER },
    { deliver: 'pr', route: OPEN_PULL, ...CUT_AFTER },
    { deliver: 'pr', route: OPEN_PULL, ...ONE_502 },
    { deliver: 'pr', route: OPEN_PULL, ...SOON },
    { deliver: 'suggest', route: REVIEW, ...CUT_AFTER },
    { deliver: 'suggest', route: REVIEW, ...ONE_502 },
    { deliver: 'commit', route: UPDATE_REF, ...CUT_AFTER },
  ] as const)('is made once: $deliver, $route, $name', async ({ deliver, route, fault }, { expect }) => {
    await using scene = await Scene.openOn(github);
    const { repository, pull } = scene;
    const { report, content } = await recordedRun(scene);
    scene.fail(route, fault);
    const result = await report({ inputs: { deliver } });
    expect(result, result.log).toMatchObject({ exitCode: 0, errors: [] });
    expect(JSON.parse(result.outputs.delivered ?? '')).toHaveLength(1);
    expect(repository.pulls).toHaveLength(deliver === 'pr' ? 2 : 1);
    expect(repository.reviews).toHaveLength(deliver === 'suggest' ? 1 : 0);
    const branch = { pr: repository.pulls.at(-1)?.head.ref, commit: pull.head.ref, suggest: undefined }[deliver];
    if (branch !== undefined) expect(await repository.readFile(KERNEL, branch)).toBe(content);
  });
});
