import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EnvironmentError, PermissionError } from '../../src/core/errors.ts';
import { suggestChanges } from '../../src/deliver/suggest.ts';
import { droppedConnection, secondaryRateLimit, serverError } from '../github/known-faults.ts';
import { applySuggestions } from './apply-suggestions.ts';
import { type Fixture, file, NO_WAIT, openFixture, withLines } from './pull-request-fixture.ts';

const REVIEWS = '**/pulls/1/reviews';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openFixture();
});
afterEach(() => fixture[Symbol.asyncDispose]());

const suggest = (changes: Partial<Fixture['delivery']> = {}, octokit = fixture.client()) =>
  suggestChanges(octokit, { ...fixture.delivery, ...changes }, NO_WAIT);
const writes = (): string[] => fixture.github.writes().map(({ method, status }) => `${method} ${status}`);
const failure = async (octokit = fixture.client()): Promise<Error> =>
  suggest({}, octokit).then(
    () => expect.unreachable('it must fail'),
    (error: Error) => error,
  );

/** What the reviews posted so far make of the target's file. */
function applied(): string {
  const comments = fixture.repository.reviews.flatMap((review) => review.comments);
  const posted = comments.map(({ startLine, line, body }) => ({ first: startLine, last: line, body }));
  return applySuggestions(fixture.delivery.before[0]?.content ?? '', posted);
}

describe('suggestChanges', () => {
  it('posts one review that comes to exactly the candidate', async () => {
    const outcome = await suggest();
    expect(outcome).toEqual({
      kind: 'suggested',
      url: expect.stringContaining('/octo-labs/kernels/pull/1#pullrequestreview-'),
      suggestions: 2,
    });
    const [review, ...others] = fixture.repository.reviews;
    expect(others).toEqual([]);
    expect(review).toMatchObject({ state: 'COMMENTED', commitId: fixture.delivery.head.sha });
    expect(review?.body).toMatch(/^<!-- kernelwright-suggestions [0-9a-f]{64} -->\nThe evidence\.$/);
    expect(review?.comments.map(({ startLine, line }) => [startLine, line])).toEqual([
      [10, 11],
      [30, 30],
    ]);
    expect(review?.comments[0]?.body).toBe('````suggestion\nTEN\neleven ```\n````');
    expect(applied()).toBe(fixture.delivery.after[0]?.content);
    expect(writes()).toEqual(['POST 200']);
  });

  it('finds its review when asked again, but takes nobody else’s for it', async () => {
    const stranger = fixture.client({ kind: 'personal', login: 'contributor' });
    await suggest({}, stranger);
    expect(await suggest()).toMatchObject({ kind: 'suggested' });
    expect(await suggest()).toMatchObject({ kind: 'unchanged', suggestions: 2 });
    expect(fixture.repository.reviews).toHaveLength(2);
  });

  it('works on a pull request from a fork', async () => {
    await using forked = await openFixture({ fork: 'stranger' });
    const outcome = await suggestChanges(forked.client(), forked.delivery, NO_WAIT);
    expect(outcome).toMatchObject({ kind: 'suggested', suggestions: 2 });
  });

  it('finds the file behind hundreds of others', async () => {
    const files = Object.fromEntries(Array.from({ length: 130 }, (_, index) => [`a/${index}.txt`, `${index}\n`]));
    const sha = await fixture.repository.commit({ branch: 'faster', files });
    const outcome = await suggest({ head: { ...fixture.delivery.head, sha } });
    expect(outcome).toMatchObject({ kind: 'suggested' });
  });
});

describe('nothing is suggested', () => {
  afterEach(() => expect(fixture.repository.reviews).toEqual([]));

  it.each([
    [
      'lines outside of the diff',
      [file(withLines({ 10: 'TEN\n', 20: 'twenty\n', 30: 'thirty\n' }))],
      'kernels/softmax.cu: line 20 would change outside the diff of the pull request',
    ],
    [
      'a file that is not in the diff',
      [file('changed\n', 'kernels/other.cu')],
      'kernels/other.cu is not changed by the pull request, so no suggestion can stand there',
    ],
  ])('for %s, even though others fit', async (_, files, reason) => {
    const before = [...fixture.delivery.before, file('other\n', 'kernels/other.cu')];
    const after = before.map((old) => files.find(({ path }) => path === old.path) ?? old);
    const fitting =
      after[0] === before[0] ? [file(withLines({ 10: 'TEN\n', 30: 'thirty\n' })), ...after.slice(1)] : after;
    expect(await suggest({ before, after: fitting })).toEqual({ kind: 'does-not-fit', reason });
    expect(writes()).toEqual([]);
  });

  it('when the head moved', async () => {
    await fixture.repository.commit({ branch: 'faster', files: { 'x.cu': 'x\n' } });
    expect(await suggest()).toMatchObject({ kind: 'moved' });
    expect(writes()).toEqual([]);
  });

  it('when the file is not what was measured', async () => {
    expect(await suggest({ before: [file('else\n')] })).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('is not what was measured'),
    });
  });

  it('when GitHub sees the diff otherwise', async () => {
    const body = { message: 'Unprocessable Entity', errors: ['Line could not be resolved'] };
    fixture.github.faults.add({ method: 'POST', path: REVIEWS, status: 422, body });
    expect(await suggest()).toEqual({
      kind: 'does-not-fit',
      reason: 'GitHub finds a line of the suggestions for softmax outside the diff',
    });
  });

  it('without the permission, which is named', async () => {
    const error = await failure(fixture.client({ permissions: { contents: 'write' } }));
    expect(error).toBeInstanceOf(PermissionError);
    expect(error.message).toMatch(
      /^Kernelwright cannot post suggestions on octo-labs\/kernels#1: .*add "pull-requests: write"/,
    );
  });

  it.each([404, 409, 422])('after %i', async (status) => {
    fixture.github.faults.add({ method: 'POST', path: REVIEWS, status, body: { message: 'No' } });
    expect((await failure()).message).toMatch(/^Kernelwright cannot post suggestions on octo-labs\/kernels#1: /);
  });

  it.each([
    ['a rate limit', secondaryRateLimit(1, 429), 'rate limit'],
    ['server errors', serverError(502), 'GitHub answered 502'],
    ['cut connections', droppedConnection(), 'cannot be reached'],
  ])('after %s', async (_, fault, words) => {
    fixture.github.faults.add({ ...fault, method: 'POST', path: REVIEWS, times: 2 });
    const error = await failure();
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error.message).toContain(words);
  });
});

it('a review that is not confirmed is found again, and not repeated', async () => {
  fixture.github.faults.add({ ...droppedConnection('after'), method: 'POST', path: REVIEWS });
  expect(await suggest()).toMatchObject({ kind: 'suggested' });
  expect(fixture.repository.reviews).toHaveLength(1);
});
