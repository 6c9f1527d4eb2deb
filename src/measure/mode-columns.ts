import { EnvironmentError } from '../core/errors.ts';
import type { Evidence } from '../core/evidence.ts';
import type { Mode, ModeColumn, ModeColumns } from '../core/mode-column.ts';
import type { Target } from '../core/target.ts';
import { isCorrect } from '../core/verdict.ts';
import type { Verifier } from '../core/verifier.ts';
import type { Judge } from './judge.ts';
import type { Hello, Measurement } from './judge-report.ts';
import { speedupOf } from './speedup.ts';

/** What a mode is measured with. */
interface ModeBench {
  readonly judge: Judge;
  readonly hello: Hello;
  readonly onProgress: (text: string) => void;
}

/**
 * A module's own code in each mode, as columns beside it; undefined for what is no module. Each workload is compiled for its own shapes. The
 * compilation is not timed and has the time limit of everything that a Python file compiles.
 *
 * @param target as `prepareVerifier` gives it
 * @param built path of what was built of the code
 */
export async function measureModes(bench: ModeBench, target: Target, built: string): Promise<ModeColumns | undefined> {
  if (target.kind !== 'module') return undefined;
  return {
    eager: await measureMode(bench, target, built, 'eager'),
    compiled: await measureMode(bench, target, built, 'compiled'),
  };
}

async function measureMode(
  { judge, hello, onProgress }: ModeBench,
  target: Target,
  built: string,
  mode: Mode,
): Promise<ModeColumn> {
  if (hello.device.kind !== 'cuda') {
    return { kind: 'not-possible', reason: 'there is no GPU here, and times on a CPU say nothing about one' };
  }
  onProgress(mode === 'compiled' ? `compiling ${target.entry} by torch.compile` : `running ${target.entry} eagerly`);
  // No verdict comes of it, so that one pair of processes is enough: each compiles for every shape anew.
  const request = { target, baseline: built, candidate: built, stage: 'alone', candidate_as: mode } as const;
  let measurement: Measurement;
  try {
    measurement = await judge.measure(request, onProgress);
  } catch (error) {
    // A column is not worth what was found before it; a machine that is broken shows at the next question.
    if (!(error instanceof EnvironmentError)) throw error;
    return { kind: 'failed', reason: error.message };
  }
  if (measurement.outcome !== 'measured') return told(measurement.detail, mode);
  const workloads = speedupOf(measurement)?.workloads ?? [];
  return {
    kind: 'timed',
    workloads: workloads.map(({ name, baseline_us, candidate_us, speedup, low, high }) => {
      return { name, us: candidate_us, baseline_us, speedup, low, high };
    }),
  };
}

/** What `torch.compile` says of a machine where it cannot work, whatever the module. */
const NOT_POSSIBLE =
  /TritonMissing|Cannot find a working triton|GPUTooOldForTriton|InvalidCxxCompiler|No working C\+\+ compiler|Failed to find C compiler|torch\.compile is not supported/;

function told(reason: string, mode: Mode): ModeColumn {
  return { kind: mode === 'compiled' && NOT_POSSIBLE.test(reason) ? 'not-possible' : 'failed', reason };
}

/**
 * A confirmation with the baseline's other modes beside it: of a module whose candidate was right and timed. They are measured when they are
 * first asked for, and once for all candidates.
 */
export async function withModes(evidence: Evidence, verifier: Pick<Verifier, 'modes'>): Promise<Evidence> {
  if (evidence.workloads.length === 0 || !isCorrect(evidence)) return evidence;
  const modes = await verifier.modes();
  return modes === undefined ? evidence : { ...evidence, modes };
}
