import { describe, expect, it } from 'vitest';
import { NO_USAGE } from '../../../src/core/model.ts';
import { EMULATED, evidenceOf, timed } from '../samples.ts';
import { type Judgement, numberOf, simulate } from './simulated.ts';
import { exampleKernel } from './spaces.ts';

const SOURCE = `constexpr int BLOCK = 128;
constexpr int TILE = 16;
#define VEC 2
__global__ void k(float* x) { x[0] = BLOCK * TILE * VEC; }
`;
const [BLOCK, TILE, VEC] = [512, 64, 8];

/** A peak that each number comes nearer to by itself. */
const judge: Judgement = (content) =>
  2 -
  [
    [numberOf(content, 'BLOCK'), BLOCK],
    [numberOf(content, 'TILE'), TILE],
    [numberOf(content, 'VEC'), VEC],
  ].reduce((sum, [have, want]) => sum + Math.abs(Math.log2((have ?? 0) / (want ?? 1))) * 0.2, 0);

describe('the tuner alone', () => {
  it('finds the best numbers, in steps, without a model', async () => {
    const { outcome, screened, confirmed } = await simulate({ source: SOURCE, judge });
    const best = SOURCE.replace('128', `${BLOCK}`).replace('16', `${TILE}`).replace('VEC 2', `VEC ${VEC}`);
    expect(confirmed).toEqual([best]);
    expect(outcome).toMatchObject({ trajectories: 1, usage: NO_USAGE, best: { evidence: { verdict: 'faster' } } });
    expect(outcome.best?.candidate.files[0]?.content).toBe(best);
    expect(outcome.turns[0]?.summary).toMatch(
      /^\d+ combinations of other numbers for constants of the present source: BLOCK \(now 128\) 16, .*1024; TILE \(now 16\) 4, 8, 32, 64, 128\.$/,
    );
    expect(outcome.turns.map(({ result }) => result.kind === 'judged' && result.tuned?.varied)).toEqual([
      ['BLOCK', 'TILE'],
      ['VEC'],
      ['BLOCK', 'TILE', 'VEC'],
    ]);
    expect(outcome.turns[1]?.summary).toContain('VEC (now 2) 1, 4, 8, 16');
    // Nothing is screened twice, and never the present source.
    expect(new Set(screened).size).toBe(screened.length);
    expect(screened).not.toContain(SOURCE);
    for (const { result } of outcome.turns) {
      expect(result.kind === 'judged' && result.tuned?.trials.length).toBeLessThanOrEqual(64);
    }
    expect(outcome.ended).toMatch(/^All combinations of constants that are near the best ones were tried/);
  });

  it('keeps the present numbers where none is better', async () => {
    const { outcome, confirmed } = await simulate({ source: exampleKernel('matmul'), judge: () => 0.9 });
    expect(outcome.turns.map(({ summary }) => summary.split(': ')[1])).toEqual([
      'kTile (now 16) 4, 8, 32.',
      "unroll of matmul_kernel (now the compiler's choice) 8, 16, 32, 64; resident blocks of matmul_kernel (now the compiler's choice) 1, 4.",
      expect.stringMatching(/^kTile .*; unroll of .*; resident blocks of /),
    ]);
    expect(outcome).not.toHaveProperty('best');
    expect(confirmed).toEqual([]);
  });

  it('prefers numbers whose gain can be proven to those that are faster on average and slower at a workload', async () => {
    const [fast, slow] = [timed(1.6), timed(0.9)].map(({ workloads }) => workloads.slice(0, 1));
    const lopsided = { ...timed(1.2), workloads: [...(fast ?? []), ...(slow ?? [])] };
    const { confirmed } = await simulate({
      source: exampleKernel('transpose'),
      judge: (content) =>
        numberOf(content, 'kBlock') === 8 ? lopsided : numberOf(content, 'kBlock') === 32 ? 1.1 : 0.9,
    });
    expect(confirmed).toEqual([expect.stringContaining('kBlock = 32')]);
  });

  it('passes over numbers that are wrong', async () => {
    const { outcome } = await simulate({
      source: exampleKernel('transpose'),
      judge: (content) => (numberOf(content, 'kBlock') === 32 ? 1.4 : 'incorrect'),
    });
    expect(outcome.best?.candidate.files[0]?.content).toContain('kBlock = 32');
  });

  it('tries the smallest numbers second where the first are wrong, whatever else is left to the compiler', async () => {
    const { screened } = await simulate({ source: exampleKernel('softmax'), judge: () => 'incorrect', turns: 1 });
    expect(screened.map((content) => numberOf(content, 'kThreads')).slice(0, 2)).toEqual([128, 32]);
  });

  it('keeps to the turns and to the budget', async () => {
    const one = await simulate({ source: SOURCE, judge, turns: 1 });
    expect(one.outcome.turns).toHaveLength(1);
    const short = await simulate({ source: SOURCE, judge, budget: { gpuMinutes: 0.5 }, atOnce: 1 });
    // 15 s of the 30 are kept for the confirmation; the next turn has begun when the time is up.
    expect(short.screened).toHaveLength(16);
    expect(short.outcome.ended).toContain('GPU minutes is used up');
    expect(short.outcome.best).toBeDefined();
  });

  it('says so where there is nothing to tune', async () => {
    const { outcome, screened } = await simulate({ source: '__global__ void k() {}\n', judge });
    expect(screened).toEqual([]);
    expect(outcome.turns).toEqual([]);
    expect(outcome.ended).toMatch(/^kernels\/scale\.cu holds no constant .* nothing to tune without a model\.$/);
  });

  it('without times claims nothing and confirms nothing', async () => {
    const { outcome, screened, confirmed } = await simulate({
      source: SOURCE,
      device: EMULATED,
      judge: () => evidenceOf('not-proven'),
    });
    expect(screened).toHaveLength(8 + 4);
    expect(confirmed).toEqual([]);
    expect(outcome).not.toHaveProperty('best');
    expect(outcome.turns.map(({ result }) => result.kind === 'judged' && result.evidence.verdict)).toEqual([
      'not-proven',
      'not-proven',
    ]);
    expect(outcome.ended).toBe('Without a GPU there are no times to choose numbers by, so the present ones stay.');
  });
});
