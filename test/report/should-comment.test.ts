import { describe, expect, it } from 'vitest';
import type { RunOutcome } from '../../src/core/outcome.ts';
import { shouldComment } from '../../src/report/should-comment.ts';
import * as compared from './compared-samples.ts';
import * as samples from './samples.ts';

const failed = { ...samples.columnSumNeverCompiled(), turns: [], baselineFailed: true as const };

describe('shouldComment', () => {
  it.each<[string, RunOutcome, boolean]>([
    ['a proven gain', samples.fasterRun(), true],
    [
      'a slower pull request',
      samples.runOf([compared.slowerRun().targets[0] ?? failed, ...compared.slowerRun().targets]),
      true,
    ],
    ['a pull request with other results', compared.brokenRun(), true],
    ['own code that fails', samples.runOf([failed]), true],
    ['nothing found', samples.nothingFoundRun(), false],
    ['nothing proven', samples.runOf([samples.transposeNotProven()]), false],
    ['no GPU', samples.emulatedRun(), false],
    ['no targets', samples.runOf([]), false],
    [
      'only a pull request that is faster',
      samples.runOf([{ ...samples.transposeNotProven(), againstBase: compared.comparedAs('faster', 1.3) }]),
      false,
    ],
  ])('of %s', (_, outcome, expected) => {
    expect(shouldComment(outcome, { mode: 'on-result', asked: false })).toBe(expected);
    expect(shouldComment(outcome, { mode: 'on-result', asked: true })).toBe(true);
    expect(shouldComment(outcome, { mode: 'always', asked: false })).toBe(true);
    expect(shouldComment(outcome, { mode: 'never', asked: true })).toBe(false);
  });
});
