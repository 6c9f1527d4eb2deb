import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EnvironmentError } from '../../src/core/errors.ts';
import { type CheckEnd, finishCheckRun, startCheckRun } from '../../src/deliver/check-run.ts';
import type { Annotation } from '../../src/report/check.ts';
import { droppedConnection, secondaryRateLimit, serverError } from '../github/known-faults.ts';
import { type Fixture, NO_WAIT, openFixture } from './pull-request-fixture.ts';

const CHECK = '**/check-runs/*';
const CHECKS = '**/check-runs';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openFixture();
});
afterEach(() => fixture[Symbol.asyncDispose]());

const place = (externalId = 'run-1') => ({
  owner: 'octo-labs',
  repo: 'kernels',
  headSha: fixture.delivery.head.sha,
  name: 'Kernelwright',
  externalId,
});
const start = (octokit = fixture.client()) => startCheckRun(octokit, place(), NO_WAIT);
const started = async () => {
  const check = await start();
  return check.kind === 'started' ? check : expect.unreachable(check.reason);
};
const END: CheckEnd = { conclusion: 'success', title: 'One kernel is faster', summary: 'Softmax.', annotations: [] };
const finish = async (end: Partial<CheckEnd> = {}) =>
  finishCheckRun(fixture.client(), await started(), { ...END, ...end }, NO_WAIT);
const [run] = [() => fixture.repository.checkRuns[0]];
const updates = (): number => fixture.github.writes().filter(({ method }) => method === 'PATCH').length;

function annotations(count: number): Annotation[] {
  return Array.from({ length: count }, (_, index) => ({
    path: 'kernels/softmax.cu',
    firstLine: index + 1,
    lastLine: index + 2,
    level: 'warning',
    title: 'Slower',
    message: `remark ${index}`,
  }));
}

describe('a check run', () => {
  it('runs, and ends with its conclusion', async () => {
    const check = await started();
    expect(check).toMatchObject({ kind: 'started', url: expect.stringContaining('/octo-labs/kernels/runs/') });
    expect(run()).toMatchObject({ status: 'in_progress', conclusion: null, headSha: fixture.delivery.head.sha });
    const end = { ...END, text: 'More.' };
    expect(await finishCheckRun(fixture.client(), check, end)).toEqual({ kind: 'finished', url: check.url });
    expect(run()).toMatchObject({
      status: 'completed',
      conclusion: 'success',
      externalId: 'run-1',
      output: { title: 'One kernel is faster', summary: 'Softmax.', text: 'More.' },
    });
    expect(updates()).toBe(1);
  });

  it('takes any number of annotations, 50 at once', async () => {
    await finish({ annotations: annotations(120) });
    expect(run()?.annotations.map(({ message }) => message)).toEqual(annotations(120).map(({ message }) => message));
    expect(run()?.annotations[1]).toMatchObject({ start_line: 2, end_line: 3, annotation_level: 'warning' });
    expect(updates()).toBe(3);
  });

  it('keeps annotations within the limits', async () => {
    const [odd] = annotations(1);
    const edges = { firstLine: 0, lastLine: -3, title: 't'.repeat(400), message: `${'é'.repeat(40_000)}` };
    await finish({ annotations: [{ ...(odd as Annotation), ...edges }] });
    const kept = run()?.annotations[0];
    expect(kept).toMatchObject({ start_line: 1, end_line: 1, title: 't'.repeat(255) });
    expect(Buffer.byteLength(kept?.message ?? '')).toBeLessThanOrEqual(65_536);
    expect(kept?.message).toMatch(/^é+…$/);
  });
});

describe('without the permission', () => {
  it.each([
    ['a token without it', { permissions: { contents: 'write' } } as const],
    ['a person’s token', { kind: 'personal', login: 'octo-labs' } as const],
  ])('%s is told, and nothing fails', async (_, token) => {
    expect(await start(fixture.client(token))).toEqual({
      kind: 'not-started',
      reason: expect.stringMatching(
        /^Kernelwright cannot create the check "Kernelwright" on octo-labs\/kernels: .*"checks: write"/,
      ),
    });
    expect(fixture.repository.checkRuns).toEqual([]);
  });

  it('GitHub may answer 404 too', async () => {
    fixture.github.faults.add({ method: 'POST', path: CHECKS, status: 404, body: { message: 'Not Found' } });
    expect(await start()).toMatchObject({ kind: 'not-started', reason: expect.stringContaining('"checks: write"') });
  });
});

describe('a failure of a check run', () => {
  it.each([
    ['409', { status: 409, body: { message: 'No' } }, 'GitHub answered 409'],
    ['422', { status: 422, body: { message: 'No' } }, 'GitHub answered 422'],
    ['a rate limit by 403', secondaryRateLimit(1, 403), 'rate limit'],
    ['a rate limit by 429', secondaryRateLimit(1, 429), 'rate limit'],
    ['server errors', serverError(502), 'GitHub answered 502'],
    ['cut connections', droppedConnection(), 'cannot be reached'],
  ])('is worded after %s', async (_, fault, words) => {
    fixture.github.faults.add({ ...fault, method: 'POST', path: CHECKS, times: 2 });
    const error = await start().then(
      () => expect.unreachable('it must fail'),
      (thrown: Error) => thrown,
    );
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error.message).toContain(words);
  });

  it('leaves it completed, whatever becomes of the later annotations', async () => {
    const check = await started();
    const octokit = fixture.client();
    octokit.hook.after('request', (_, { method }) => {
      if (method === 'PATCH')
        fixture.github.faults.add({ ...serverError(502), method: 'PATCH', path: CHECK, times: 2 });
    });
    const end = { ...END, annotations: annotations(60) };
    await expect(finishCheckRun(octokit, check, end, NO_WAIT)).rejects.toThrow(
      /^Kernelwright cannot add annotations to the check "Kernelwright" on octo-labs\/kernels: GitHub answered 502/,
    );
    expect(run()).toMatchObject({ status: 'completed', conclusion: 'success' });
    expect(run()?.annotations).toHaveLength(50);
  });
});

describe('what is not confirmed', () => {
  it('is found again when the check was created, among those of other runs', async () => {
    const other = await startCheckRun(fixture.client(), place('run-0'), NO_WAIT);
    fixture.github.faults.add({ ...droppedConnection('after'), method: 'POST', path: CHECKS });
    const check = await started();
    expect(fixture.repository.checkRuns.map(({ id, externalId }) => [id, externalId])).toEqual([
      [other.kind === 'started' && other.id, 'run-0'],
      [check.id, 'run-1'],
    ]);
  });

  it.each(['before', 'after'] as const)('is no annotation twice when the connection is cut %s', async (when) => {
    fixture.github.faults.add({ ...droppedConnection(when), method: 'PATCH', path: CHECK });
    await finish({ annotations: annotations(60) });
    expect(run()?.annotations).toHaveLength(60);
  });
});
