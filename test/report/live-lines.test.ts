import { expect, it } from 'vitest';
import { NO_USAGE } from '../../src/core/model.ts';
import { liveLines } from '../../src/report/live-lines.ts';
import { evidenceOf, timed } from '../refine/samples.ts';

const of = (trajectory: number, turn: number, target = 'softmax') => ({ target, trajectory, turn, trajectories: 2 });

it('has a line for each trajectory, with what it is at and the best that it has found', () => {
  const live = liveLines();
  live.after({ ...of(2, 1), kind: 'turn-started', turns: 4 });
  expect(live.after({ ...of(1, 1), kind: 'turn-started', turns: 4 })).toEqual([
    '  1.1   of 4, the model is at work',
    '  2.1   of 4, the model is at work',
  ]);
  live.after({ ...of(1, 1), kind: 'proposal-received', summary: 'Wider \u001b[31mloads.', usage: NO_USAGE });
  live.after({ ...of(1, 1), kind: 'screened', evidence: timed(1.4), score: 1.7, best: true });
  live.after({ ...of(1, 2), kind: 'turn-started', turns: 4 });
  live.after({ ...of(1, 2), kind: 'screened', evidence: timed(1.2), score: 1.5, best: false });
  expect(
    live.after({ ...of(2, 1), kind: 'screened', evidence: evidenceOf('incorrect'), score: 0, best: false }),
  ).toEqual(['  1.2   is not-proven, best so far ≈ 1.40×', '  2.1   is incorrect']);
});

it('lets no escape sequence of a model through', () => {
  const [line] = liveLines().after({ ...of(1, 1), kind: 'proposal-received', summary: 'a\u001b[2Jb', usage: NO_USAGE });
  expect(line).not.toContain('\u001b');
});

it('begins anew with the next target', () => {
  const live = liveLines();
  live.after({ ...of(1, 1), kind: 'turn-started', turns: 4 });
  expect(live.after({ ...of(2, 1, 'gelu'), kind: 'turn-started', turns: 4 })).toEqual([
    '  2.1   of 4, the model is at work',
  ]);
});
