import {
  type Argument,
  isPython,
  type Launch,
  type ScalarType,
  type TargetKind,
  type TensorArgument,
} from '../core/target.ts';
import { readDimensions, readScalars, readTensors, STREAM, type Tensors, type Use } from './declarations.ts';
import type { Report } from './issues.ts';
import { readLaunch } from './launch.ts';
import { didYouMean } from './nearest.ts';
import type { WrittenTarget } from './schema.ts';
import { IDENTIFIER } from './tensor-notation.ts';

/** A number that workloads set: an extent of tensors, a scalar of the call, or both. */
export interface Parameter {
  readonly name: string;
  /** How tensors use it; undefined for a number that is only passed. */
  readonly use?: Use;
  /** How it is passed; undefined for a dimension that is not passed. */
  readonly type?: ScalarType;
  readonly default?: number;
}

/** How the code is called, and what a workload has to set for that. */
export interface Signature {
  readonly tensors: readonly TensorArgument[];
  /** Those in the tensors and in the launch, by their text: each workload has to give them a value. */
  readonly formulas: Tensors['formulas'];
  /** Of a kernel. */
  readonly launch?: Launch;
  readonly arguments: readonly Argument[];
  /** In the order in which workloads are named: dimensions as tensors mention them, then the other scalars. */
  readonly parameters: ReadonlyMap<string, Parameter>;
}

/** What is passed: launchers and kernels write to their outputs, Python returns them. */
const PASSED = {
  launcher: ['inputs', 'outputs', 'scalars'],
  kernel: ['inputs', 'outputs', 'scalars'],
  module: ['inputs', 'scalars'],
  function: ['inputs', 'scalars'],
} as const satisfies Record<TargetKind, readonly string[]>;

/** Ties `args`, `inputs`, `outputs` and `scalars` together; what does not fit is reported and the result is then of no use. */
export function readSignature(written: WrittenTarget, report: Report): Signature {
  const declared = readTensors(written, report);
  const { tensors } = declared;
  const names = new Set(tensors.map((tensor) => tensor.name));
  const launched = written.kind === 'kernel' ? readLaunch(written.launch, names, report) : undefined;
  const dimensions = readDimensions(declared, report);
  for (const name of launched?.names ?? []) if (!dimensions.has(name)) dimensions.set(name, 'formula');
  const scalars = readScalars(written, names, dimensions, report);
  const roles = PASSED[written.kind];
  const order = callOrder(written);
  const passed = new Set(order);

  const parameters = new Map<string, Parameter>();
  for (const [name, use] of dimensions) {
    const type = passed.has(name) ? (scalars.get(name)?.type ?? 'i32') : undefined;
    const value = scalars.get(name)?.default;
    parameters.set(name, {
      name,
      use,
      ...(type && { type }),
      ...(value !== undefined && { default: value }),
    });
  }
  for (const [name, scalar] of scalars) {
    if (!dimensions.has(name)) parameters.set(name, { name, ...scalar });
  }
  const args = readArguments(order, written, tensors, parameters, report);
  const returned = isPython(written) ? tensors.filter(({ role }) => role === 'output') : [];
  for (const role of roles) {
    for (const name of Object.keys(written[role])) {
      if (IDENTIFIER.test(name) && !passed.has(name))
        report([role, name], `"${name}" is declared but not in args; add it there in its place or remove it`, 'key');
    }
  }
  return {
    tensors,
    formulas: new Map([...declared.formulas, ...(launched?.formulas ?? [])]),
    ...(launched && { launch: launched.launch }),
    arguments: [...args, ...returned],
    parameters,
  };
}

/** The names of what is passed, in order. Python is passed the inputs and then the scalars where nothing else is written. */
function callOrder({ args, inputs, scalars }: WrittenTarget): readonly string[] {
  return args ?? [...new Set([...Object.keys(inputs), ...Object.keys(scalars)])];
}

function readArguments(
  order: readonly string[],
  written: WrittenTarget,
  tensors: readonly TensorArgument[],
  parameters: ReadonlyMap<string, Parameter>,
  report: Report,
): Argument[] {
  const { kind } = written;
  const seen = new Set<string>();
  const declared = [...PASSED[kind].flatMap((role) => Object.keys(written[role])), ...parameters.keys()];
  return order.flatMap((name, index): Argument[] => {
    if (seen.has(name)) {
      report(['args', index], `"${name}" stands here a second time; each argument has a name of its own`);
      return [];
    }
    seen.add(name);
    const tensor = tensors.find((candidate) => candidate.name === name);
    const type = parameters.get(name)?.type;
    if (isPython(written) && tensor?.role === 'output') {
      report(['args', index], `"${name}" is an output, which a ${kind} returns; remove it from args`);
    } else if (tensor !== undefined) {
      return [tensor];
    } else if (type !== undefined) {
      return [{ kind: 'scalar', name, type }];
    } else if (name === STREAM && kind === 'launcher') {
      return [{ kind: 'stream', name }];
    } else if (name === STREAM) {
      report(
        ['args', index],
        kind === 'kernel'
          ? `a kernel is passed no stream: it is launched on one; remove "${name}"`
          : `a ${kind} is passed no stream: the one to use is PyTorch's current stream; remove "${name}"`,
      );
    } else if (!declared.includes(name)) {
      // A declaration that did not parse has its own message already.
      const known = kind === 'launcher' ? [...declared, STREAM] : declared;
      const places = isPython(written) ? 'inputs or scalars' : 'inputs, outputs or scalars';
      const hint = didYouMean(name, known) || `; declare it under ${places}`;
      report(['args', index], `nothing declares "${name}"${hint}`);
    }
    return [];
  });
}
