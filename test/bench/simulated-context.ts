import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Target } from '../../src/core/target.ts';
import type { Builder } from '../../src/measure/build.ts';
import type { Judge } from '../../src/measure/judge.ts';
import { temporaryFolder } from '../measure/fake-harness.ts';
import { HELLO, measurementOf } from '../measure/samples.ts';
import { CONFIRM, SCREEN, simulate } from '../measure/simulation.ts';
import type { Asked, Context } from './part.ts';
import { startTimeLimit } from './repeat-within.ts';

export interface Simulation {
  readonly targets: readonly Target[];
  readonly asked: Asked;
  /** How many times as fast as the baseline a candidate truly is, from the sources of both. */
  readonly truth: (baseline: string, candidate: string) => number;
  /** What any Python program answers. */
  readonly pythonSays?: object;
}

/** A gelu takes time in proportion to its elements, everything else 100 µs. */
const ELEMENTS_A_MICROSECOND = 209_715.2;
const MACHINE = { noise: 0.0035, process: 0.0015, correlation: 0, preempted: 0, preemption: 10, drift: 0, step: 0 };

/** A GPU machine on which nothing is compiled or run: its measurements are simulated, with the noise of an H200. */
export function simulatedContext({ targets, asked, truth, pythonSays }: Simulation): Context {
  const sources: string[] = [];
  const build: Builder = async (files) => {
    sources.push(files[0]?.content ?? '');
    return { outcome: 'built', library: `${sources.length - 1}`, log: '', seconds: 0.5, cached: false };
  };
  let seed = 0;
  const judge: Judge = {
    hello: async () => HELLO,
    close: async () => {},
    check: async () => undefined,
    measure: async ({ target, baseline, candidate, stage }) => {
      seed += 1;
      const speedup = truth(sources[Number(baseline)] ?? '', sources[Number(candidate)] ?? '');
      const plan = stage === 'screen' ? SCREEN : CONFIRM;
      const workloads = target.workloads.map(({ name, values }) => ({
        ...simulate(
          target.entry === 'gelu_forward' ? (values.n ?? 0) / ELEMENTS_A_MICROSECOND : 100,
          speedup,
          MACHINE,
          plan,
          seed,
        ),
        name,
      }));
      return measurementOf({ workloads, phases_s: { check: 0.25, time: 0.5 } });
    },
  };
  const scratch = temporaryFolder();
  mkdirSync(join(scratch, 'bin'));
  const python = join(scratch, 'bin', 'python');
  writeFileSync(python, `#!/bin/sh\necho '${JSON.stringify(pythonSays ?? {})}'\n`);
  chmodSync(python, 0o755);
  return {
    workshop: {
      judge,
      build,
      hello: HELLO,
      describe: () => Promise.reject(new Error('launchers only')),
      testProject: () => Promise.reject(new Error('launchers only')),
    },
    harness: { python, packageRoot: scratch, device: 'cuda', sandbox: 'on' },
    env: { PATH: process.env.PATH },
    targets,
    folder: import.meta.dirname,
    scratch,
    asked,
    timeLeft: startTimeLimit(60),
    say: () => {},
  };
}
