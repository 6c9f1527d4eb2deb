import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../src/core/errors.ts';
import { VERDICTS } from '../../src/core/verdict.ts';
import { applyStored } from '../../src/deliver/apply.ts';
import { parseStoredResult, type StoredResult, storedResultOf } from '../../src/deliver/stored-result.ts';
import { droppedConnection, secondaryRateLimit, serverError } from '../github/known-faults.ts';
import { type Fixture, file, NO_WAIT, openFixture } from './pull-request-fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openFixture();
});
afterEach(() => fixture[Symbol.asyncDispose]());

const stored = (changes: Partial<StoredResult> = {}): StoredResult => ({
  ...parseStoredResult(JSON.stringify(storedResultOf(fixture.delivery, 'faster'))),
  ...changes,
});
const apply = (result = stored(), delivery = fixture.delivery, octokit = fixture.client()) =>
  applyStored(octokit, delivery, result, NO_WAIT);
const short = () => fixture.delivery.head.sha.slice(0, 7);

describe('applyStored', () => {
  it('commits the very bytes that were measured', async () => {
    const { delivery, repository } = fixture;
    const outcome = await apply(stored(), { ...delivery, before: [], after: [file('not these\n')] });
    expect(outcome).toMatchObject({ kind: 'committed', sha: await fixture.tip(), verified: true });
    expect(await repository.readFile('kernels/softmax.cu', 'faster')).toBe(delivery.after[0]?.content);
  });
});

describe('a stored result with a new file', () => {
  const withTile = () => [...fixture.delivery.after, file('tile\n', 'kernels/fast/tile.cuh')];

  it('is applied with it', async () => {
    const result = storedResultOf({ ...fixture.delivery, after: withTile() }, 'faster');
    expect(await apply(result)).toMatchObject({ kind: 'committed' });
    expect(await fixture.repository.readFile('kernels/fast/tile.cuh', 'faster')).toBe('tile\n');
  });

  it('is refused where the head has a file there', async () => {
    const files = { 'kernels/fast/tile.cuh': 'mine\n' };
    const sha = await fixture.repository.commit({ branch: 'faster', files });
    const delivery = { ...fixture.delivery, head: { ...fixture.delivery.head, sha } };
    const result = storedResultOf({ ...delivery, after: withTile() }, 'faster');
    expect(await apply(result, delivery)).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('kernels/fast/tile.cuh'),
    });
    expect(fixture.github.writes()).toEqual([]);
  });
});

describe('a stored result is not applied', () => {
  afterEach(async () => {
    expect(fixture.github.writes()).toEqual([]);
  });

  it.each(VERDICTS.filter((verdict) => verdict !== 'faster'))('when it is %s', async (verdict) => {
    expect(await apply(stored({ verdict }))).toEqual({
      kind: 'refused',
      reason: `The result for softmax is "${verdict}"; only what was proven to be faster is applied`,
    });
  });

  it('when its bytes are not those that were measured', async () => {
    const files = stored().files.map((each) => ({ ...each, content: `${each.content}// more\n` }));
    expect(await apply(stored({ files }))).toEqual({
      kind: 'refused',
      reason: 'kernels/softmax.cu in the result for softmax has not the bytes that were measured',
    });
  });

  it('when it is of another head', async () => {
    expect(await apply(stored({ head: 'f'.repeat(40) }))).toEqual({
      kind: 'moved',
      reason: `The result for softmax is of fffffff, and octo-labs/kernels#1 is at ${short()} now; run /optimize again`,
    });
  });

  it('when the head has moved since', async () => {
    await fixture.repository.commit({ branch: 'faster', files: { 'x.cu': 'x\n' } });
    expect(await apply()).toMatchObject({
      kind: 'moved',
      reason: expect.stringContaining('ask again for the new head'),
    });
  });

  it('when the branch’s file is not what it was measured against', async () => {
    const before = stored().before.map((each) => ({ ...each, sha256: '0'.repeat(64) }));
    expect(await apply(stored({ before }))).toEqual({
      kind: 'refused',
      reason: 'kernels/softmax.cu is not the file that the result for softmax was measured against',
    });
  });

  it('when the branch’s file is not there', async () => {
    const before = [...stored().before, { path: 'gone.cu', sha256: '0'.repeat(64) }];
    expect(await apply(stored({ before }))).toEqual({
      kind: 'refused',
      reason: 'gone.cu is gone, and the result for softmax replaces it',
    });
  });

  it('when it names a path outside of the repository', async () => {
    const { files } = storedResultOf({ ...fixture.delivery, after: [file('x', '../x')] }, 'faster');
    expect(await apply(stored({ files: [...stored().files, ...files] }))).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('"../x" is no path'),
    });
  });

  it('to a fork', async () => {
    await using forked = await openFixture({ fork: 'stranger' });
    const result = storedResultOf(forked.delivery, 'faster');
    expect(await applyStored(forked.client(), forked.delivery, result)).toMatchObject({ kind: 'refused' });
    expect(forked.github.writes()).toEqual([]);
  });

  it.each([
    ['403', { status: 403, body: { message: 'Resource not accessible by integration' } }, 'add "contents: read"'],
    ['404', { status: 404, body: { message: 'Not Found' } }, 'GitHub has no such thing'],
    ['429', secondaryRateLimit(1, 429), 'rate limit'],
    ['502', serverError(502), 'GitHub answered 502'],
    ['a cut connection', droppedConnection(), 'cannot be reached'],
  ])('after %s', async (_, fault, words) => {
    fixture.github.faults.add({ ...fault, method: 'GET', path: '**/git/blobs/*' });
    await expect(apply()).rejects.toThrow(/^Kernelwright cannot read the files of softmax from octo-labs\/kernels#1: /);
    fixture.github.faults.add({ ...fault, method: 'GET', path: '**/git/blobs/*' });
    await expect(apply()).rejects.toThrow(words);
  });
});

describe('a text that is no stored result', () => {
  const broken = (changes: object) => JSON.stringify({ ...storedResultOf(fixture.delivery, 'faster'), ...changes });

  it.each([
    ['no JSON', () => '{', /The stored result is not as Kernelwright writes it \(.*JSON.*\); run \/optimize again$/],
    ['another head', () => broken({ head: 'main' }), /\(head: is no commit\)/],
    ['another verdict', () => broken({ verdict: 'great' }), /\(verdict: /],
    ['no files', () => broken({ files: [] }), /\(files: /],
    ['another version', () => broken({ version: 2 }), /\(version: /],
    ['null', () => 'null', /\(the whole: /],
  ])('with %s is told in one sentence', (_, text, words) => {
    expect(() => parseStoredResult(text())).toThrow(ConfigurationError);
    expect(() => parseStoredResult(text())).toThrow(words);
  });
});
