import { describe, expect, it } from 'vitest';
import { EnvironmentError } from '../../../src/core/errors.ts';
import { EMULATED, evidenceOf } from '../samples.ts';
import { type Judgement, numberOf, simulate } from './simulated.ts';

const SOURCE = 'constexpr int BLOCK = 32;\n';
const proposal = (declaration: string) =>
  `// kernelwright: tune ${declaration}\nconstexpr int BLOCK = 128;\nconstexpr int VEC = 2;\n`;
const ANSWER = proposal('BLOCK=64,128,256 VEC=1,2,4');

/** Fastest at BLOCK=256 VEC=4, wrong at BLOCK=64. */
const judge: Judgement = (content) => {
  const [block, vec] = [numberOf(content, 'BLOCK'), numberOf(content, 'VEC')];
  return block === 64 ? 'incorrect' : 1 + block / 256 + vec / 10;
};

const search = (answers: readonly string[], changes: Partial<Parameters<typeof simulate>[0]> = {}) =>
  simulate({ source: SOURCE, judge, answers, ...changes });

describe('a proposal with tunables', () => {
  it('becomes the version with the best numbers, in one turn', async () => {
    const { outcome, screened, profiled, confirmed, told, most } = await search([ANSWER, 'constexpr int BLOCK = 1;\n']);
    const best = 'constexpr int BLOCK = 256;\nconstexpr int VEC = 4;\n';
    expect(screened.slice(0, 9).toSorted()).toEqual([...new Set(screened.slice(0, 9))].toSorted());
    expect(screened).toHaveLength(10);
    expect(screened[0]).toBe('constexpr int BLOCK = 128;\nconstexpr int VEC = 2;\n');
    // The profiler takes longer than a screening: it looks at what is screened alone.
    expect(profiled).toEqual(['constexpr int BLOCK = 1;\n']);
    expect(confirmed).toEqual([best]);
    expect(most).toBe(2);
    expect(outcome.best?.candidate.files[0]?.content).toBe(best);
    expect(outcome.turns).toHaveLength(2);
    const [turn] = outcome.turns;
    expect(turn?.result).toMatchObject({
      kind: 'judged',
      tuned: { varied: ['BLOCK', 'VEC'], values: { BLOCK: 256, VEC: 4 } },
    });
    expect(turn?.result.kind === 'judged' && turn.result.tuned?.trials).toHaveLength(9);
    // 10 s of the model, and 9 times a build and a screening of 1 s each.
    expect(turn?.seconds).toBe(28);
    expect(told[1]).toContain('Of 9 combinations of the constants that you declared');
    expect(told[1]).toContain('taken: BLOCK=256 VEC=4\nBLOCK=256 VEC=4: 2.40×\nBLOCK=256 VEC=2: 2.20×');
    expect(told[1]).toContain('BLOCK=64 VEC=1: incorrect');
  });

  it('is built in at most 64 combinations', async () => {
    const numbers = '1,2,4,8,16';
    const answer = `// kernelwright: tune A=${numbers} B=${numbers} C=${numbers}\nconstexpr int A = 4, B = 4, C = 4;\n`;
    const { outcome, screened, told } = await search([answer, SOURCE.replace('32', '33')], {
      judge: (content) => 1 + numberOf(content, 'B') / 10,
    });
    expect(screened).toHaveLength(64 + 1);
    expect(outcome.best?.candidate.files[0]?.content).toBe('constexpr int A = 4, B = 16, C = 4;\n');
    expect(told[1]).toContain('… and 52 more that were no faster');
  });

  it('is judged as it is where the declaration is wrong, and the model is told', async () => {
    const { outcome, screened, told } = await search([proposal('BLOK=64'), proposal('')]);
    expect(screened[0]).toBe('constexpr int BLOCK = 128;\nconstexpr int VEC = 2;\n');
    expect(outcome.turns[0]?.result).toMatchObject({ kind: 'judged', tuned: { trials: [] } });
    expect(told[1]).toContain('names BLOK, but the file has no such constant');
    // The second differs by its comment alone, which is none of the file.
    expect(outcome.turns[1]?.result).toMatchObject({ kind: 'malformed' });
    expect(screened).toHaveLength(1);
  });

  it('stays at its first build where that fails for no size', async () => {
    const { screened, outcome } = await search([ANSWER], {
      judge: () => evidenceOf('build-failed', { log: 'error: x' }),
    });
    expect(screened).toHaveLength(1);
    expect(outcome.turns[0]?.result).toMatchObject({
      evidence: { verdict: 'build-failed' },
      tuned: { remark: 'It was not tuned, because it does not build.' },
    });
  });

  it('goes on where less of something may build', async () => {
    const { outcome } = await search([ANSWER], {
      judge: (content) =>
        numberOf(content, 'BLOCK') > 64
          ? evidenceOf('build-failed', { log: 'ptxas error: Entry function uses too much shared data' })
          : 1.5,
    });
    expect(outcome.turns[0]?.result).toMatchObject({ tuned: { values: { BLOCK: 64 } } });
  });

  it('ends after a second one that fails alike', async () => {
    const { screened, told } = await search([ANSWER, ANSWER.replace('BLOCK = 128', 'BLOCK = 256')], {
      judge: () => 'incorrect',
    });
    expect(screened.slice(0, 2).map((content) => numberOf(content, 'BLOCK'))).toEqual([128, 64]);
    // The second answer begins with other numbers, and its smallest are known already.
    expect(screened).toHaveLength(3);
    expect(told[1]).toContain('fails alike with the smallest numbers');
  });

  it('finds numbers that are right where its own are wrong', async () => {
    const { outcome } = await search([proposal('BLOCK=64,128,256')], {
      judge: (content) => (numberOf(content, 'BLOCK') === 128 ? 'crashed' : 1.2),
    });
    expect(outcome.best?.candidate.files[0]?.content).toContain('BLOCK = 64');
  });

  it('is not tuned where nothing can be timed, and the model is told', async () => {
    const { screened, told } = await search([ANSWER, SOURCE.replace('32', '33')], {
      device: EMULATED,
      judge: () => evidenceOf('not-proven'),
    });
    expect(screened).toHaveLength(2);
    expect(told[1]).toContain('There are no times to choose by here, so nothing was tuned');
  });

  it('ends with what was found when the budget is used up', async () => {
    const seconds = 10;
    // 15 screenings are kept for the confirmation.
    const { outcome, screened } = await search([ANSWER], { budget: { gpuMinutes: 200 / 60 }, seconds, atOnce: 1 });
    expect(screened).toHaveLength(5);
    expect(outcome.turns[0]?.result).toMatchObject({
      tuned: { remark: expect.stringContaining('The budget of'), trials: { length: 5 } },
    });
    expect(outcome.best).toBeDefined();
  });

  it('is not lost when the machine fails midway', async () => {
    let calls = 0;
    const { outcome } = await search([ANSWER], {
      atOnce: 1,
      judge: (content) => (++calls === 3 ? new EnvironmentError('The GPU is gone.') : judge(content)),
    });
    expect(outcome.turns[0]?.result).toMatchObject({ tuned: { remark: 'The measurement failed: The GPU is gone.' } });
    const broken = search([ANSWER], { judge: () => new EnvironmentError('The GPU is gone.') });
    await expect(broken).rejects.toThrow('The GPU is gone.');
    const bug = search([ANSWER], { judge: () => new TypeError('x is not a function') });
    await expect(bug).rejects.toThrow(TypeError);
  });
});
