import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { columns } from '../../src/report/columns.ts';
import { parseConfiguration } from '../../src/targets/configuration.ts';
import { dependencyGraph } from '../../src/targets/dependencies/graph.ts';
import { localRepository, WORKING_TREE } from '../../src/targets/local-repository.ts';
import { selectTargets } from '../../src/targets/select.ts';
import { unnamedKernels } from '../../src/targets/unnamed-kernels.ts';
import { generateRepository, headerPath, type Size } from './generated-repository.ts';

/** How long `kernelwright targets` takes in a large repository of which one shared header changed, step by step and as a process. */
const SIZE: Size = { files: 20_000, kernels: 500, headers: 60, modules: 2_000 };
const CHANGED = headerPath(40);
const REPETITIONS = 5;
const GOAL_MS = 3_000;
const CONFIG = '.github/kernelwright.yml';
const SOURCE = join(import.meta.dirname, '..', '..', 'src', 'cli.ts');
const BUNDLE = join(import.meta.dirname, '..', '..', 'dist', 'cli.js');

const steps = new Map<string, number[]>();

async function timed<T>(step: string, work: () => T | Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await work();
  steps.set(step, [...(steps.get(step) ?? []), performance.now() - began]);
  return result;
}

async function listStepByStep(root: string): Promise<string> {
  const repository = localRepository(root);
  const configuration = await timed('read the configuration', async () =>
    parseConfiguration(await readFile(join(root, CONFIG), 'utf8'), CONFIG),
  );
  const changed = await timed('ask git what changed', () => repository.changedFiles());
  const graph = dependencyGraph(repository, WORKING_TREE, changed);
  const { selected, leftOut } = await timed('follow includes and imports', () =>
    selectTargets(configuration, changed, graph),
  );
  const unnamed = await timed('look for kernels without a target', () => unnamedKernels(configuration, changed, graph));
  return `${selected.length} targets of ${configuration.targets.length} are reached, ${leftOut.length} left out, ${unnamed.length} kernels without a target`;
}

const root = await mkdtemp(join(tmpdir(), 'kernelwright-bench-'));
try {
  console.error(`making a repository of ${SIZE.files} files, ${SIZE.kernels} of them .cu`);
  await generateRepository(root, SIZE);
  await appendFile(join(root, CHANGED), '// changed\n');
  let found = '';
  for (let count = 0; count < REPETITIONS; count++) {
    found = await listStepByStep(root);
    for (const [name, file] of [
      ['node src/cli.ts targets', SOURCE],
      ['node dist/cli.js targets', BUNDLE],
    ] as const) {
      await timed(name, () => execa(process.execPath, [file, 'targets', '--json'], { cwd: root }));
    }
  }
  console.log(
    `${CHANGED} changed: ${found}.\n${availableParallelism()} cores with a load of ${loadavg()[0]?.toFixed(1)}, Node ${process.version}\n`,
  );
  const rows = [...steps].map(([step, [first = 0, ...later]]) => [
    step,
    milliseconds(first),
    milliseconds(median(later)),
  ]);
  console.log(columns([['step', 'first, ms', 'later, median, ms'], ...rows]));
  const command = median(steps.get('node dist/cli.js targets')?.slice(1) ?? []);
  console.log(`\nThe command takes ${milliseconds(command)} ms; the goal is ${GOAL_MS} ms on 2 cores.`);
} finally {
  await rm(root, { recursive: true });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function milliseconds(value: number): string {
  return value.toFixed(0);
}
