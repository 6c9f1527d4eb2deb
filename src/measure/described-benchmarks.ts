import type { Argument, Target, TensorArgument, Workload } from '../core/target.ts';
import type { BenchmarkCall, BenchmarkCalls } from './describe.ts';
import { callText, freeName } from './described-names.ts';

/** A project's target as its benchmarks call it, and what of them has no part in that. */
export interface FromBenchmarks {
  /** Undefined where nothing is left to measure. */
  readonly target?: Target;
  readonly leftOut: BenchmarkCalls['left_out'];
}

/**
 * One workload of each benchmark that calls the target's function; where it names none, the one that most of them call. Those that call it
 * otherwise than the first does (other types, other numbers of dimensions) are left out: a target has one signature.
 */
export function fromBenchmarks(target: Target, { workloads, left_out }: BenchmarkCalls): FromBenchmarks {
  const entry = target.entry === '' ? mostCalled(workloads) : target.entry;
  const alike = workloads.filter((call) => call.entry === entry);
  const [first] = alike;
  const others = workloads
    .filter((call) => call.entry !== entry)
    .map(({ name, entry: other }) => ({
      name,
      because: `calls ${other}; a target of its own with "function: ${other}" measures that`,
    }));
  if (first === undefined || entry === undefined) return { leftOut: [...left_out, ...others] };
  const fitting = alike.filter((call) => formOf(call) === formOf(first));
  const different = alike
    .filter((call) => !fitting.includes(call))
    .map(({ name }) => ({
      name,
      because: `calls ${entry} with other types, dimensions or options than ${first.name}`,
    }));
  return {
    target: { ...target, entry, ...signatureOf(fitting, first) },
    leftOut: [...left_out, ...others, ...different],
  };
}

/** The first of those that are called most often. */
function mostCalled(workloads: readonly BenchmarkCall[]): string | undefined {
  const count = (entry: string) => workloads.filter((call) => call.entry === entry).length;
  const most = Math.max(...workloads.map(({ entry }) => count(entry)));
  return workloads.find(({ entry }) => count(entry) === most)?.entry;
}

/** All of a call that workloads cannot differ in. */
function formOf({ inputs, outputs, fixed }: BenchmarkCall): string {
  const tensor = ({ dtype, shape }: BenchmarkCall['outputs'][number]) => [dtype, shape.length];
  const passed = inputs.map((input) =>
    input.kind === 'scalar'
      ? [input.name, input.type]
      : [input.name, input.role, ...tensor(input), input.strides !== undefined],
  );
  return JSON.stringify([passed, outputs.map(tensor), fixed]);
}

function signatureOf(
  calls: readonly BenchmarkCall[],
  first: BenchmarkCall,
): Pick<Target, 'arguments' | 'workloads' | 'vary' | 'fixed'> {
  const values: Record<string, number>[] = calls.map(() => ({}));
  /** A number that all workloads have stays one; another gets the name, under which each has its own. */
  const shared = (name: string, numbers: readonly number[]): number | string => {
    const [number = 0] = numbers;
    if (numbers.every((other) => other === number)) return number;
    for (const [index, value] of numbers.entries()) (values[index] ?? {})[name] = value;
    return name;
  };
  const extents = (name: string, lists: readonly (readonly number[])[]) =>
    (lists[0] ?? []).map((_, axis) =>
      shared(
        `${name}_${axis}`,
        lists.map((list) => list[axis] ?? 0),
      ),
    );

  const passed = first.inputs.map((input, place): Argument => {
    const same = calls.flatMap((call) => call.inputs[place] ?? []);
    if (input.kind === 'scalar') {
      for (const [index, each] of same.entries())
        if (each.kind === 'scalar') (values[index] ?? {})[input.name] = each.value;
      return { kind: 'scalar', name: input.name, type: input.type };
    }
    const tensors = same.filter((each) => each.kind === 'tensor');
    const ranges = tensors.flatMap(({ range }) => range ?? []);
    const { kind, name, role, dtype } = input;
    return {
      kind,
      name,
      role,
      dtype,
      shape: extents(
        name,
        tensors.map(({ shape }) => shape),
      ),
      ...(input.strides && {
        strides: extents(
          `${name}_stride`,
          tensors.map(({ strides = [] }) => strides),
        ),
      }),
      ...(ranges.length > 0 && {
        range: {
          low: shared(
            `${name}_low`,
            ranges.map(({ low }) => low),
          ),
          high: shared(
            `${name}_high`,
            ranges.map(({ high }) => high),
          ),
        },
      }),
    };
  });
  const names = new Set(passed.map(({ name }) => name));
  const returned = first.outputs.map(({ dtype }, place): TensorArgument => {
    const name = freeName(first.outputs.length === 1 ? 'output' : `output_${place}`, names);
    return {
      kind: 'tensor',
      name,
      role: 'output',
      dtype,
      shape: extents(
        name,
        calls.map((call) => call.outputs[place]?.shape ?? []),
      ),
    };
  });
  return {
    arguments: [...passed, ...returned],
    workloads: calls.map(({ name }, index) => named(name, passed, values[index] ?? {})),
    vary: [],
    ...(Object.keys(first.fixed).length > 0 && { fixed: first.fixed }),
  };
}

/** As the project calls it, with the shapes that people look for: `Silu.small, x[8, 256]`. */
function named(name: string, passed: readonly Argument[], values: Workload['values']): Workload {
  return { name: `${name}: ${callText(passed, values)}`, values };
}
