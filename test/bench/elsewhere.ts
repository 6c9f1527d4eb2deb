import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { EnvironmentError } from '../../src/core/errors.ts';
import type { Context } from './part.ts';

const PATIENCE_MS = 240_000;

const inlineSchema = z.object({ correct: z.boolean(), us: z.number(), build_s: z.number(), rest_s: z.number() });

/** What KernelBench's way of evaluating takes. */
export interface InlineEvaluation extends z.infer<typeof inlineSchema> {
  /** From the start of the process to its end. */
  readonly seconds: number;
}

/** Evaluates a gelu in a fresh Python process with a fresh build folder, for the device's own architecture only. */
export async function evaluateInline(context: Context, source: string, elements: number): Promise<InlineEvaluation> {
  const { device } = context.workshop.hello;
  const folder = await mkdtemp(join(context.scratch, 'load-inline-'));
  try {
    const file = join(folder, 'candidate.cu');
    await writeFile(file, source);
    const began = performance.now();
    const options = device.kind === 'cuda' ? [] : ['--cpu'];
    const said = await runPython(
      context,
      'load_inline.py',
      [file, 'gelu_forward', `${elements}`, folder, ...options],
      device.kind === 'cuda' ? { TORCH_CUDA_ARCH_LIST: architectureNumber(device.arch) } : {},
    );
    return { ...inlineSchema.parse(JSON.parse(said)), seconds: (performance.now() - began) / 1000 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** `sm_90` as PyTorch writes it: `9.0`. */
function architectureNumber(arch: string): string {
  const [, major, minor] = /^sm_(\d+)(\d)/.exec(arch) ?? [];
  return `${major}.${minor}`;
}

const ratioSchema = z.object({ first_us: z.number(), second_us: z.number(), ratio: z.number() });
export type EventRatio = z.infer<typeof ratioSchema>;

/** Times two built gelus by CUDA events in one process that knows nothing of the judge. Needs a GPU. */
export async function eventRatio(
  context: Context,
  libraries: readonly [string, string],
  elements: number,
  calls: number,
): Promise<EventRatio> {
  const said = await runPython(context, 'event_ratio.py', [...libraries, 'gelu_forward', `${elements}`, `${calls}`]);
  return ratioSchema.parse(JSON.parse(said));
}

/** Runs one of this folder's programs; what it prints last is its answer. */
async function runPython(
  { harness, env, folder }: Context,
  program: string,
  parameters: readonly string[],
  variables: Record<string, string> = {},
): Promise<string> {
  // Ninja lies beside a virtual environment's Python.
  const path = [dirname(harness.python), env.PATH ?? ''].filter((each) => each !== '.').join(':');
  const result = await execa(harness.python, [join(folder, program), ...parameters], {
    env: { ...env, ...variables, PATH: path },
    reject: false,
    timeout: PATIENCE_MS,
    killDescendants: true,
  });
  if (result.exitCode === 0) return result.stdout.trimEnd().split('\n').at(-1) ?? '';
  const lastLine = result.stderr.trimEnd().split('\n').at(-1);
  throw new EnvironmentError(
    `${program} failed (${result.exitCode ?? result.signal ?? 'not started'}): ${lastLine || result.shortMessage}`,
  );
}
