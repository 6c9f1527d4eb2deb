import { describe, expect, it } from 'vitest';
import { candidateOf } from '../../src/core/source.ts';
import type { Target } from '../../src/core/target.ts';
import { type ProjectTest, type ProjectTests, projectCheck } from '../../src/measure/project-tests.ts';
import { machine } from './machine.ts';
import { measurementOf, TARGET } from './samples.ts';

const CANDIDATE = candidateOf([{ path: TARGET.source, content: '// candidate\n' }]);
const test = (name: string, status: ProjectTest['status'], message = ''): ProjectTest => ({ name, status, message });
const ran = (...tests: ProjectTest[]): ProjectTests => ({ outcome: 'ran', tests, seconds: 1 });
const broken: ProjectTests = { outcome: 'failed', log: 'Traceback\nImportError: no such thing', seconds: 1 };

const CHECKS: readonly (readonly [string, ProjectTests, ProjectTests, string, string])[] = [
  ['all pass', ran(test('a', 'passed')), ran(test('a', 'passed')), 'passed', "one of the project's own tests passed"],
  [
    'some fail for the baseline too',
    ran(test('a', 'passed'), test('b', 'passed'), test('xpu', 'failed')),
    ran(test('a', 'passed'), test('b', 'passed'), test('xpu', 'failed')),
    'passed',
    "2 of the project's own tests passed; left out, since your own code fails them here: xpu",
  ],
  [
    'one fails for the candidate',
    ran(test('a', 'passed'), test('b', 'passed')),
    ran(test('a', 'passed'), test('b', 'failed', 'assert 1 == 2')),
    'failed',
    'b: assert 1 == 2',
  ],
  [
    'several fail, one by not being run',
    ran(test('a', 'passed'), test('b', 'passed')),
    ran(test('b', 'failed', 'no')),
    'failed',
    'a: it did not run (and 1 more of 2)',
  ],
  [
    'the candidate breaks them all',
    ran(test('a', 'passed')),
    broken,
    'failed',
    'they cannot be run: ImportError: no such thing',
  ],
  ['the baseline does', broken, ran(), 'skipped', 'they cannot be run for your own code: ImportError: no such thing'],
  [
    'there is no pytest',
    ran(test('tests', 'skipped', 'pytest is not installed beside PyTorch')),
    ran(),
    'skipped',
    'pytest is not installed beside PyTorch',
  ],
];
it.each(CHECKS)("the check of a project's own tests where %s", (_, baseline, candidate, status, detail) => {
  expect(projectCheck(baseline, candidate)).toEqual({ name: 'project-tests', status, detail });
});

describe("a project's own tests", () => {
  const project: Target = {
    ...TARGET,
    kind: 'kernel-builder',
    project: {
      folder: '.',
      name: 'relu',
      identity: '01234567',
      sources: [],
      package: [],
      tests: ['tests/test_relu.py'],
      benchmarks: [],
    },
  };
  const tests = {
    '/built/1.so': ran(test('a', 'passed')),
    '/built/2.so': ran(test('a', 'failed', 'assert False')),
  };

  it('are run when a candidate is confirmed, and not when it is screened', async () => {
    const { prepare } = machine([measurementOf(), measurementOf(), measurementOf()], {}, undefined, tests);
    const verifier = await prepare(project);
    const screened = await verifier.screen(CANDIDATE);
    expect(screened.checks.map(({ name }) => name)).not.toContain('project-tests');
    const confirmed = await verifier.confirm(CANDIDATE);
    expect(confirmed).toMatchObject({ verdict: 'incorrect', reason: 'A test of the project fails: a: assert False.' });
    expect(confirmed.checks.at(-1)).toEqual({ name: 'project-tests', status: 'failed', detail: 'a: assert False' });
  });
});
