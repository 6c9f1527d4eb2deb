import { describe, expect, it } from 'vitest';
import { hashFiles } from '../../src/core/source.ts';
import { storedResultOf } from '../../src/deliver/stored-result.ts';
import { withStored } from '../../src/jobs/stored.ts';
import { COMMENT_MARKER } from '../../src/report/comment.ts';
import { issueCommentEvent } from '../github/comment-webhook.ts';
import type { IssueComment } from '../github/conversation.ts';
import { ROLES } from '../github/permissions.ts';
import { Scene } from './scene.ts';

const BOT = 'github-actions[bot]';
const KERNEL = 'kernels/scale.cu';

/** What somebody writes on the pull request, and what becomes of it; `grace` may write unless another role is given. */
async function says(scene: Scene, body: string, { role = 'write', login = 'grace', inputs = {} }: Saying = {}) {
  if (role !== 'none') scene.repository.setRole(login, role);
  const comment = scene.repository.addComment(scene.pull.number, login, body);
  const payload = issueCommentEvent(scene.repository, comment, 'created');
  const result = await scene.run({ eventName: 'issue_comment', payload, inputs });
  return { result, comment };
}

interface Saying {
  readonly role?: (typeof ROLES)[number];
  readonly login?: string;
  readonly inputs?: Readonly<Record<string, string>>;
}

const reactionsTo = (comment: IssueComment) => comment.reactions.map(({ content }) => content);
const answers = (scene: Scene) => scene.comments().filter(({ user }) => user.login === BOT);
const PERMISSION = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission';

/** Whether the permission was asked for before anything was written. */
function isAskedFirst(scene: Scene): boolean {
  const routes = scene.github.routes.map(({ method, template }) => `${method} ${template}`);
  const first = scene.github.routes.findIndex(({ method }) => method !== 'GET');
  const asked = routes.indexOf(PERMISSION);
  return asked >= 0 && (first < 0 || asked < first);
}

describe('/optimize on a pull request', () => {
  it('help shows the usage in the one comment, with an eye at once and a rocket at the end', async () => {
    await using scene = await Scene.open();
    const { result, comment } = await says(scene, '/optimize help');
    expect(result).toMatchObject({ exitCode: 0, errors: [] });
    expect(reactionsTo(comment)).toEqual(['eyes', 'rocket']);
    expect(answers(scene).map(({ body }) => body)).toEqual([expect.stringContaining('/optimize apply [TARGET…]')]);
    expect(isAskedFirst(scene)).toBe(true);
    expect(scene.github.violations).toEqual([]);
  });

  it.for(ROLES)('somebody with the role %s is answered only if they may write', async (role) => {
    await using scene = await Scene.open();
    const { result, comment } = await says(scene, '/optimize help', { role });
    const may = ['write', 'maintain', 'admin'].includes(role);
    expect(result).toMatchObject({ exitCode: 0, errors: [] });
    expect(answers(scene)).toHaveLength(may ? 1 : 0);
    expect(reactionsTo(comment)).toHaveLength(may ? 2 : 0);
    expect(scene.github.writes().length > 0).toBe(may);
    expect(isAskedFirst(scene)).toBe(true);
    if (!may) expect(result.log).toMatch(/Nothing to do: grace/);
  });

  it('a mistake is answered with the nearest word and the usage', async () => {
    await using scene = await Scene.open();
    const { comment } = await says(scene, '/optimize --efort high');
    expect(reactionsTo(comment)).toEqual(['eyes', 'confused']);
    expect(answers(scene)[0]?.body).toMatch(/--effort[\s\S]*\/optimize status/);
  });

  it.for(['Not now.\n/optimize', '> /optimize', '    /optimize', '/optimizer', '```\n/optimize\n```'])(
    'nothing happens for %j',
    async (body) => {
      await using scene = await Scene.open();
      const { result } = await says(scene, body);
      expect(result).toMatchObject({ exitCode: 0, errors: [] });
      expect(scene.github.routes).toEqual([]);
    },
  );

  it('an edited comment and a bot are ignored', async () => {
    await using scene = await Scene.open();
    const comment = scene.repository.addComment(scene.pull.number, 'grace', '/optimize');
    const edited = issueCommentEvent(scene.repository, comment, 'edited');
    expect((await scene.run({ eventName: 'issue_comment', payload: edited })).exitCode).toBe(0);
    await says(scene, '/optimize', { login: 'renovate[bot]', role: 'admin' });
    expect(scene.github.routes).toEqual([]);
  });

  it('a target is optimized as the command says, and the comment tells how far it is', async () => {
    await using scene = await Scene.open({ 'README.md': '# More\n' });
    const { result, comment } = await says(scene, '/optimize scale --turns 1 --model other');
    expect(result, result.log).toMatchObject({ exitCode: 0, errors: [] });
    expect(reactionsTo(comment)).toEqual(['eyes', 'rocket']);
    expect(scene.model.requests().map(({ model }) => model)).toEqual(['other']);
    const [answer, ...more] = answers(scene);
    expect(more).toEqual([]);
    expect(answer?.body).toContain('scale');
    expect(scene.github.violations).toEqual([]);
  });

  it('a target that there is not is answered with the nearest', async () => {
    await using scene = await Scene.open();
    const { result, comment } = await says(scene, '/optimize scales');
    expect(result.exitCode).toBe(1);
    expect(result.errors[0]).toContain('"scale"');
    expect(reactionsTo(comment)).toEqual(['eyes', 'confused']);
    expect(answers(scene)[0]?.body).toContain('There is no target "scales"');
  });

  it('bench measures and asks no model', async () => {
    await using scene = await Scene.open();
    const { result } = await says(scene, '/optimize bench');
    expect(result, result.log).toMatchObject({ exitCode: 0, errors: [] });
    expect(scene.model.requests()).toEqual([]);
    expect(answers(scene)).toHaveLength(1);
  });

  it('a moved head is named, and nothing runs', async () => {
    await using scene = await Scene.open();
    const { comment } = await says(scene, `/optimize --sha ${'0'.repeat(40)}`);
    expect(reactionsTo(comment)).toEqual(['eyes', 'confused']);
    expect(answers(scene)[0]?.body).toContain(`\n/optimize --sha ${scene.pull.headSha}\n`);
    expect(scene.model.requests()).toEqual([]);
  });

  it('status names the run that goes on, and cancel ends it', async () => {
    await using scene = await Scene.open();
    const { repository, pull } = scene;
    repository.workflowRuns.push({ id: 99, status: 'in_progress' });
    repository.checkRuns.push({
      ...{
        id: 7,
        headSha: pull.headSha,
        annotations: [],
        name: 'Kernelwright',
        status: 'in_progress',
        conclusion: null,
      },
      ...{ startedAt: '2026-01-01T00:00:00Z', completedAt: null, externalId: '99', detailsUrl: 'https://ci/99' },
      output: { title: null, summary: null, text: null },
    });
    await says(scene, '/optimize status');
    expect(answers(scene)[0]?.body).toContain('https://ci/99');
    await says(scene, '/optimize cancel');
    expect(repository.workflowRuns[0]?.status).toBe('completed');
    expect(answers(scene)).toHaveLength(1);
    expect(answers(scene)[0]?.body).toContain('The run was cancelled');
    expect(scene.github.violations).toEqual([]);
  });
});

describe('/optimize apply', () => {
  /** The bot's comment with a confirmed result in it. */
  async function withResult(scene: Scene, head = scene.pull.headSha) {
    const before = [{ path: KERNEL, content: (await scene.repository.readFile(KERNEL, scene.pull.headSha)) ?? '' }];
    const after = [{ path: KERNEL, content: `${before[0]?.content}// faster\n` }];
    const stored = storedResultOf(
      { head: { sha: head, ref: 'larger-blocks', repository: 'acme/kernels' }, target: 'scale', before, after },
      'faster',
    );
    scene.repository.addComment(scene.pull.number, BOT, withStored(`${COMMENT_MARKER}\nA result.`, [stored]));
    return after;
  }

  it('commits the confirmed bytes to the branch', async () => {
    await using scene = await Scene.open();
    const after = await withResult(scene);
    const { result, comment } = await says(scene, '/optimize apply scale');
    expect(result, result.log).toMatchObject({ exitCode: 0, errors: [] });
    expect(reactionsTo(comment)).toEqual(['eyes', 'rocket']);
    const now = [{ path: KERNEL, content: (await scene.repository.readFile(KERNEL, 'larger-blocks')) ?? '' }];
    expect(hashFiles(now)).toBe(hashFiles(after));
    // What was known stays in the comment.
    expect(answers(scene)[0]?.body).toMatch(/was applied[\s\S]*A result\./);
    expect(scene.github.violations).toEqual([]);
  });

  it.for([
    ['of another head', '/optimize apply', '1'.repeat(40), /is of 1111111/],
    ['of another target', '/optimize apply other', undefined, /nothing to apply for other/],
  ] as const)('refuses a result %s', async ([, command, head, why]) => {
    await using scene = await Scene.open();
    await withResult(scene, head);
    const { comment } = await says(scene, command);
    expect(reactionsTo(comment)).toEqual(['eyes', 'confused']);
    expect(answers(scene)[0]?.body).toMatch(why);
    expect(scene.writes().filter((route) => route.includes('/git/'))).toEqual([]);
  });

  it('reads no result from the comment of anybody else', async () => {
    await using scene = await Scene.open();
    await withResult(scene);
    const own = scene.comments()[0];
    scene.repository.issueComments.length = 0;
    scene.repository.addComment(scene.pull.number, 'mallory', own?.body ?? '');
    await says(scene, '/optimize apply');
    expect(answers(scene)[0]?.body).toContain('no confirmed result');
    expect(scene.writes().filter((route) => route.includes('/git/'))).toEqual([]);
  });
});
