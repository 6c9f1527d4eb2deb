import { didYouMean } from '../core/nearest.ts';
import { tensorBytes, type Workload } from '../core/target.ts';
import { type IssuePath, type Report, watch } from './issues.ts';
import { checkLaunch } from './launch.ts';
import { scalarProblem } from './scalar-notation.ts';
import type { Parameter, Signature } from './signature.ts';
import { checkTensors, withFormulas } from './tensor-values.ts';

/** All tensors of a workload together, in bytes: more than any GPU has, so more is a slip of the pen. */
const MOST_BYTES = 2 ** 40;

/**
 * Reads the workloads of one list (`workloads` or `emulate`): every dimension and scalar set, nothing else, values in range,
 * sizes possible, no two alike. Those that do not fit are reported and left out.
 */
export function readWorkloads(
  list: 'workloads' | 'emulate',
  written: readonly Readonly<Record<string, number>>[],
  signature: Signature,
  report: Report,
): Workload[] {
  const workloads: Workload[] = [];
  for (const [index, values] of written.entries()) {
    const path = [list, index];
    const workload = readWorkload(values, path, signature, report);
    if (workload === undefined) continue;
    const twin = workloads.findIndex(({ name }) => name === workload.name);
    if (twin >= 0) report(path, `the workload "${workload.name}" is the same as ${list}[${twin}]; remove one`);
    else workloads.push(workload);
  }
  return workloads;
}

function readWorkload(
  written: Readonly<Record<string, number>>,
  path: IssuePath,
  signature: Signature,
  report: Report,
): Workload | undefined {
  const { parameters } = signature;
  const { report: complain, sound } = watch(report);
  for (const key of Object.keys(written)) {
    if (!parameters.has(key)) complain([...path, key], unusedKey(key, parameters), 'key');
  }
  const values: Record<string, number> = {};
  for (const parameter of parameters.values()) {
    const { name } = parameter;
    const value = Object.hasOwn(written, name) ? written[name] : parameter.default;
    if (value === undefined) {
      complain(
        path,
        `does not set "${name}"; every workload sets each dimension, and each scalar that has no default`,
        'key',
      );
      continue;
    }
    const problem = valueProblem(parameter, value);
    if (problem !== undefined) complain([...path, name], `"${name}" is ${value}, which ${problem}`);
    values[name] = value;
  }
  if (!sound()) return undefined;
  const all = sizedValues(values, signature, (problem) => complain(path, problem));
  return sound() ? { name: workloadName(parameters, values), values: all } : undefined;
}

/** The values with those of the formulas; `complain` is told why tensors of these sizes are impossible. */
export function sizedValues(
  values: Workload['values'],
  { tensors, formulas, launch }: Signature,
  complain: (problem: string) => void,
): Workload['values'] {
  let sound = true;
  const noticed = (problem: string) => {
    sound = false;
    complain(problem);
  };
  const all = withFormulas(values, formulas, noticed);
  if (sound) checkTensors(tensors, all, noticed);
  if (sound && launch !== undefined) checkLaunch(launch, all, noticed);
  const size = sound ? tensorBytes(tensors, all) : 0;
  if (size > MOST_BYTES) {
    const tebibytes = (size / 2 ** 40).toPrecision(3);
    complain(`its tensors have ${tebibytes} TiB together; at most 1 TiB (2^40 bytes) is possible`);
  }
  return all;
}

/** What a key that no tensor or argument has is told. */
export function unusedKey(key: string, parameters: ReadonlyMap<string, Parameter>): string {
  const known = [...parameters.keys()];
  const hint =
    didYouMean(key, known) ||
    (known.length > 0 ? `; it sets ${known.join(', ')}` : '; no tensor has a named dimension');
  return `nothing uses "${key}"${hint}`;
}

/** Why a workload cannot give `value` to `parameter`, to follow "which"; undefined when it can. */
export function valueProblem({ use, type, allowed }: Parameter, value: number): string | undefined {
  // What YAML read is no longer what was written.
  const isWhole = use !== undefined || type?.startsWith('i');
  if (isWhole && Number.isInteger(value) && !Number.isSafeInteger(value))
    return `is beyond ${Number.MAX_SAFE_INTEGER}, up to which integers are exact`;
  if (use === 'extent' && !(Number.isSafeInteger(value) && value > 0)) return 'is not an integer from 1 up';
  if (use === 'formula' && !Number.isSafeInteger(value)) return 'is not an integer';
  const problem = type === undefined ? undefined : scalarProblem(type, value);
  if (problem !== undefined || allowed === undefined || allowed.includes(value)) return problem;
  return `is not allowed; it is one of ${allowed.join(', ')}`;
}

/** `rows=4096, cols=4096`; values that are their parameter's default are left out, as authors leave them out. */
export function workloadName(parameters: ReadonlyMap<string, Parameter>, values: Workload['values']): string {
  const parts = [...parameters.values()].flatMap(({ name, default: usual }) =>
    values[name] === usual ? [] : [`${name}=${values[name]}`],
  );
  return parts.join(', ') || 'default';
}
