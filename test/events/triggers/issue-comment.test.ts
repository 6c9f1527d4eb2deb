import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestFromEvent } from '../../../src/events/request.ts';
import { type CommentEventOptions, issueCommentEvent } from '../../github/comment-webhook.ts';
import type { PullRequest } from '../../github/pull-request.ts';
import type { Repository } from '../../github/repository.ts';
import { type LocalGitHub, startGitHub } from '../../github/server.ts';

let github: LocalGitHub;
let repository: Repository;
let pull: PullRequest;
beforeAll(async () => {
  github = await startGitHub();
  repository = await github.createRepository({ owner: 'octo', name: 'kernels', files: { a: '1\n' } });
  pull = await repository.openPullRequest({ head: 'fast', files: { a: '2\n' }, title: 'Faster' });
});
afterAll(() => github.close());

interface Written extends CommentEventOptions {
  readonly body?: string;
  readonly login?: string;
  readonly action?: 'created' | 'edited' | 'deleted';
}

function requestFor({ body = '/optimize', login = 'grace', action = 'created', ...options }: Written) {
  const comment = repository.addComment(pull.number, login, body);
  const payload: unknown = issueCommentEvent(repository, comment, action, options);
  return {
    id: comment.id,
    request: requestFromEvent({ eventName: 'issue_comment', payload, repository: 'octo/kernels' }),
  };
}

describe('an issue_comment event', () => {
  it('asks for what the comment says', () => {
    const { id, request } = requestFor({ body: '/optimize softmax --turns 3\n\nPlease.' });
    expect(request).toEqual({
      kind: 'command',
      owner: 'octo',
      repo: 'kernels',
      pullRequest: 1,
      comment: { id, login: 'grace' },
      parsed: { kind: 'command', command: { verb: 'optimize', targets: ['softmax'], options: { turns: 3 } } },
    });
  });

  it('keeps a mistake, to be answered once it is known who made it', () => {
    expect(requestFor({ body: '/optimize --turns 99' }).request).toMatchObject({
      kind: 'command',
      parsed: { kind: 'mistake', message: '--turns is "99"; give a whole number from 1 to 32' },
    });
  });

  const ignored: [string, Written, string][] = [
    [
      'without a command',
      { body: 'Nice' },
      'the comment on pull request #1 has no command: its first line does not begin with /optimize',
    ],
    [
      'that only quotes one',
      { body: '> /optimize' },
      'the comment on pull request #1 has no command: its first line does not begin with /optimize',
    ],
    ['that was edited', { action: 'edited' }, 'the comment was edited; only new comments are read'],
    ['that was deleted', { action: 'deleted' }, 'the comment was deleted; only new comments are read'],
    ['on an issue', { onIssue: true }, 'the comment is on the issue #1; commands work on pull requests'],
    [
      'by a bot',
      { login: 'dependabot[bot]' },
      'the comment was written by the bot dependabot[bot]; only people give commands',
    ],
    [
      'that somebody else sent',
      { sender: 'ada' },
      'the comment of grace was sent by ada; only whoever wrote it gives a command',
    ],
    [
      'that a bot sent',
      { sender: 'helper[bot]' },
      'the comment was written by the bot helper[bot]; only people give commands',
    ],
  ];
  it.each(ignored)('ignores a comment %s', (_, written, reason) => {
    expect(requestFor(written).request).toEqual({ kind: 'ignored', reason });
  });

  it.each([{ type: 'Bot' }, { login: 'sneaky[bot]' }])('knows a bot by its type and by its name: %o', (as) => {
    const comment = repository.addComment(pull.number, 'grace', '/optimize');
    const payload = issueCommentEvent(repository, comment, 'created');
    Object.assign(payload.comment.user, as);
    const request = requestFromEvent({ eventName: 'issue_comment', payload, repository: 'octo/kernels' });
    expect(request.kind).toBe('ignored');
  });

  it('refuses a login that is none', () => {
    const comment = repository.addComment(pull.number, 'grace', '/optimize');
    const payload = issueCommentEvent(repository, comment, 'created');
    Object.assign(payload.comment.user, { login: '../../ada' });
    const read = () => requestFromEvent({ eventName: 'issue_comment', payload, repository: 'octo/kernels' });
    expect(read).toThrow(/comment\.user\.login: expected a login/);
  });

  it('ignores commands on a closed pull request', async () => {
    const closed = await repository.openPullRequest({ head: 'old', files: { a: '3\n' }, title: 'Old' });
    closed.closedAt = github.state.now();
    const payload = issueCommentEvent(
      repository,
      repository.addComment(closed.number, 'grace', '/optimize'),
      'created',
    );
    expect(requestFromEvent({ eventName: 'issue_comment', payload, repository: 'octo/kernels' })).toEqual({
      kind: 'ignored',
      reason: 'pull request #2 is closed',
    });
  });
});
