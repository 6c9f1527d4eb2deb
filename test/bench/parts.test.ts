import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { parseConfiguration } from '../../src/targets/configuration.ts';
import { temporaryFolder } from '../measure/fake-harness.ts';
import type { Part, PartResult } from './part.ts';
import { alike } from './parts/alike.ts';
import { clocks } from './parts/clocks.ts';
import { confirm } from './parts/confirm.ts';
import { gain } from './parts/gain.ts';
import { latency } from './parts/latency.ts';
import { soak } from './parts/soak.ts';
import { throughput } from './parts/throughput.ts';
import { runPart } from './run-part.ts';
import { type Simulation, simulatedContext } from './simulated-context.ts';

afterEach(() => vi.unstubAllEnvs());

const { targets } = parseConfiguration(readFileSync(join(import.meta.dirname, 'targets.yml'), 'utf8'), 'targets.yml');

/** The part's result on a simulated GPU machine. */
async function run(part: Part, simulation: Partial<Simulation>): Promise<PartResult> {
  const context = simulatedContext({ targets, asked: {}, truth: () => 1, ...simulation });
  const { result, isWhole } = await runPart(part, context, () => {});
  expect(isWhole, JSON.stringify(result.findings)).toBe(true);
  return result;
}

function finding(result: PartResult, what: string) {
  const found = result.findings.find((each) => each.what.includes(what));
  expect(found, what).toBeDefined();
  return found;
}

const hasExtra = (source: string) => source.includes('kExtra = 0.04');

it('latency: tells verdicts and load_inline apart, and their ratio', async () => {
  const pythonSays = { correct: true, us: 98.5, build_s: 33, rest_s: 2 };
  const result = await run(latency, { asked: { count: 3 }, pythonSays });
  expect(finding(result, 'source to screened verdict')).toMatchObject({
    measured: expect.stringContaining('n = 2'),
    reached: true,
  });
  expect(finding(result, 'right after another verdict')?.measured).toContain('n = 1');
  expect(finding(result, '`load_inline`')?.measured).toMatch(/n = 2\); correct, 98\.5 µs/);
  expect(finding(result, 'ratio')?.measured).toMatch(/^[\d.]+×$/);
});

it('latency: says why load_inline could not be tried, and keeps its own times', async () => {
  const context = simulatedContext({ targets, asked: { count: 1 }, truth: () => 1 });
  const broken = { ...context, harness: { ...context.harness, python: '/nowhere/python' } };
  const { result, isWhole } = await runPart(latency, broken, () => {});
  expect(isWhole).toBe(true);
  expect(finding(result, '`load_inline`')?.measured).toMatch(/^load_inline\.py failed \(not started\)/);
  expect(finding(result, 'source to screened verdict')?.measured).toContain('n = 1');
});

it('throughput: counts candidates a minute', async () => {
  const result = await run(throughput, { asked: { count: 6 } });
  expect(finding(result, '6 different plain candidates')).toMatchObject({ reached: true });
  expect(finding(result, 'phases')?.measured).toBe('check 0.25, time 0.50');
});

it('confirm: tells the seconds, the verdict and what was checked', async () => {
  const result = await run(confirm, { asked: { count: 2 }, truth: () => 1.5 });
  expect(finding(result, 'one workload of 100 µs')?.measured).toBe('1.50 s (1.50 to 1.50, n = 2)');
  expect(finding(result, 'verdicts')?.measured).toBe('2 faster');
  expect(result.table?.map(([name]) => name)).toContain('clocks');
});

it('alike: finds nothing faster or slower where nothing is', async () => {
  const result = await run(alike, { asked: { count: 9, confirmations: 2 } });
  expect(finding(result, 'trials of 1 rounds')).toMatchObject({
    measured: '0 (0.0 %; 9 not-proven)',
    reached: true,
  });
  expect(finding(result, 'full confirmations')).toMatchObject({ measured: '2 not-proven', reached: true });
  expect(result.table?.map(([kernel]) => kernel)).toEqual(['kernel', 'gelu', 'row_sum', 'matmul']);
});

it('alike: counts a judge that is wrong', async () => {
  const truth = (baseline: string, candidate: string) => (baseline === candidate ? 1 : 0.7);
  const result = await run(alike, { asked: { count: 3, confirmations: 1 }, truth });
  expect(finding(result, 'trials of 1 rounds')).toMatchObject({
    measured: '3 (100.0 %; 3 slower)',
    reached: false,
  });
  expect(finding(result, 'full confirmations')).toMatchObject({ measured: '1 slower', reached: false });
});

it('gain: finds what the baseline does twice', async () => {
  const truth = (baseline: string, candidate: string) => (hasExtra(baseline) && !hasExtra(candidate) ? 1.04 : 1);
  const pythonSays = { first_us: 104.1, second_us: 100.1, ratio: 1.04 };
  const result = await run(gain, { asked: { count: 5, confirmations: 1 }, truth, pythonSays });
  expect(finding(result, 'true ratio')?.measured).toBe('1.0400 (104.10 and 100.10 µs)');
  expect(finding(result, '5 trials of 3 rounds')).toMatchObject({ measured: '5 (100 %; 5 faster)', reached: true });
  expect(finding(result, 'by full confirmations')).toMatchObject({ reached: true });
});

it('gain: says when it is not found', async () => {
  const result = await run(gain, {
    asked: { count: 2, confirmations: 1 },
    pythonSays: { first_us: 1, second_us: 1, ratio: 1 },
  });
  expect(finding(result, '2 trials of 3 rounds')).toMatchObject({
    measured: '0 (0 %; 2 not-proven)',
    reached: false,
  });
});

it('clocks: compares both clocks at each workload', async () => {
  const result = await run(clocks, { asked: { count: 3 } });
  // The gap of 1.5 µs between two launches, as simulated, is known from the baseline.
  const median = Number.parseFloat(finding(result, 'the same, median')?.measured ?? '');
  expect(median).toBeGreaterThan(0);
  expect(median).toBeLessThan(3);
  expect(finding(result, 'furthest of 6')?.measured).toMatch(/ %$/);
  expect(result.table).toHaveLength(1 + 6);
});

it('soak: looks at the machine at both ends, and counts verdicts that are not as they should be', async () => {
  vi.stubEnv('TMPDIR', temporaryFolder());
  const result = await run(soak, { asked: { candidates: 20 } });
  // The simulation times the harmful ones too.
  expect(finding(result, '20 candidates')).toMatchObject({ measured: '2', reached: false });
  expect(finding(result, 'the first 9 and the last 9')).toMatchObject({
    measured: '1.500 s and 1.500 s',
    reached: true,
  });
  expect(result.table?.map(([after]) => after)).toEqual(['after', '0', '20']);
});

it('keeps what a part found before it failed', async () => {
  const failing: Part = {
    name: 'failing',
    async *run() {
      yield { findings: [{ what: 'first', measured: '1' }], samples: {} };
      throw new Error('broken\nwith details');
    },
  };
  const known: PartResult[] = [];
  const context = simulatedContext({ targets, asked: {}, truth: () => 1 });
  const { result, isWhole } = await runPart(failing, context, (each) => void known.push(each));
  expect(isWhole).toBe(false);
  expect(known).toHaveLength(1);
  expect(result.findings.map(({ measured }) => measured)).toEqual(['1', 'broken']);
});
