import { expect, it } from 'vitest';
import { EnvironmentError } from '../../src/core/errors.ts';
import { mergeParts } from '../../src/jobs/merge.ts';
import { OTHER, outcomeOf, PLAN, runOf } from './samples.ts';

const first = { ...runOf(outcomeOf()), seconds: 40 };
const second = { ...runOf(outcomeOf(OTHER)), seconds: 90 };

it('is one run, with the targets in the order of the plan and the time of the longest job', () => {
  const merged = mergeParts(PLAN, [
    { kind: 'found', outcome: second },
    { kind: 'found', outcome: first },
  ]);
  expect(merged.targets.map(({ target }) => target.name)).toEqual(['scale', 'other']);
  expect(merged.seconds).toBe(90);
  expect(merged.targets[0]).toEqual(first.targets[0]);
});

it('a target of which no job tells is there, with the reason', () => {
  const parts = [
    { kind: 'found', outcome: first } as const,
    { kind: 'failed', reason: 'result.json is no result of this run' } as const,
  ];
  expect(mergeParts(PLAN, parts).targets[1]).toMatchObject({
    turns: [],
    ended: 'result.json is no result of this run',
  });
  expect(mergeParts(PLAN, parts.slice(0, 1)).targets[1]?.ended).toBe(
    'The job that was to optimize it has left no result.',
  );
});

it('tells of the targets that could not be read as the plan has them, whatever a job says', () => {
  const parts = [{ kind: 'found', outcome: { ...first, leftOut: [{ name: 'scale', because: 'a lie' }] } } as const];
  expect(mergeParts(PLAN, parts).leftOut).toEqual(PLAN.leftOut);
});

it('one job without the sandbox is a run without it', () => {
  const open = { ...second, sandbox: 'off' as const };
  const parts = [first, open].map((outcome) => ({ kind: 'found', outcome }) as const);
  expect(mergeParts(PLAN, parts).sandbox).toBe('off');
});

it('where no job tells anything there is nothing to report', () => {
  expect(() => mergeParts(PLAN, [])).toThrow(EnvironmentError);
  expect(() => mergeParts(PLAN, [{ kind: 'failed', reason: 'why' }])).toThrow(/No job .* has left a result.*\nwhy$/);
});
