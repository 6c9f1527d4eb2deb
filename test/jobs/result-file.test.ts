import { describe, expect, it } from 'vitest';
import { EnvironmentError } from '../../src/core/errors.ts';
import { candidateOf, hashFiles, type SourceFile } from '../../src/core/source.ts';
import type { Target } from '../../src/core/target.ts';
import type { PlanFile } from '../../src/jobs/plan-file.ts';
import { parseResult, renderResultFile } from '../../src/jobs/result-file.ts';
import { TARGET } from '../refine/samples.ts';
import { BASELINE, outcomeOf, PLAN, PLAN_HASH, runOf } from './samples.ts';

const RUN = runOf(outcomeOf());
const NO_RESOURCES = {
  name: 'k',
  registers: 0,
  shared_bytes: 0,
  spill_store_bytes: 0,
  spill_load_bytes: 0,
  stack_bytes: 0,
};
const NOBODY = '0'.repeat(64);
const parse = (text: string) => parseResult(text, 'result.json', PLAN, PLAN_HASH);
const TEXT = renderResultFile(RUN, PLAN_HASH);

it('a result comes through as it was found', () => {
  expect(parse(TEXT)).toEqual(RUN);
});

it('a result tells how long the GPU measured', () => {
  const timed = { ...RUN, targets: RUN.targets.map((target) => ({ ...target, gpuSeconds: 12.5 })) };
  expect(parse(renderResultFile(timed, PLAN_HASH))).toEqual(timed);
});

it('so do the comparison with the base branch, and code that was only measured as it is', () => {
  const times = { name: 'n=1', us: 58.1, floor_us: 29.8, base_us: 61, speedup: 1.05, low: 1.04, high: 1.06 };
  const checks = [{ name: 'oracle', status: 'passed' as const, detail: 'agrees' }];
  const eager = { kind: 'timed' as const, workloads: [{ ...times, baseline_us: 58.1 }] };
  const modes = { eager, compiled: { kind: 'failed' as const, reason: 'graph break' } };
  const { best: _, ...unsearched } = { ...outcomeOf(), turns: [], trajectories: 0 };
  const run = runOf({
    ...unsearched,
    measured: { workloads: [times], checks, modes },
    againstBase: { kind: 'measured', verdict: 'faster', reason: 'Faster.', workloads: [times], checks, seconds: 3 },
  });
  expect(parse(renderResultFile(run, PLAN_HASH))).toEqual(run);
});

it('so does what the compiler, the profiler and the other modes say', () => {
  const occupancy = {
    block_threads: 256,
    block_shared_bytes: 0,
    warps: 64,
    most_warps: 64,
    limited_by: 'warps',
  } as const;
  const bytes = { shared_bytes: 0, spill_store_bytes: 0, spill_load_bytes: 0, stack_bytes: 0 };
  const times = { name: 'n=1', us: 58.1, baseline_us: 58.1, speedup: 1, low: 0.9, high: 1.1 };
  const more = {
    resources: [{ name: 'k', registers: 40, ...bytes, occupancy: [occupancy] }],
    profile: { kernels: [{ name: 'k', us: 3, metrics: { 'dram__bytes.sum': 7 } }], reason: '' },
    modes: { eager: { kind: 'timed', workloads: [times] }, compiled: { kind: 'failed', reason: 'graph break' } },
  } as const;
  const outcome = outcomeOf();
  const best = outcome.best && { ...outcome.best, evidence: { ...outcome.best.evidence, ...more } };
  const run = runOf({ ...outcome, ...(best && { best }) });
  expect(parse(renderResultFile(run, PLAN_HASH))).toEqual(run);
});

type Tree = Record<string, unknown>;

/** The file with other values at some places; undefined takes one away. */
function changed(changes: Readonly<Record<string, unknown>>): string {
  const file: Tree = JSON.parse(TEXT);
  for (const [path, value] of Object.entries(changes)) {
    const steps = path.split('.');
    const last = steps.pop() ?? '';
    const place = steps.reduce((node, step) => node[step] as Tree, file);
    place[last] = value;
  }
  return JSON.stringify(file);
}

describe('nothing is believed of a result', () => {
  it.each([
    ['of another plan', { plan: NOBODY }, /it is of another plan/],
    ['of another version', { schema: 2 }, /schema: /],
    ['of a target that the plan has not', { 'targets.0.target': 'evil' }, /the plan has no target "evil"/],
    ['about other code of its own', { 'targets.0.baseline.0.content': '//' }, /its own code is not what/],
    [
      'whose best files are not those that were measured',
      { 'targets.0.best.candidate.files.0.content': '// evil' },
      /the files of a candidate are not those/,
    ],
    [
      'whose best has the hash of files that nobody measured',
      { 'targets.0.best.evidence.hashes.candidate': NOBODY },
      /the files of a candidate are not those/,
    ],
    [
      'whose turn has other files than were measured',
      { 'targets.0.turns.1.result.candidate.files.0.content': '// evil' },
      /the files of a candidate are not those/,
    ],
    [
      'that was measured against other code',
      { 'targets.0.best.evidence.hashes.baseline': NOBODY },
      /measured against other code/,
    ],
    ['with a verdict that there is not', { 'targets.0.best.evidence.verdict': 'fastest' }, /verdict/],
    [
      'with markup for a number of registers',
      { 'targets.0.best.evidence.resources': [{ ...NO_RESOURCES, registers: '@everybody <img src=x>' }] },
      /resources\.0\.registers/,
    ],
    [
      'with markup for what limits the occupancy',
      { 'targets.0.best.evidence.resources': [{ ...NO_RESOURCES, occupancy: [{ limited_by: '<b>' }] }] },
      /resources\.0\.occupancy/,
    ],
    ['whose resources are none', { 'targets.0.best.evidence.resources': 'x' }, /resources/],
    ['whose profile is none', { 'targets.0.best.evidence.profile': {} }, /profile\.kernels/],
    ['whose modes are none', { 'targets.0.best.evidence.modes': { eager: { kind: 'timed' } } }, /modes\.eager/],
    ['without its turns', { 'targets.0.turns': undefined }, /targets\.0\.turns/],
  ])('%s', (_, changes, why) => {
    expect(() => parse(changed(changes))).toThrow(EnvironmentError);
    expect(() => parse(changed(changes))).toThrow(why);
  });

  it('with a candidate that would write elsewhere', () => {
    const files = [{ path: '.github/workflows/ci.yml', content: 'evil' }];
    const hash = hashFiles(files);
    const text = changed({
      'targets.0.best.candidate': { files, hash },
      'targets.0.best.evidence.hashes.candidate': hash,
    });
    expect(() => parse(text)).toThrow(/a candidate has files that the target has not/);
  });

  it('with a header that the target only reads', () => {
    const header = { path: 'kernels/tile.cuh', content: '// shared\n' };
    const [baseline, planned] = withFiles([...BASELINE, header]);
    const changes = (files: readonly SourceFile[]) => parseResult(claiming(files, baseline), 'r', planned, PLAN_HASH);
    const better = { path: TARGET.source, content: '// better\n' };
    expect(() => changes([better, { ...header, content: '// evil\n' }])).toThrow(
      /a candidate changes kernels\/tile\.cuh, which it may only read/,
    );
    expect(() => changes([better])).toThrow(/a candidate lacks kernels\/tile\.cuh/);
    expect(() => changes([better, better, header])).toThrow(/a candidate has a file twice/);
    expect(changes([better, header]).targets[0]?.best?.candidate.files).toEqual([better, header]);
  });

  it('that is nested so deeply that nobody could write it down again', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const text = changed({ 'targets.0.best.evidence.more': 'here' }).replace('"here"', deep);
    expect(() => parse(text)).toThrow(/nested too deeply/);
  });

  it.each(['', 'null', '{}', '[1]', '{"kind":"result"', '\u0000'])('that is %j', (text) => {
    expect(() => parse(text)).toThrow(EnvironmentError);
  });
});

describe('files that a candidate adds', () => {
  const newFiles = { patterns: ['kernels/fast/*.cuh'], taken: ['kernels/fast/old.cuh'] };
  const better = { path: TARGET.source, content: '// better\n' };
  const parseAdding = (...added: readonly SourceFile[]) => {
    const [baseline, planned] = withFiles(BASELINE, { ...TARGET, newFiles });
    return parseResult(claiming([better, ...added], baseline), 'result.json', planned, PLAN_HASH);
  };

  it('come through where the plan has a pattern for them', () => {
    const tile = { path: 'kernels/fast/tile.cuh', content: '// tile\n' };
    expect(parseAdding(tile).targets[0]?.best?.candidate.files).toEqual([better, tile]);
  });

  it.each([
    ['a workflow', '.github/workflows/ci.yml', /is not a path at which a file may be added/],
    ['another kernel', 'kernels/other.cu', /is not a path at which a file may be added/],
    ['what is there', 'kernels/fast/old.cuh', /is there already/],
    ['what differs only in case', 'kernels/fast/Old.cuh', /is there already/],
  ])('are not believed where they are %s', (_, path, why) => {
    expect(() => parseAdding({ path, content: '// evil\n' })).toThrow(EnvironmentError);
    expect(() => parseAdding({ path, content: '// evil\n' })).toThrow(why);
  });
});

/** The target's files, and the plan with these for the first target. */
function withFiles(baseline: readonly SourceFile[], target: Target = TARGET): [readonly SourceFile[], PlanFile] {
  const [, ...others] = PLAN.targets;
  return [baseline, { ...PLAN, targets: [{ target, baseline: hashFiles(baseline) }, ...others] }];
}

/** A result whose best has these files, with evidence that is bound to them. */
function claiming(files: readonly SourceFile[], baseline: readonly SourceFile[]): string {
  const { best, ...outcome } = outcomeOf();
  if (best === undefined) return expect.unreachable('the sample has a best version');
  const candidate = candidateOf(files);
  const hashes = { baseline: hashFiles(baseline), candidate: candidate.hash };
  const evidence = { ...best.evidence, hashes };
  return renderResultFile(
    runOf({ ...outcome, baseline, turns: [], best: { ...best, candidate, evidence } }),
    PLAN_HASH,
  );
}
