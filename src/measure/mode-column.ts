import type { WorkloadTimes } from '../core/evidence.ts';
import { isPython, type Target } from '../core/target.ts';
import type { Judge, MeasureRequest } from './judge.ts';
import type { Hello } from './judge-report.ts';
import { asLaunched } from './kernel-launcher.ts';
import { speedupOf } from './speedup.ts';

/** Another way to run a module's own code: a column beside the baseline. */
export type Mode = NonNullable<MeasureRequest['candidate_as']>;

export type ModeColumn =
  /** `candidate_us` of each workload is the time in this mode, `baseline_us` that of the code as it is, measured beside it. */
  | { readonly kind: 'timed'; readonly workloads: readonly WorkloadTimes[] }
  /** It is right, and there is nothing to time it on; or the target has no such mode. */
  | { readonly kind: 'not-here'; readonly reason: string }
  /** It does not compile, fails, or gives other results than the code as it is. */
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * Times a module or function against itself run in another mode: without `torch.compile` (`eager`), or with it in its default mode
 * (`compiled`), each workload compiled for its own shapes. The compilation is not timed and has the time limit of everything that a Python
 * file compiles. `target` is as `prepareVerifier` gives it, and `baseline` the path of what was built.
 */
export async function measureMode(
  {
    judge,
    hello,
    onProgress,
  }: { readonly judge: Judge; readonly hello: Hello; readonly onProgress: (text: string) => void },
  target: Target,
  baseline: string,
  mode: Mode,
): Promise<ModeColumn> {
  if (!isPython(target)) return { kind: 'not-here', reason: 'CUDA in a .cu file has no such mode' };
  if (hello.device.kind !== 'cuda') {
    return { kind: 'not-here', reason: 'there is no GPU here, and times on a CPU say nothing about one' };
  }
  onProgress(mode === 'compiled' ? `compiling ${target.entry} by torch.compile` : `running ${target.entry} eagerly`);
  const request = {
    target: asLaunched(target),
    baseline,
    candidate: baseline,
    stage: 'confirm',
    candidate_as: mode,
  } as const;
  const measurement = await judge.measure(request, onProgress);
  if (measurement.outcome !== 'measured') return { kind: 'failed', reason: measurement.detail };
  return { kind: 'timed', workloads: speedupOf(measurement)?.workloads ?? [] };
}
