import { describe, expect, it } from 'vitest';
import type { Progress } from '../../src/refine/progress.ts';
import { COMMENT_MARKER } from '../../src/report/comment.ts';
import { renderCancelled, renderProgress } from '../../src/report/progress-comment.ts';
import { progressLine } from '../../src/report/progress-line.ts';
import { isWorthTelling } from '../../src/report/progress-pace.ts';
import { afterEvent, noProgress, progressState } from '../../src/report/progress-state.ts';
import { comparedAs } from './compared-samples.ts';
import { eventsOf, PROGRESS_CONTEXT, unfinished } from './progress-samples.ts';
import * as samples from './samples.ts';

const softmax = [...eventsOf(samples.softmaxFaster())];
const upTo = (kind: Progress['kind'], nth = 1) => {
  const at = softmax.flatMap((event, index) => (event.kind === kind ? [index] : []))[nth - 1] ?? 0;
  return progressState(['softmax', 'gelu'], softmax.slice(0, at + 1));
};

describe('progressState', () => {
  it('knows the stage, the turns and the best of each target', () => {
    expect(upTo('preparing').targets.map(({ stage }) => stage)).toEqual(['preparing', 'waiting']);
    expect(upTo('turn-started', 2).targets[0]).toMatchObject({
      stage: 'searching',
      turns: 1,
      mostTurns: 4,
      doing: { turn: '2', what: 'the model is at work' },
    });
    expect(upTo('screened', 2).targets[0]).not.toHaveProperty('best');
    expect(upTo('screened', 3).targets[0]).toMatchObject({ turns: 3, best: { turn: '3', speedup: 1.85 } });
    expect(upTo('confirming').targets[0]?.stage).toBe('confirming');
    expect(upTo('done').targets[0]).toMatchObject({ stage: 'done', outcome: { trajectories: 1 } });
    expect(upTo('done').targets[0]).not.toHaveProperty('doing');
  });

  it('adds up what answers cost, and in the end takes what the search says', () => {
    expect(upTo('proposal-received', 2).targets[0]?.usage.usd).toBeCloseTo(0.1224);
    expect(upTo('done').targets[0]?.usage).toEqual(samples.softmaxFaster().usage);
  });

  it('has no times of the emulated device, and no wrong version for the best', () => {
    const [event] = softmax.filter(({ kind }) => kind === 'screened').slice(-1);
    if (event?.kind !== 'screened') throw new Error('the sample is screened');
    const emulated = { ...event, evidence: { ...event.evidence, device: samples.EMULATED } };
    expect(afterEvent(noProgress(['softmax']), emulated).targets[0]?.best).toEqual({ turn: '3' });
    const wrong = { ...event, evidence: { ...event.evidence, verdict: 'incorrect' as const } };
    expect(afterEvent(noProgress(['softmax']), wrong).targets[0]).not.toHaveProperty('best');
  });

  it('hears of no target that is not its own', () => {
    expect(progressState(['gelu'], softmax)).toEqual(noProgress(['gelu']));
  });
});

describe('progressLine', () => {
  it('says in a log what the pull request does against the base branch', () => {
    const againstBase = comparedAs('slower', 0.87);
    expect(progressLine({ kind: 'compared', target: 'softmax', againstBase })).toBe(
      'softmax: 0.87× the speed of the base branch (99 % interval 0.86–0.88)',
    );
    expect(progressLine({ kind: 'preparing', target: 'softmax' })).toBeUndefined();
  });
});

describe('isWorthTelling', () => {
  const first = upTo('preparing');
  const later = upTo('screened', 1);

  it.each([
    ['the first', undefined, { state: first, seconds: 0 }, true],
    ['too soon', { state: first, seconds: 0 }, { state: later, seconds: 19.9 }, false],
    ['news', { state: first, seconds: 0 }, { state: later, seconds: 20 }, true],
    ['no news', { state: first, seconds: 0 }, { state: { ...first }, seconds: 60 }, false],
    ['only time', { state: first, seconds: 0 }, { state: first, seconds: 120 }, true],
  ])('%s', (_, previous, next, worth) => {
    expect(isWorthTelling(previous, next)).toBe(worth);
  });

  it('tells at most three times a minute of a search that never rests', () => {
    const { names, events } = unfinished();
    let state = noProgress(names);
    let told: { state: typeof state; seconds: number } | undefined;
    let updates = 0;
    for (const [index, event] of events.entries()) {
      state = afterEvent(state, event);
      const now = { state, seconds: index };
      if (!isWorthTelling(told, now)) continue;
      told = now;
      updates++;
    }
    expect(updates).toBe(1 + Math.floor((events.length - 1) / 20));
  });
});

describe('renderProgress', () => {
  it('is as recorded', async () => {
    const { names, events } = unfinished();
    const last = events.findLastIndex(({ kind }) => kind === 'confirming');
    const state = progressState(names, events.slice(0, last + 1));
    await expect(renderProgress(state, PROGRESS_CONTEXT)).toMatchFileSnapshot('./snapshots/progress.md');
    const cancelled = renderCancelled(state, PROGRESS_CONTEXT, 'A newer push ended this run.');
    await expect(cancelled).toMatchFileSnapshot('./snapshots/cancelled.md');
  });

  it('names what is done now, and what is left', () => {
    const text = renderProgress(upTo('confirming'), { ...PROGRESS_CONTEXT, budget: { minutes: 5, tokens: 100_000 } });
    expect(text.startsWith(`${COMMENT_MARKER}\n### Optimizing 2 kernels, 0 of them done …\n`)).toBe(true);
    expect(text).toContain('**Now** <code>softmax</code>: turn 3 is confirmed with new inputs in new processes');
    expect(text).toContain('3 min 12 s, 1 min 48 s left of 5 min, $0.18, ');
    expect(text).toContain(' of 100,000 tokens');
    expect(text).toContain('| <code>softmax</code> | best version being confirmed | 3 of 4 | ≈ 1.85× |');
    expect(text).toContain('| <code>gelu</code> | waiting | – | – |');
  });

  it('claims a gain only once it is confirmed', () => {
    expect(renderProgress(upTo('screened', 3), PROGRESS_CONTEXT)).not.toContain('**1.8');
    expect(renderProgress(upTo('done'), PROGRESS_CONTEXT)).toContain('| ✅ faster | 3 of 4 | **1.83×** |');
  });

  it('says when it begins, and stays short with many targets', () => {
    const names = Array.from({ length: 5_000 }, (_, index) => `kernel_${index}`);
    const text = renderProgress(noProgress(names), PROGRESS_CONTEXT);
    expect(text).toContain('The machine is being prepared.');
    expect(text).toContain('… and 4,950 more kernels');
  });
});
