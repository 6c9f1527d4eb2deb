import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EnvironmentError } from '../../src/core/errors.ts';
import { requestFromEvent } from '../../src/events/request.ts';
import { pullRequestPayload } from './pull-request-event.ts';

const TRIGGERS = ['pull_request', 'issue_comment', 'workflow_dispatch', 'schedule', 'push', 'merge_group'];

describe('requestFromEvent', () => {
  it.each(['pull_request_target', 'pull_request_review', 'constructor', ''])(
    'ignores the event "%s" in one line',
    (eventName) => {
      expect(requestFromEvent({ eventName, payload: {}, repository: 'octo/kernels' })).toEqual({
        kind: 'ignored',
        reason: `the event "${eventName}" starts nothing; run this action on pull_request, issue_comment, workflow_dispatch, schedule, push or merge_group`,
      });
    },
  );

  it('refuses a repository without an owner', () => {
    const read = () =>
      requestFromEvent({ eventName: 'pull_request', payload: pullRequestPayload(), repository: 'kernels' });
    expect(read).toThrow('GITHUB_REPOSITORY is "kernels"; expected owner/name');
  });

  it.each(TRIGGERS)('refuses any other payload of %s in one clear line', (eventName) => {
    fc.assert(
      fc.property(fc.anything(), (payload) => {
        const read = () => requestFromEvent({ eventName, payload, repository: 'octo/kernels' });
        expect(read).toThrow(EnvironmentError);
        expect(read).toThrow(/^the event's payload is not an? \w+ event as GitHub sends it \(.*\); check the file/);
      }),
    );
  });
});
