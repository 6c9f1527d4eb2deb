import { describe, expect, it } from 'vitest';
import { floorShareText } from '../../src/report/floor-share.ts';
import { profileList, resourcesTable } from '../../src/report/machine-view.ts';
import { overviewTable } from '../../src/report/overview.ts';
import * as compared from './compared-samples.ts';
import * as samples from './samples.ts';

const rowsOf = (markdown: string) => markdown.split('\n').filter((line) => line.startsWith('|'));
const headingsOf = (markdown: string) =>
  rowsOf(markdown)[0]
    ?.split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

describe('overviewTable', () => {
  it('has all columns where all are known', () => {
    const shown = overviewTable(compared.comparedRun().targets, samples.H200);
    expect(rowsOf(shown)).toEqual([
      '| Target | Verdict | Head vs base | Best vs head | Lower bound | Share of the floor |',
      '| :- | :- | :- | -: | -: | -: |',
      '| <code>column_sum</code> | ❌ none passed | unchanged | – | – | – |',
      '| <code>rms_norm</code> | ✅ faster | new | **1.21×** | 1.19× | 77 % → 94 % |',
      '| <code>transpose</code> | ⚪ not proven | ⚪ 1.00× | 1.01× | 0.99× | 70 % |',
      '| <code>softmax</code> | ✅ faster | ✅ 1.31× faster | **1.83×** | 1.80× | 49 % → 91 % |',
    ]);
  });

  it('leaves out what would be empty everywhere', () => {
    expect(headingsOf(overviewTable(samples.mixedRun().targets, samples.H200))).toEqual([
      'Target',
      'Verdict',
      'Best vs head',
      'Lower bound',
    ]);
    expect(headingsOf(overviewTable([samples.columnSumNeverCompiled()], samples.H200))).toEqual(['Target', 'Verdict']);
    const unchanged = { ...samples.columnSumNeverCompiled(), againstBase: { kind: 'same' } as const };
    expect(headingsOf(overviewTable([unchanged], samples.H200))).toEqual(['Target', 'Verdict']);
  });

  it('shows checks and turns where nothing can be timed', () => {
    const [target] = samples.emulatedRun().targets;
    const right = target && { ...target, againstBase: compared.RIGHT_UNTIMED };
    const shown = overviewTable(right ? [right] : [], samples.EMULATED);
    expect(rowsOf(shown).at(-1)).toBe(
      '| <code>softmax</code> | ☑️ right, not timed | ☑️ right, not timed | 5/5, 1 skipped | 2 |',
    );
  });
});

describe('floorShareText', () => {
  it('is the geometric mean over the workloads whose floor is known, rounded down', () => {
    const times = { name: '', speedup: 2, low: 2, high: 2 };
    const evidence = samples.confirmed('softmax', { estimate: 2, low: 2, high: 2, judge_clock: 2 }, [
      { ...times, baseline_us: 100, candidate_us: 50, floor_us: 25 },
      { ...times, baseline_us: 100, candidate_us: 25, floor_us: 24.9 },
      { ...times, baseline_us: 10, candidate_us: 5 },
    ]);
    expect(floorShareText(samples.targetOutcome('softmax', { best: { turn: 1, evidence } }))).toBe('24 % → 70 %');
  });

  it('is of the head alone where nothing was found, and never above all', () => {
    const outcome = samples.columnSumNeverCompiled();
    expect(floorShareText(outcome)).toBe('');
    expect(floorShareText({ ...outcome, againstBase: compared.comparedAs('faster', 1.1, [29.7]) })).toBe('100 %');
  });
});

describe('what compiler and profiler say', () => {
  const outcome = compared.seen(samples.softmaxFaster(), 29.8);

  it('is a row for each kernel', () => {
    expect(rowsOf(resourcesTable(outcome)).slice(2)).toEqual([
      '| <code>softmax_kernel</code> | 32 | 128 B | none | 100 % with blocks of 512 |',
      '| <code>block_max&#60;…&#62;</code> | 96 | none | 112 B | 25 % with blocks of 512, limited by registers |',
    ]);
  });

  it('is told in words, from the screening of the very version', () => {
    expect(profileList(outcome)).toContain('  - device memory works at 91 % of its peak\n');
    expect(profileList({ ...outcome, turns: [] })).toBe('');
  });

  it('is left out where nothing was said', () => {
    expect(resourcesTable(samples.softmaxFaster())).toBe('');
    expect(profileList(samples.columnSumNeverCompiled())).toBe('');
  });
});
