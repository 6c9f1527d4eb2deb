/**
 * Where the time of a whole search goes: all example kernels, a local model over the real wire with recorded answers, real builds and
 * measurements. A script, not a test: its numbers are of one machine.
 *
 *   node test/bench/loop.ts [--device auto|cuda|emulated] [--effort NAME] [--pause MS] [--json FILE] [target…]
 *
 * `--pause` is what the model takes for 400 characters, 250 ms unless said otherwise; one in earnest takes about a second, and thinks
 * before. The table is printed on standard output, progress on standard error; `--json` has the journal and the outcome.
 * Exit status: 0 measured, whether goals are reached or not; 2 wrong usage, 3 the machine lacks something.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { markdownTable } from 'markdown-table';
import { ConfigurationError } from '../../src/core/errors.ts';
import { EFFORTS, type Effort, planFor } from '../../src/core/search-plan.ts';
import { makeScratchFolder } from '../../src/deliver/scratch-folder.ts';
import { findPackageRoot, findPython, type Harness } from '../../src/measure/harness.ts';
import { createAnthropicModel } from '../../src/models/anthropic.ts';
import { optimize } from '../../src/optimize.ts';
import { readJournal } from '../../src/refine/journal/read.ts';
import { progressLine } from '../../src/report/progress-line.ts';
import { parseConfiguration } from '../../src/targets/configuration.ts';
import { asScript } from '../as-script.ts';
import { startModel } from '../model/model.ts';
import { writeJson } from '../write-json.ts';
import { type LoopTime, loopTime } from './loop-time.ts';
import { describeMachine, renderMachine } from './report.ts';

const EXAMPLE = join(import.meta.dirname, '..', '..', 'examples', 'kernels');
const GOAL = { idle: 0.05, overhead: 0.03 };

await asScript(main);

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      device: { type: 'string', default: 'auto' },
      effort: { type: 'string', default: 'medium' },
      pause: { type: 'string', default: '250' },
      json: { type: 'string' },
    },
  });
  const device = oneOf<Harness['device']>('device', values.device, ['auto', 'cuda', 'emulated']);
  const effort = oneOf<Effort>('effort', values.effort, EFFORTS);
  const packageRoot = findPackageRoot(import.meta.dirname);
  const python = await findPython(process.env.KERNELWRIGHT_PYTHON, packageRoot);
  const targets = await readTargets(positionals);
  await using scratch = await makeScratchFolder('kernelwright-loop-');
  await using stack = new AsyncDisposableStack();
  const answers = { answers: join(EXAMPLE, 'answers'), pauseMs: Number(values.pause), numbered: true };
  const server = stack.adopt(await startModel(answers), (model) => model.close());
  const path = join(scratch.path, 'journal.jsonl');
  const log = (line: string) => console.error(line);

  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const ownCode = new Map<string, number>();
  const outcome = await optimize({
    harness: { python, packageRoot, device, sandbox: 'on' },
    // A build that is known from an earlier run would take no time.
    env: { ...process.env, KERNELWRIGHT_CACHE: join(scratch.path, 'builds') },
    targets,
    model: createAnthropicModel({
      model: 'claude-opus-5-5',
      apiKey: 'local',
      baseUrl: server.url,
      maxTokens: 16_000,
      log,
    }),
    plan: planFor(effort, { policy: 'serial' }),
    budget: {},
    version: '0',
    journal: { path, resume: false, log, began },
    onProgress: (event) => {
      const line = progressLine(event);
      if (line !== undefined) log(line);
    },
    onStep: (line) => {
      const name = line.split(':')[0] ?? '';
      if (!ownCode.has(name)) ownCode.set(name, seconds());
      log(line);
    },
  });
  const time = loopTime((await readJournal(path)).records, ownCode, seconds());
  if (values.json !== undefined) writeJson(values.json, { time, outcome, journal: await readFile(path, 'utf8') });
  console.log(`${renderMachine(describeMachine(outcome, new Date()))}\n`);
  const found = outcome.targets.map(({ target, turns, best }) => [
    target.name,
    `${turns.length}`,
    best === undefined ? 'none' : `${best.evidence.verdict} ${best.evidence.speedup?.estimate.toFixed(3) ?? ''}`,
  ]);
  console.log(`${markdownTable([['target', 'turns', 'best'], ...found])}\n`);
  console.log(markdownTable([['what', 'seconds', 'share of the wall time', 'goal'], ...rowsOf(time)]));
  return 0;
}

function rowsOf(time: LoopTime): string[][] {
  const row = (what: string, seconds: number, goal?: number) => [
    what,
    seconds.toFixed(1),
    `${((100 * seconds) / time.wall).toFixed(1)} %`,
    goal === undefined ? '–' : `≤ ${100 * goal} %`,
  ];
  return [
    row('the whole run', time.wall),
    row('a model answers', time.model),
    row('a candidate is built', time.build),
    row('the judge measures', time.measurement),
    row('a candidate is built, and none is being measured', time.idle, GOAL.idle),
    row('of the measurements, processes start and end', time.processes),
    row('none of model, build and measurement', time.overhead, GOAL.overhead),
    row('of that, before the first target', time.start),
  ];
}

async function readTargets(names: readonly string[]) {
  const { targets } = parseConfiguration(
    await readFile(join(EXAMPLE, '.github/kernelwright.yml'), 'utf8'),
    'kernelwright.yml',
  );
  const unknown = names.filter((name) => targets.every((target) => target.name !== name));
  if (unknown.length > 0) throw new ConfigurationError(`There is no example kernel ${unknown.join(', ')}.`);
  const chosen = targets.filter(({ name }) => names.length === 0 || names.includes(name));
  return Promise.all(
    chosen.map(async (target) => {
      const content = await readFile(join(EXAMPLE, target.source), 'utf8');
      return { target, baseline: [{ path: target.source, content }] };
    }),
  );
}

function oneOf<T extends string>(name: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === text);
  if (found !== undefined) return found;
  throw new ConfigurationError(`--${name} is ${allowed.join(', ')}, not "${text}".`);
}
