import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestFromEvent } from '../../../src/events/request.ts';
import {
  mergeGroupEvent,
  type Push,
  pushEvent,
  scheduleEvent,
  workflowDispatchEvent,
} from '../../github/branch-webhooks.ts';
import type { Repository } from '../../github/repository.ts';
import { type LocalGitHub, startGitHub } from '../../github/server.ts';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);
const MAIN = { owner: 'octo', repo: 'kernels', kind: 'branch', ref: 'refs/heads/main', sha: B };
/** As GitHub's runner sets them. */
const RUN = { repository: 'octo/kernels', sha: B, ref: 'refs/heads/main' };

let github: LocalGitHub;
let repository: Repository;
beforeAll(async () => {
  github = await startGitHub();
  repository = await github.createRepository({ owner: 'octo', name: 'kernels', files: { a: '1\n' } });
});
afterAll(() => github.close());

describe('a workflow_dispatch event', () => {
  it('is about the branch that was chosen, and says who chose it', () => {
    const payload = workflowDispatchEvent(repository, { sender: 'grace' });
    expect(requestFromEvent({ eventName: 'workflow_dispatch', payload, ...RUN })).toEqual({
      ...MAIN,
      why: 'dispatch',
      by: 'grace',
    });
  });

  it.each([
    [{ sha: B }, "GITHUB_REF is not set; expected a full ref, such as refs/heads/main, as GitHub's runner sets it"],
    [{ ref: 'main', sha: B }, 'GITHUB_REF is "main"; expected a full ref'],
    [{ ref: 'refs/heads/a\nb', sha: B }, 'GITHUB_REF is "refs/heads/a\\nb"; expected a full ref'],
    [{ ref: 'refs/heads/main' }, "GITHUB_SHA is not set; expected a commit SHA, as GitHub's runner sets it"],
    [{ ref: 'refs/heads/main', sha: 'HEAD' }, 'GITHUB_SHA is "HEAD"; expected a commit SHA'],
  ])('needs to know the branch and the commit: %o', (run, message) => {
    const payload = workflowDispatchEvent(repository);
    const read = () =>
      requestFromEvent({ eventName: 'workflow_dispatch', payload, repository: 'octo/kernels', ...run });
    expect(read).toThrow(message);
  });
});

describe('a schedule event', () => {
  it('is about the default branch', () => {
    const payload = scheduleEvent(repository);
    expect(requestFromEvent({ eventName: 'schedule', payload, ...RUN })).toEqual({ ...MAIN, why: 'schedule' });
  });
});

describe('a push event', () => {
  const requestFor = (push: Push) =>
    // The runner names the default branch when a branch was deleted, so only the payload is asked.
    requestFromEvent({ eventName: 'push', payload: pushEvent(repository, push), ...RUN, sha: 'f'.repeat(40) });

  it('is about what was pushed, and what was there before', () => {
    const request = requestFor({ ref: 'refs/heads/fast/er', before: A, after: B });
    expect(request).toEqual({ ...MAIN, ref: 'refs/heads/fast/er', why: 'push', before: A });
  });

  it.each<[Push, string]>([
    [{ ref: 'refs/tags/v1', after: B }, 'refs/tags/v1 is no branch; pushes to branches start a run'],
    [{ ref: 'refs/heads/old', before: A }, 'refs/heads/old was deleted'],
    [{ ref: 'refs/heads/new', after: B }, 'refs/heads/new is new, so there is nothing to compare it with'],
    [
      { ref: 'refs/heads/main', before: A, after: B, sender: 'github-actions[bot]' },
      'refs/heads/main was pushed to by the bot github-actions[bot]; a push by a person starts a run',
    ],
  ])('%o starts nothing', (push, reason) => {
    expect(requestFor(push)).toEqual({ kind: 'ignored', reason });
  });
});

describe('a merge_group event', () => {
  const requestFor = (action: 'checks_requested' | 'destroyed') => {
    const payload = mergeGroupEvent(repository, action, { headSha: B, baseSha: A });
    return requestFromEvent({ eventName: 'merge_group', payload, repository: 'octo/kernels' });
  };

  it('is about what would be merged, whoever queued it', () => {
    const ref = `refs/heads/gh-readonly-queue/main/pr-1-${A}`;
    expect(requestFor('checks_requested')).toEqual({ ...MAIN, ref, why: 'merge-group', before: A });
  });

  it('starts nothing when the group is gone', () => {
    const reason = 'the action "destroyed" of a merge group starts nothing; checks_requested does';
    expect(requestFor('destroyed')).toEqual({ kind: 'ignored', reason });
  });
});
