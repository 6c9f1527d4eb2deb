import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { harnessPython } from '../suites/pytest.ts';
import { judged } from '../suites/suite.ts';
import { ROOT } from './project.ts';

describe('what a test runner found', () => {
  const skipped = [{ test: 'a', reason: 'no GPU' }];

  it('stands when it ended well', () => {
    expect(judged('r', true, { passed: 2, failed: 0, skipped })).toEqual({
      passed: 2,
      failed: 0,
      skipped,
      problems: [],
    });
  });

  it.each([
    ['it left no report', false, undefined, 'r ended without a report.'],
    ['it ran nothing', true, { passed: 0, failed: 0, skipped: [] }, 'r ran no test.'],
    ['it skipped everything', true, { passed: 0, failed: 0, skipped }, 'r ran no test.'],
    [
      'it crashed after its tests',
      false,
      { passed: 2, failed: 0, skipped },
      'r ended with an error outside of its tests.',
    ],
    ['a test failed', false, { passed: 2, failed: 1, skipped }, 'r: 1 failed; see above.'],
  ])('fails when %s', (_when, endedWell, counted, problem) => {
    const result = judged('r', endedWell, counted);
    expect(result.failed).toBe(1);
    expect(result.problems).toEqual([problem]);
  });
});

describe('the plugin that counts for pytest', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kernelwright-counts-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  async function count(name: string, tests: string) {
    const here = join(folder, name);
    mkdirSync(here);
    writeFileSync(join(here, 'test_sample.py'), `import pytest\n${tests}`);
    const path = [join(ROOT, 'test/suites'), join(ROOT, '.kernelwright/test-packages')].join(delimiter);
    await execa(
      await harnessPython(ROOT),
      ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', '-p', 'pytest_counts', '--counts=counts.json', '--rootdir=.'],
      { cwd: here, env: { PYTHONPATH: path }, reject: false },
    );
    return JSON.parse(readFileSync(join(here, 'counts.json'), 'utf8'));
  }

  it('counts each test once, with the reasons of those that were skipped', async () => {
    const tests = `
@pytest.fixture
def broken(): raise RuntimeError
@pytest.fixture
def untidy():
    yield
    raise RuntimeError
def test_passes(): pass
def test_fails(): assert False
def test_with_broken_set_up(broken): pass
def test_with_broken_tear_down(untidy): pass
@pytest.mark.skip(reason="no GPU here")
def test_is_skipped(): pass
`;
    expect(await count('one', tests)).toEqual({
      passed: 1,
      failed: 3,
      skipped: [{ test: 'test_sample.py::test_is_skipped', reason: 'no GPU here' }],
    });
  });

  it('counts a file that cannot be imported as failed, and one that skips itself as skipped', async () => {
    expect(await count('two', 'import there_is_no_such_module\n')).toEqual({ passed: 0, failed: 1, skipped: [] });
    expect(await count('three', 'pytest.skip("not here", allow_module_level=True)\n')).toEqual({
      passed: 0,
      failed: 0,
      skipped: [{ test: 'test_sample.py', reason: 'not here' }],
    });
  });
});
