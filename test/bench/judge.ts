/**
 * Measures the judge itself: how fast it answers, and how often it is right. A script, not a test: its numbers are of one machine.
 *
 *   node test/bench/judge.ts [--device auto|cuda|emulated] [--limit SECONDS] [--json FILE]
 *                            [--count N] [--rounds N] [--confirmations N] [--candidates N] [part…]
 *
 * Without names all parts run: latency, module, throughput, confirm, alike, gain, clocks, soak. Each ends by itself when `--limit` is over
 * (300 s unless said otherwise), with as many repetitions as there was time for. `--count` is the number of these, `--rounds` that of
 * the rounds which a trial of `alike` or `gain` is made of, `--confirmations` that of full confirmations there, `--candidates` that of
 * `soak` (1,000). Tables are printed on standard output as parts end, progress on standard error; `--json` has all samples and is written
 * again and again meanwhile, so that a run that is stopped loses nothing.
 * On the emulated device everything runs in a small form that shows that it works; times mean nothing there.
 * Exit status: 0 measured, whether goals are reached or not; 1 a part failed, 2 wrong usage, 3 the machine lacks something.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigurationError } from '../../src/core/errors.ts';
import { makeScratchFolder } from '../../src/deliver/scratch-folder.ts';
import { findPackageRoot, findPython, type Harness } from '../../src/measure/harness.ts';
import { type Workshop, withWorkshop } from '../../src/optimize.ts';
import { parseConfiguration } from '../../src/targets/configuration.ts';
import { asScript } from '../as-script.ts';
import { withBlockLimit } from '../exploits/block-limit.ts';
import { readArguments } from './arguments.ts';
import { openJournal } from './journal.ts';
import type { Part } from './part.ts';
import { alike } from './parts/alike.ts';
import { clocks } from './parts/clocks.ts';
import { confirm } from './parts/confirm.ts';
import { gain } from './parts/gain.ts';
import { latency } from './parts/latency.ts';
import { module } from './parts/module.ts';
import { soak } from './parts/soak.ts';
import { throughput } from './parts/throughput.ts';
import { startTimeLimit } from './repeat-within.ts';
import { describeMachine, renderMachine, renderPart } from './report.ts';
import { runPart } from './run-part.ts';
import { lookAtUsage } from './usage.ts';

const FOLDER = import.meta.dirname;
/** Those with a block limit of their own, which need a judge of their own, come last. */
const PARTS: readonly Part[] = [latency, module, throughput, confirm, alike, gain, clocks, soak];

await asScript(main);

async function main(): Promise<number> {
  const { parts: names, device, limitS, asked, json } = readArguments(process.argv.slice(2));
  const parts = chooseParts(names);
  const configuration = join(FOLDER, 'targets.yml');
  const { targets } = parseConfiguration(await readFile(configuration, 'utf8'), configuration);
  const packageRoot = findPackageRoot(FOLDER);
  const python = await findPython(process.env.KERNELWRIGHT_PYTHON, packageRoot);
  const harness: Harness = { python, packageRoot, device, sandbox: 'on' };
  await using scratch = await makeScratchFolder('kernelwright-bench-');
  await using temporary = await makeScratchFolder('kernelwright-bench-');
  // What the judge and all below it leave among the temporary files can then be counted there.
  process.env.TMPDIR = temporary.path;
  // A thousand builds that nobody needs again would drive those out of the user's cache that somebody does.
  const env = { ...process.env, KERNELWRIGHT_CACHE: join(scratch.path, 'builds') };
  const journal = openJournal(json);

  const run = async (part: Part, using: Harness, workshop: Workshop): Promise<boolean> => {
    const machine = describeMachine(workshop.hello, new Date());
    const { result, isWhole } = await runPart(
      part,
      {
        ...{ workshop, harness: using, env, targets, folder: FOLDER, scratch: scratch.path, asked },
        timeLeft: startTimeLimit(limitS),
        say: (text) => console.error(`${part.name}: ${text}`),
      },
      (known) => journal.record(part.name, machine, known),
    );
    journal.record(part.name, machine, result);
    console.log(`${renderPart(part.name, result, machine.device.kind)}\n`);
    return isWhole;
  };
  const limits = [...new Set(parts.map(({ blockLimitS }) => blockLimitS))];
  let areWhole = true;
  for (const [index, limit] of limits.entries()) {
    const using = limit === undefined ? harness : await withBlockLimit(harness, limit, scratch.path);
    await withWorkshop({ harness: using, env }, async (workshop) => {
      if (index === 0) console.log(`${renderMachine(describeMachine(workshop.hello, new Date()))}\n`);
      for (const part of parts.filter(({ blockLimitS }) => blockLimitS === limit)) {
        areWhole = (await run(part, using, workshop)) && areWhole;
      }
    });
    const { processesBelowThis, temporaryFiles, buildFiles } = await lookAtUsage();
    console.error(
      `That judge has ended; left of it: ${processesBelowThis} processes, ${temporaryFiles + buildFiles} temporary files.`,
    );
  }
  return areWhole ? 0 : 1;
}

function chooseParts(names: readonly string[]): readonly Part[] {
  for (const name of names) {
    if (PARTS.every((part) => part.name !== name))
      throw new ConfigurationError(
        `There is no part "${name}"; there are ${PARTS.map((part) => part.name).join(', ')}.`,
      );
  }
  return PARTS.filter(({ name }) => names.length === 0 || names.includes(name));
}
