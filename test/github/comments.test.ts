import type { Octokit } from '@octokit/rest';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connect, refusalOf } from './client.ts';
import type { Repository } from './repository.ts';
import { type LocalGitHub, startGitHub } from './server.ts';

const AT = { owner: 'ada', repo: 'kernels' };
let github: LocalGitHub;
let octokit: Octokit;
let repository: Repository;

beforeAll(async () => {
  github = await startGitHub({ openapi: true });
  octokit = connect(github);
  repository = await github.createRepository({ ...AT, name: AT.repo, files: { a: '1\n' } });
  await repository.openPullRequest({ head: 'one', files: { a: '2\n' }, title: 'One' });
  await repository.openPullRequest({ head: 'two', files: { a: '3\n' }, title: 'Two' });
});
afterEach(() => expect(github.violations).toEqual([]));
afterAll(() => github.close());

const comment = async (body: string, issue_number = 1) =>
  (await octokit.issues.createComment({ ...AT, issue_number, body })).data;

describe('comments', () => {
  it('are created, read, changed and deleted', async () => {
    const { id, user, performed_via_github_app: app } = await comment('first');
    expect([user?.login, app?.slug]).toEqual(['github-actions[bot]', 'github-actions']);
    await octokit.issues.updateComment({ ...AT, comment_id: id, body: 'second' });
    expect((await octokit.issues.getComment({ ...AT, comment_id: id })).data.body).toBe('second');
    expect(repository.comments(1).map(({ body }) => body)).toEqual(['second']);
    await octokit.issues.deleteComment({ ...AT, comment_id: id });
    expect(repository.comments(1)).toEqual([]);
    expect(await refusalOf(octokit.issues.getComment({ ...AT, comment_id: id }))).toMatchObject({ status: 404 });
  });

  it('belong to their pull request and come in pages', async () => {
    for (let i = 0; i < 7; i += 1) await comment(`number ${i}`, 2);
    const list = { ...AT, issue_number: 2, per_page: 3 };
    expect((await octokit.issues.listComments(list)).headers.link).toContain('page=3>; rel="last"');
    const all = await octokit.paginate(octokit.issues.listComments, list);
    expect(all.map(({ body }) => body)).toEqual(repository.comments(2).map(({ body }) => body));
    expect((await octokit.issues.listComments({ ...AT, issue_number: 1 })).data).toEqual([]);
  });

  it('hold 65,536 characters and not one more', async () => {
    const longest = '🚀'.repeat(65_536);
    const { id } = await comment(longest);
    const tooLong = {
      status: 422,
      message: 'Validation Failed',
      errors: [
        {
          resource: 'IssueComment',
          code: 'unprocessable',
          field: 'data',
          message: 'Body is too long (maximum is 65536 characters)',
        },
      ],
    };
    expect(await refusalOf(comment(`${longest}x`))).toMatchObject(tooLong);
    const update = octokit.issues.updateComment({ ...AT, comment_id: id, body: 'x'.repeat(65_537) });
    expect(await refusalOf(update)).toMatchObject(tooLong);
    expect(repository.comments(1).map(({ body }) => body === longest)).toEqual([true]);
  });

  it('need a body and a pull request', async () => {
    expect(await refusalOf(comment(' '))).toMatchObject({ status: 422, errors: [{ message: 'Body cannot be blank' }] });
    expect(await refusalOf(comment('hello', 99))).toMatchObject({ status: 404 });
    const nothing = octokit.request('POST /repos/{owner}/{repo}/issues/1/comments', AT);
    expect(await refusalOf(nothing)).toMatchObject({
      status: 422,
      message: 'Invalid request.\n\n"body" wasn\'t supplied.',
    });
  });
});

describe('reactions', () => {
  it('are added once, counted and removed', async () => {
    const { id: comment_id } = await comment('react to me');
    const at = { ...AT, comment_id };
    const first = await octokit.reactions.createForIssueComment({ ...at, content: 'rocket' });
    const again = await octokit.reactions.createForIssueComment({ ...at, content: 'rocket' });
    expect([first.status, again.status, again.data.id]).toEqual([201, 200, first.data.id]);
    await octokit.reactions.createForIssueComment({ ...at, content: '+1' });
    const { data } = await octokit.issues.getComment(at);
    expect(data.reactions).toMatchObject({ total_count: 2, rocket: 1, '+1': 1, heart: 0 });
    const rockets = await octokit.reactions.listForIssueComment({ ...at, content: 'rocket' });
    expect(rockets.data.map(({ content }) => content)).toEqual(['rocket']);
    await octokit.reactions.deleteForIssueComment({ ...at, reaction_id: first.data.id });
    expect((await octokit.reactions.listForIssueComment(at)).data.map(({ content }) => content)).toEqual(['+1']);
  });
});
