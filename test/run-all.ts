/**
 * Runs every check and test of the project and ends with the line `N passed, N failed, N skipped`; a static check counts
 * as one test. `npm test -- vitest` runs only the suites named; `gpu` is one that runs only when it is named.
 * Exit status: 0 all well, 1 something failed, 2 wrong usage.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { distMatchesSource } from './suites/dist.ts';
import { gpuTests, harnessPython, pytest } from './suites/pytest.ts';
import { staticCheck } from './suites/static-check.ts';
import { failed, type Result, type Suite } from './suites/suite.ts';
import { vitest } from './suites/vitest.ts';

const root = join(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'kernelwright-test-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
// Whoever runs the tests keeps their own build cache as it is, and no test passes on what an earlier run has left there.
process.env.KERNELWRIGHT_CACHE = join(scratch, 'builds');

const python = await harnessPython(root);
const suites: readonly Suite[] = [
  staticCheck(root, 'typecheck', ['tsc', '--noEmit']),
  staticCheck(root, 'lint', ['biome', 'check', '.']),
  staticCheck(root, 'unused', ['knip']),
  staticCheck(root, 'pyright', ['pyright', '--project', 'runner-image/harness/pyproject.toml', '--pythonpath', python]),
  distMatchesSource(root),
  pytest(root, scratch),
  vitest(root),
];
const onRequest: readonly Suite[] = [gpuTests(root, scratch)];

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => [...suites, ...onRequest].every((suite) => suite.name !== name));
if (unknown.length > 0) {
  console.error(
    `Unknown: ${unknown.join(', ')}. There are: ${[...suites, ...onRequest].map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}

const wanted = chosen.length === 0 ? suites : [...suites, ...onRequest].filter(({ name }) => chosen.includes(name));
/** They take longest, and the tests in Python leave one of two cores idle. Their output is mixed. */
const LONG = ['pytest', 'vitest'];
const results: Result[] = [];
for (const suite of wanted.filter(({ name }) => !LONG.includes(name))) results.push(await timed(suite));
results.push(...(await Promise.all(wanted.filter(({ name }) => LONG.includes(name)).map(timed))));
summarise(results);
process.exit(results.every((result) => result.failed === 0) ? 0 : 1);

async function timed(suite: Suite): Promise<Result> {
  console.log(`\n▸ ${suite.name}`);
  const start = performance.now();
  const result = await suite.run().catch((error) => failed(`${suite.name}: ${error.stack ?? error}`));
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${result.failed === 0 ? '✓' : '✗'} ${suite.name}, ${seconds} s`);
  return result;
}

function summarise(results: readonly Result[]): void {
  const skipped = results.flatMap((result) => result.skipped);
  const problems = results.flatMap((result) => result.problems);
  if (skipped.length > 0) console.log('\nSkipped:');
  for (const { test, reason } of skipped) console.log(`  ${test}: ${reason}`);
  if (problems.length > 0) console.log('\nFailed:');
  for (const problem of problems) console.log(`  ${problem}`);
  const sum = (count: (result: Result) => number) => results.reduce((total, result) => total + count(result), 0);
  console.log(
    `\n${sum((result) => result.passed)} passed, ${sum((result) => result.failed)} failed, ${skipped.length} skipped`,
  );
}
