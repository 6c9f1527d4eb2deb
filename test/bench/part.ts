import { randomBytes } from 'node:crypto';
import type { Target } from '../../src/core/target.ts';
import type { Harness } from '../../src/measure/harness.ts';
import type { Workshop } from '../../src/optimize.ts';
import type { TimeLeft } from './repeat-within.ts';

/** One thing that the benchmark finds out. */
export interface Part {
  readonly name: string;
  /** How long one block of calls may take, in seconds, where a part wants less patience than the product has. */
  readonly blockLimitS?: number;
  /** Yields all that is known so far, again and again; the last is the result. */
  run(context: Context): AsyncGenerator<PartResult>;
}

export interface Context {
  readonly workshop: Workshop;
  readonly harness: Harness;
  readonly env: NodeJS.ProcessEnv;
  readonly targets: readonly Target[];
  /** Where the baselines' sources and this benchmark's Python files lie. */
  readonly folder: string;
  /** For files of the part's own; removed at the end. */
  readonly scratch: string;
  readonly asked: Asked;
  readonly timeLeft: TimeLeft;
  /** Progress, one line. */
  readonly say: (text: string) => void;
}

/** How often things are to be repeated; where it is undefined a part decides. */
export interface Asked {
  readonly count?: number | undefined;
  readonly confirmations?: number | undefined;
  /** Screenings that one trial is made of. */
  readonly rounds?: number | undefined;
  readonly candidates?: number | undefined;
}

export interface PartResult {
  readonly findings: readonly Finding[];
  /** What the findings do not hold, for people: a head and rows. */
  readonly table?: readonly (readonly string[])[];
  /** All samples, for the JSON file. */
  readonly samples: unknown;
}

export interface Finding {
  readonly what: string;
  readonly measured: string;
  readonly goal?: string;
  /** Whether the goal is reached; only with `goal`. */
  readonly reached?: boolean;
}

/** How often a part repeats what it does: as asked, else as fits the device. */
export function howMany({ asked, workshop }: Context, usual: { readonly cuda: number; readonly emulated: number }) {
  return asked.count ?? usual[workshop.hello.device.kind];
}

/** How many full confirmations a part makes beside its many short measurements. */
export function confirmations({ asked, workshop }: Context): number {
  return asked.confirmations ?? (workshop.hello.device.kind === 'cuda' ? 3 : 1);
}

/** Makes this run's sources unlike those of any other, so that no build cache knows them. */
export function newSalt(): string {
  return randomBytes(4).toString('hex');
}
