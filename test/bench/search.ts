import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { mean, sampleStandardDeviation } from 'simple-statistics';
import { EFFORTS, POLICIES, planFor } from '../../src/core/search-plan.ts';
import { columns } from '../../src/report/columns.ts';
import { parseConfiguration } from '../../src/targets/configuration.ts';
import { type Searches, searchFigure } from './search-figure.ts';
import { type Subject, simulatedSearch } from './simulated-search.ts';

/*
 * What a search is worth by its policy and its effort, with a simulated model and judge. `--tasks N` for fewer or more than 200,
 * `--figure FILE` for the picture of docs/search.md.
 */

const EXAMPLE = 'examples/kernels/';

const { values } = parseArgs({ options: { tasks: { type: 'string', default: '200' }, figure: { type: 'string' } } });
const tasks = Number(values.tasks);
if (!Number.isInteger(tasks) || tasks < 2)
  throw new Error(`--tasks is a whole number from 2 up, not "${values.tasks}".`);

const subject = await exampleSubject();
const found: Searches[] = [];
for (const policy of POLICIES) {
  for (const effort of EFFORTS) {
    const plan = { ...planFor(effort, { policy }), patience: Number.POSITIVE_INFINITY };
    const searched = [];
    for (let task = 0; task < tasks; task++) searched.push(await simulatedSearch(task, plan, subject));
    const speedups = searched.map(({ speedup }) => speedup);
    const half = (1.96 * sampleStandardDeviation(speedups)) / Math.sqrt(tasks);
    found.push({
      policy,
      effort,
      kernels: plan.trajectories * plan.turns,
      speedup: { mean: mean(speedups), low: mean(speedups) - half, high: mean(speedups) + half },
      solved: mean(speedups.map((speedup) => (speedup > 0 ? 1 : 0))),
      usd: mean(searched.map(({ usd }) => usd)),
    });
    console.error(`${policy}, ${effort}: done`);
  }
}

const rows = found.map(({ policy, effort, kernels, speedup, solved, usd }) => [
  policy,
  effort,
  `${kernels}`,
  `${speedup.mean.toFixed(2)} ± ${(speedup.high - speedup.mean).toFixed(2)}`,
  `${(solved * 100).toFixed(0)} %`,
  `$${usd.toFixed(2)}`,
]);
console.log(columns([['policy', 'effort', 'kernels', 'mean speedup', 'correct', 'a task'], ...rows]));
if (values.figure !== undefined) await writeFile(values.figure, searchFigure(found));

/** An example kernel: prompts are as long as they are in earnest. */
async function exampleSubject(): Promise<Subject> {
  const configuration = parseConfiguration(
    await readFile(`${EXAMPLE}.github/kernelwright.yml`, 'utf8'),
    'kernelwright.yml',
  );
  const target = configuration.targets.find(({ name }) => name === 'softmax');
  if (target === undefined) throw new Error('The examples have no softmax.');
  return { target, baseline: [{ path: target.source, content: await readFile(`${EXAMPLE}${target.source}`, 'utf8') }] };
}
