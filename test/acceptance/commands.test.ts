import { afterAll, beforeAll, describe, it as test } from 'vitest';
import { ROLES } from '../github/permissions.ts';
import { type LocalGitHub, startGitHub } from '../github/server.ts';
import { KERNEL, keepResult } from './recorded-run.ts';
import { Scene } from './scene.ts';

/* What somebody writes on a pull request, and what becomes of it. */

let github: LocalGitHub;
beforeAll(async () => {
  github = await startGitHub({ openapi: true });
});
afterAll(() => github.close());

describe.concurrent('/optimize on a pull request', () => {
  test('help shows the usage in the one comment, with an eye at once and a rocket at the end', async ({ expect }) => {
    await using scene = await Scene.openOn(github);
    const { result, reactions } = await scene.says('/optimize help');
    expect(result).toMatchObject({ exitCode: 0, errors: [] });
    expect(reactions).toEqual(['eyes', 'rocket']);
    expect(scene.answers()).toEqual([expect.stringContaining('/optimize apply [TARGET…]')]);
  });

  test.for(ROLES)('somebody with the role %s is answered only if they may write', async (role, { expect }) => {
    await using scene = await Scene.openOn(github);
    const { result, reactions } = await scene.says('/optimize help', { role });
    const may = ['write', 'maintain', 'admin'].includes(role);
    expect(result).toMatchObject({ exitCode: 0, errors: [] });
    expect(scene.answers()).toHaveLength(may ? 1 : 0);
    expect(reactions).toHaveLength(may ? 2 : 0);
    expect(scene.writes().length > 0).toBe(may);
    if (!may) expect(result.log).toMatch(/Nothing to do: grace/);
  });

  test('a mistake is answered with the nearest word and the usage', async ({ expect }) => {
    await using scene = await Scene.openOn(github);
    const { reactions } = await scene.says('/optimize --efort high');
    expect(reactions).toEqual(['eyes', 'confused']);
    expect(scene.answers()[0]).toMatch(/--effort[\s\S]*\/optimize status/);
  });

  test.for(['Not now.\n/optimize', '> /optimize', '    /optimize', '/optimizer', '```\n/optimize\n```'])(
    'nothing happens for %j',
    async (body, { expect }) => {
      await using scene = await Scene.openOn(github);
      const { result } = await scene.says(body);
      expect(result).toMatchObject({ exitCode: 0, errors: [] });
      expect(scene.routes()).toEqual([]);
    },
  );

  test('a bot is ignored, whatever it may do', async ({ expect }) => {
    await using scene = await Scene.openOn(github);
    await scene.says('/optimize', { login: 'renovate[bot]', role: 'admin' });
    expect(scene.routes()).toEqual([]);
  });

  test('a target is optimized as the command says, and the comment tells how far it is', async ({ expect }) => {
    await using scene = await Scene.openOn(github, { changed: { 'README.md': '# More\n' } });
    const { result, reactions } = await scene.says('/optimize scale --turns 1 --model other');
    expect(result, result.log).toMatchObject({ exitCode: 0, errors: [] });
    expect(reactions).toEqual(['eyes', 'rocket']);
    expect(scene.model.requests().map(({ model }) => model)).toEqual(['other']);
    const [answer, ...more] = scene.answers();
    expect(more).toEqual([]);
    expect(answer).toContain('scale');
  });

  test('a target that there is not is answered with the nearest', async ({ expect }) => {
    await using scene = await Scene.openOn(github);
    const { result, reactions } = await scene.says('/optimize scales');
    expect(result.exitCode).toBe(1);
    expect(result.errors[0]).toContain('"scale"');
    expect(reactions).toEqual(['eyes', 'confused']);
    expect(scene.answers()[0]).toContain('There is no target "scales"');
  });

  for (const mode of ['auto', 'plan']) {
    test(`a pull request without a changed kernel is told of it (mode ${mode})`, async ({ expect }) => {
      await using scene = await Scene.openOn(github, { changed: { 'README.md': '# Faster kernels\n' } });
      const { result, reactions } = await scene.says('/optimize', { inputs: { mode } });
      expect(result, result.log).toMatchObject({ exitCode: 0, errors: [] });
      expect(result.outputs.groups).toBe('[]');
      expect(reactions).toEqual(['eyes', 'confused']);
      expect(scene.answers()).toEqual([expect.stringContaining('There is nothing to do: no kernel of')]);
      expect(scene.answers()[0]).toContain('can be named in the command');
    });
  }

  test('bench measures, asks no model, and shows what it measured', async ({ expect }) => {
    await using scene = await Scene.openOn(github);
    const { result } = await scene.says('/optimize bench');
    expect(result, result.log).toMatchObject({ exitCode: 0, errors: [] });
    expect(scene.model.requests()).toEqual([]);
    expect(scene.answers()).toEqual([expect.stringContaining('### scale passes its checks as it is;')]);
    expect(scene.answers()[0]).toContain('| <code>scale</code> | 5/5, 2 skipped | ☑️ right, not timed |');
    expect(JSON.parse(result.outputs.result ?? '').targets).toMatchObject([
      { verdict: 'measured', measured: { workloads: [] }, against_base: { kind: 'measured' } },
    ]);
  });

  test('a moved head is named, and nothing runs', async ({ expect }) => {
    await using scene = await Scene.openOn(github);
    const { reactions } = await scene.says(`/optimize --sha ${'0'.repeat(40)}`);
    expect(reactions).toEqual(['eyes', 'confused']);
    expect(scene.answers()[0]).toContain(`\n/optimize --sha ${scene.pull.headSha}\n`);
    expect(scene.model.requests()).toEqual([]);
  });

  test('status names the run that goes on, and cancel ends it', async ({ expect }) => {
    await using scene = await Scene.openOn(github);
    const { repository } = scene;
    scene.beginRun();
    await scene.says('/optimize status');
    expect(scene.answers()[0]).toContain('https://ci/99');
    await scene.says('/optimize cancel');
    expect(repository.workflowRuns[0]?.status).toBe('completed');
    expect(scene.answers()).toHaveLength(1);
    expect(scene.answers()[0]).toContain('The run was cancelled');
  });
});

describe.concurrent('/optimize apply', () => {
  test('commits the confirmed bytes to the branch', async ({ expect }) => {
    await using scene = await Scene.openOn(github);
    const content = await keepResult(scene);
    const { result, reactions } = await scene.says('/optimize apply scale');
    expect(result, result.log).toMatchObject({ exitCode: 0, errors: [] });
    expect(reactions).toEqual(['eyes', 'rocket']);
    expect(await scene.repository.readFile(KERNEL, 'larger-blocks')).toBe(content);
    // What was known stays in the comment.
    expect(scene.answers()[0]).toMatch(/was applied[\s\S]*A result\./);
  });

  test.for([
    ['of another head', '/optimize apply', '1'.repeat(40), /is of 1111111/],
    ['of another target', '/optimize apply other', undefined, /nothing to apply for other/],
  ] as const)('refuses a result %s', async ([, command, head, why], { expect }) => {
    await using scene = await Scene.openOn(github);
    await keepResult(scene, head);
    const { reactions } = await scene.says(command);
    expect(reactions).toEqual(['eyes', 'confused']);
    expect(scene.answers()[0]).toMatch(why);
    expect(scene.writes().filter((route) => route.includes('/git/'))).toEqual([]);
  });

  test('reads no result from the comment of anybody else', async ({ expect }) => {
    await using scene = await Scene.openOn(github);
    await keepResult(scene);
    const own = scene.comments()[0];
    scene.repository.issueComments.length = 0;
    scene.repository.addComment(scene.pull.number, 'mallory', own?.body ?? '');
    await scene.says('/optimize apply');
    expect(scene.answers()[0]).toContain('no confirmed result');
    expect(scene.writes().filter((route) => route.includes('/git/'))).toEqual([]);
  });
});
