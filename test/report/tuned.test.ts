import { describe, expect, it } from 'vitest';
import { TUNER } from '../../src/core/model.ts';
import type { RunOutcome, TargetOutcome, Tuned } from '../../src/core/outcome.ts';
import { progressLine } from '../../src/report/progress-line.ts';
import { renderReport } from '../../src/report/report.ts';
import { renderResult } from '../../src/report/result.ts';
import { tunedText, turnsTable } from '../../src/report/turns/table.ts';
import { BASELINE, EMULATED, evidenceOf, H200, judgedTurn, TARGET, timed } from '../refine/samples.ts';

const TUNED: Tuned = {
  varied: ['BLOCK', 'VEC'],
  values: { BLOCK: 256, VEC: 4, TILE: 16 },
  trials: [
    { values: { BLOCK: 128, VEC: 4, TILE: 16 }, verdict: 'not-proven', speedup: 1.2 },
    { values: { BLOCK: 256, VEC: 4, TILE: 16 }, verdict: 'not-proven', speedup: 1.5 },
    { values: { BLOCK: 512, VEC: 4, TILE: 16 }, verdict: 'incorrect' },
  ],
};

function tunedTurn(tuned: Tuned): TargetOutcome['turns'][number] {
  const turn = judgedTurn(1, timed(1.5));
  return turn.result.kind === 'judged' ? { ...turn, result: { ...turn.result, tuned } } : turn;
}

function outcomeOf(changes: Partial<TargetOutcome>, device = H200): RunOutcome {
  const { usage } = tunedTurn(TUNED);
  const target = { target: TARGET, baseline: BASELINE, trajectories: 1, turns: [tunedTurn(TUNED)], usage, ...changes };
  return { device, sandbox: 'bubblewrap', model: TUNER, targets: [target], seconds: 1 };
}

describe('what was tuned', () => {
  it('is told in a few words', () => {
    expect(tunedText(TUNED)).toBe('tuned BLOCK=256, VEC=4: best of 3');
    const left = {
      varied: ['PAD', 'unroll of k', 'resident blocks of k'],
      values: { PAD: 0, 'unroll of k': 8, 'resident blocks of k': 0 },
    };
    expect(tunedText({ ...TUNED, ...left })).toBe('tuned PAD=0, unroll of k=8: best of 3');
    expect(tunedText({ varied: [], values: {}, trials: [], remark: 'It names no constant.' })).toBe(
      'not tuned: It names no constant.',
    );
    const untimed = TUNED.trials.map(({ values, verdict }) => ({ values, verdict }));
    expect(tunedText({ ...TUNED, trials: untimed })).toBe('2 of 3 combinations right');
  });

  it('stands in the row of its turn and in the log', () => {
    const outcome = { turns: [tunedTurn(TUNED)], trajectories: 1 };
    expect(turnsTable(outcome, 'claude')).toMatch(/\(tuned BLOCK=256, VEC=4: best of 3\)/);
    expect(turnsTable(outcome, 'claude')).toContain('What the model says it tried');
    expect(turnsTable(outcome, TUNER)).toMatch(/^\| Turn \| What was tried +\|/);
    const place = { target: 'scale', trajectory: 1, turn: 1, trajectories: 1 };
    const screened = { ...place, kind: 'screened' as const, evidence: timed(1.5), score: 1.8, best: true };
    expect(progressLine({ ...screened, tuned: TUNED })).toMatch(/ \(tuned BLOCK=256, VEC=4: best of 3\)$/);
    expect(progressLine({ ...place, kind: 'turn-started', turns: 4, by: 'tuner' })).toBe(
      'scale: turn 1 of 4, choosing numbers to try',
    );
  });

  it('stands in the JSON, by numbers alone', () => {
    const [target] = JSON.parse(renderResult(outcomeOf({}))).targets;
    expect(target.turns[0].tuned).toEqual({ values: { BLOCK: 256, VEC: 4, TILE: 16 }, tried: 3, correct: 2 });
    const plain = outcomeOf({ turns: [judgedTurn(1, evidenceOf('incorrect'))] });
    expect(JSON.parse(renderResult(plain)).targets[0].turns[0]).not.toHaveProperty('tuned');
  });
});

describe('a report of the tuner', () => {
  it('speaks of no model', () => {
    const nothing = outcomeOf({ turns: [], ended: 'kernels/scale.cu holds no constant.' });
    for (const outcome of [outcomeOf({}), nothing, outcomeOf({}, EMULATED)]) {
      const report = renderReport(outcome, { version: '1' });
      expect(report).toContain('<code>tuner</code>');
      expect(report).not.toMatch(/\bthe model\b/i);
    }
    expect(renderReport(nothing, { version: '1' })).toContain('holds no constant');
  });
});
