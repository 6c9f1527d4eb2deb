import { expect, it } from 'vitest';
import { nextSteps } from '../../src/report/next-steps.ts';
import type { DraftedFile } from '../../src/report/survey-list.ts';
import type { Survey } from '../../src/targets/draft/survey.ts';

const PLACES = { config: 'kernelwright.yml', workflow: 'workflow.yml' };
const draft = (problem?: string) => ({ draft: {}, text: '', ...(problem && { problem }) });
const surveyOf = (drafts: readonly object[], convention: readonly string[] = []) =>
  ({ drafts, leftOut: [], convention }) as unknown as Survey;
const files = (config: DraftedFile['outcome'], workflow: DraftedFile['outcome'] = 'written') => [
  { path: PLACES.config, outcome: config },
  { path: PLACES.workflow, outcome: workflow },
];
const benchSteps = (survey: Survey, of: ReturnType<typeof files>) =>
  nextSteps(survey, of, PLACES).filter((line) => line.startsWith('kernelwright bench'));

it('says how many targets a measurement without names has', () => {
  expect(benchSteps(surveyOf([draft()]), files('written'))).toEqual([
    'kernelwright bench checks and times the target of kernelwright.yml',
  ]);
  expect(benchSteps(surveyOf([draft(), draft()]), files('written'))).toEqual([
    'kernelwright bench checks and times the 2 targets of kernelwright.yml',
  ]);
});

it('does not promise what is commented out, nor what has to be named', () => {
  expect(benchSteps(surveyOf([draft(), draft(), draft('it has no sizes')], ['a b.py']), files('written'))).toEqual([
    'kernelwright bench checks and times the 2 targets of kernelwright.yml, and not what is commented out',
    "kernelwright bench 'a b.py' checks and times the files in KernelBench's convention",
  ]);
  expect(benchSteps(surveyOf([draft('it has no sizes')]), files('written'))).toEqual([]);
});

it('names files in a way that a shell takes', () => {
  expect(benchSteps(surveyOf([], ["it's.py", 'a-b/c.py']), files('written'))).toEqual([
    "kernelwright bench 'it'\\''s.py' a-b/c.py checks and times the files in KernelBench's convention",
  ]);
});

it('speaks of the configuration that was kept, and not of the draft that nobody took', () => {
  expect(nextSteps(surveyOf([draft()]), files('kept'), PLACES)).toEqual([
    'kernelwright init --dry-run prints the draft; kernelwright.yml stayed as it was',
    'name your runner and the place of Kernelwright in workflow.yml, and add the secret ANTHROPIC_API_KEY',
    'kernelwright bench checks and times the targets that kernelwright.yml has',
    'commit workflow.yml: from the base branch on it counts',
  ]);
});

it('has nothing committed where nothing was written', () => {
  expect(nextSteps(surveyOf([draft()]), files('kept', 'kept'), PLACES).join()).not.toMatch(/commit|runner/);
});
