import { describe, expect, it } from 'vitest';
import { EnvironmentError } from '../../../src/core/errors.ts';
import { requestFromEvent } from '../../../src/events/request.ts';
import { pullRequestPayload } from '../pull-request-event.ts';

type Payload = ReturnType<typeof pullRequestPayload>;

/** The request for a pull request event that differs from the usual one by `change`. */
function requestWhere(change: (payload: Payload) => void = () => {}) {
  const payload = pullRequestPayload();
  change(payload);
  return requestFromEvent({ eventName: 'pull_request', payload, repository: 'octo/kernels' });
}

describe('a pull_request event', () => {
  it.each(['opened', 'synchronize', 'reopened', 'ready_for_review'])(
    'optimizes when a pull request is %s',
    (action) => {
      expect(requestWhere((payload) => Object.assign(payload, { action }))).toEqual({
        kind: 'optimize',
        owner: 'octo',
        repo: 'kernels',
        pullRequest: 7,
        base: { sha: 'a'.repeat(40), ref: 'main' },
        head: { sha: 'b'.repeat(40), ref: 'softmax', repository: 'octo/kernels' },
      });
    },
  );

  const ignored: [string, (payload: Payload) => void][] = [
    ['other actions', (payload) => Object.assign(payload, { action: 'labeled' })],
    ['drafts', (payload) => Object.assign(payload.pull_request, { draft: true })],
    ['closed pull requests', (payload) => Object.assign(payload.pull_request, { state: 'closed' })],
    ['bots', (payload) => Object.assign(payload, { sender: { login: 'github-actions[bot]', type: 'Bot' } })],
    ['forks', (payload) => Object.assign(payload.pull_request.head, { repo: { full_name: 'guest/kernels' } })],
    ['deleted forks', (payload) => Object.assign(payload.pull_request.head, { repo: null })],
  ];
  it.each(ignored)('ignores %s, and says why', (_, change) => {
    const request = requestWhere(change);
    expect(request.kind).toBe('ignored');
    expect(request).toMatchSnapshot();
  });

  it('takes names of repositories as GitHub does, in any case', () => {
    const request = requestWhere((payload) =>
      Object.assign(payload.pull_request.head, { repo: { full_name: 'Octo/Kernels' } }),
    );
    expect(request.kind).toBe('optimize');
  });

  const broken: [string, unknown][] = [
    ['nothing', undefined],
    ['text', 'opened'],
    ['an empty object', {}],
    [
      'a short SHA',
      {
        ...pullRequestPayload(),
        pull_request: {
          ...pullRequestPayload().pull_request,
          base: { sha: 'abc', ref: 'main', repo: { full_name: 'a/b' } },
        },
      },
    ],
  ];
  it.each(broken)('refuses %s as a payload', (_, payload) => {
    const read = () => requestFromEvent({ eventName: 'pull_request', payload, repository: 'octo/kernels' });
    expect(read).toThrow(EnvironmentError);
    expect(read).toThrowErrorMatchingSnapshot();
  });
});
