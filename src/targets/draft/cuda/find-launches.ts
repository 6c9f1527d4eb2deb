import type { Formula } from '../../formula.ts';
import { isPlain, substitute } from './c-formula.ts';
import type { CFunction, LaunchCall } from './c-function.ts';

/** All functions of the repository's CUDA sources, and the integers that each file gives names to. */
export interface CudaCode {
  readonly functions: ReadonlyMap<string, readonly CFunction[]>;
  readonly constants: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

/** A launch that a host function comes to, by itself or through others; all in that function's own words. */
export interface ReachedLaunch {
  readonly kernel: CFunction;
  readonly launch: LaunchCall;
  /** The function that it stands in. */
  readonly within: CFunction;
}

const DEEPEST = 4;
const MOST_LAUNCHES = 32;

/** The function that a call in `from` means: one of the same file before others. */
function functionNamed(code: CudaCode, name: string, from: string, isKernel: boolean): CFunction | undefined {
  const candidates = (code.functions.get(name) ?? []).filter((candidate) => candidate.isKernel === isKernel);
  return candidates.find(({ path }) => path === from) ?? candidates[0];
}

export function constantsOf(code: CudaCode, path: string): ReadonlyMap<string, number> {
  return code.constants.get(path) ?? new Map();
}

/** What `host` launches, in the words of its parameters. */
export function launchesOf(host: CFunction, code: CudaCode, depth = 0): ReachedLaunch[] {
  const own = ownLaunches(host, code, () => new Set());
  if (depth >= DEEPEST) return own;
  const through = host.body.calls.flatMap(({ callee, args }) => {
    const called = functionNamed(code, callee, host.path, false);
    if (called === undefined || called === host) return [];
    const given = new Map(called.parameters.map(({ name }, index) => [name, args[index]]));
    const replace = (formula: Formula) =>
      resolved(
        substitute(formula, (name) => given.get(name)),
        host,
        code,
      );
    return launchesOf(called, code, depth + 1).map((reached) => ({
      ...reached,
      launch: mapped(reached.launch, replace),
    }));
  });
  return [...own, ...through].slice(0, MOST_LAUNCHES);
}

/** The same, where a variable that the kernel itself is passed keeps its name, whatever number this host gives it. */
export function launchesByArguments(host: CFunction, code: CudaCode): ReachedLaunch[] {
  const own = ownLaunches(host, code, ({ args }) => new Set(args.filter((each) => typeof each === 'string')));
  const direct = new Set(own.map(({ kernel }) => kernel));
  return [...own, ...launchesOf(host, code).filter(({ kernel }) => !direct.has(kernel))];
}

function ownLaunches(
  host: CFunction,
  code: CudaCode,
  kept: (launch: LaunchCall) => ReadonlySet<string>,
): ReachedLaunch[] {
  return host.body.launches.flatMap((launch) => {
    const kernel = functionNamed(code, launch.callee, host.path, true);
    if (kernel === undefined) return [];
    const names = kept(launch);
    return [{ kernel, launch: mapped(launch, (formula) => resolved(formula, host, code, names)), within: host }];
  });
}

function mapped(launch: LaunchCall, replace: (formula: Formula) => Formula): LaunchCall {
  return {
    ...launch,
    args: launch.args.map(replace),
    grid: launch.grid.map(replace),
    block: launch.block.map(replace),
    shared: replace(launch.shared),
  };
}

/** Local variables as what they are defined as, and constants as numbers, where that can be written in a configuration. */
function resolved(
  formula: Formula,
  host: CFunction,
  code: CudaCode,
  kept: ReadonlySet<string> = new Set(),
  depth = 0,
): Formula {
  const parameters = new Set([...host.parameters.map(({ name }) => name), ...kept]);
  const constants = constantsOf(code, host.path);
  return substitute(formula, (name) => {
    if (parameters.has(name)) return undefined;
    const constant = constants.get(name);
    if (constant !== undefined) return constant;
    const value = host.body.definitions.get(name)?.value;
    // What a variable is called says more than what cannot be written, such as `x.size(0)`.
    if (value === undefined || depth >= DEEPEST || !isPlain(value)) return undefined;
    return resolved(value, host, code, kept, depth + 1);
  });
}
