import { describe, expect, it } from 'vitest';
import { NO_USAGE } from '../../../src/core/model.ts';
import type { TargetOutcome, Turn } from '../../../src/core/outcome.ts';
import { turnsMermaid } from '../../../src/report/turns/mermaid.ts';
import { turnsSvg } from '../../../src/report/turns/svg.ts';
import {
  BASELINE,
  candidateWith,
  EMULATED,
  evidenceOf,
  judgedTurn,
  malformedTurn,
  speedupOf,
  TARGET,
  timed,
} from '../../refine/samples.ts';

/** Trajectories whose turns were screened at these speedups; 0 is incorrect. */
function outcomeOf(speedups: readonly (readonly number[])[], parts: Partial<TargetOutcome> = {}): TargetOutcome {
  const turns = speedups.flatMap((own, trajectory) =>
    own.map((speedup, turn) =>
      judgedTurn(turn + 1, speedup === 0 ? evidenceOf('incorrect') : timed(speedup), undefined, trajectory + 1),
    ),
  );
  return { target: TARGET, baseline: BASELINE, trajectories: speedups.length, turns, usage: NO_USAGE, ...parts };
}

const confirmed = (trajectory: number, turn: number, speedup: number): NonNullable<TargetOutcome['best']> => ({
  trajectory,
  turn,
  candidate: candidateWith('// best\n'),
  evidence: evidenceOf('faster', { stage: 'confirm', speedup: speedupOf(speedup) }),
});

describe('the Mermaid chart', () => {
  it('has a bar for each turn, with failures and the best one marked, and the baseline as a line', () => {
    const outcome = outcomeOf(
      [
        [1.2, 0],
        [0.9, 1.6],
      ],
      { best: confirmed(2, 2, 1.58) },
    );
    expect(turnsMermaid(outcome).split('\n').slice(2)).toEqual([
      'xychart-beta',
      '  x-axis "turn" ["1.1", "1.2 ✗", "2.1", "2.2 ★"]',
      '  y-axis "speedup" 0 --> 1.8',
      '  bar [1.20, 0.00, 0.90, 1.58]',
      '  line [1, 1, 1, 1]',
      '```',
    ]);
  });

  it('shows the best turn of each trajectory where all would be too many', () => {
    const outcome = outcomeOf(
      Array.from({ length: 8 }, (_, index) => [0, 1 + index / 10, 0.5, 0]),
      { best: confirmed(8, 2, 1.7) },
    );
    const chart = turnsMermaid(outcome);
    expect(chart).toContain('"best turn of each trajectory" ["1.2", "2.2"');
    expect(chart).toContain('"8.2 ★"]');
    expect(chart).toContain('bar [1.00, 1.10, 1.20, 1.30, 1.40, 1.50, 1.60, 1.70]');
  });
});

describe('the SVG', () => {
  it('has a dot for each correct turn, a cross for each failure, a line for each trajectory and a ring for the best', () => {
    const svg = turnsSvg(
      outcomeOf(
        [
          [1.2, 0, 1.4],
          [0.9, 1.6, 0],
        ],
        { best: confirmed(2, 2, 1.58) },
      ),
    );
    expect(svg.match(/r="4\.5"/g)).toHaveLength(4);
    expect(svg.match(/r="9"/g)).toHaveLength(1);
    expect(svg).toContain('turn 2.2: 1.58×');
    expect(svg).toContain('turn 1.2: incorrect');
    expect(new Set(svg.match(/stroke="#(0072B2|D55E00)" stroke-width="2"\/>/g))).toHaveLength(2);
  });

  it('is the same however often it is drawn, and well formed whatever a target is called', () => {
    const strange = outcomeOf([[1.2, 1.3]], { target: { ...TARGET, name: '<a & "b">' } });
    expect(turnsSvg(strange)).toBe(turnsSvg(strange));
    expect(turnsSvg(strange)).toContain('&#60;a &#38; &#34;b&#34;&#62;: speedup');
    expect(turnsSvg(strange)).not.toContain('<a &');
  });

  it('puts faster versions higher', () => {
    const heights = [...turnsSvg(outcomeOf([[1.1, 1.5, 0.8]])).matchAll(/cy="([\d.]+)" r="4\.5"/g)].map(([, y]) =>
      Number(y),
    );
    const [first = 0, second = 0, third = 0] = heights;
    expect(second).toBeLessThan(first);
    expect(first).toBeLessThan(third);
  });
});

it.each([
  ['there was no GPU', [judgedTurn(1, evidenceOf('not-proven', { device: EMULATED }))]],
  ['nothing was correct', [judgedTurn(1, evidenceOf('crashed')), malformedTurn(2, 'no files')]],
  ['nothing was tried', []],
] satisfies [string, Turn[]][])('there is no picture where %s', (_why, turns) => {
  expect(turnsSvg(outcomeOf([], { turns, trajectories: 1 }))).toBe('');
  expect(turnsMermaid(outcomeOf([], { turns, trajectories: 1 }))).toBe('');
});
