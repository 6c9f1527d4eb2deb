import type { Argument, ScalarType, TensorArgument } from '../core/target.ts';
import { readDimensions, readScalars, readTensors, STREAM } from './declarations.ts';
import type { Report } from './issues.ts';
import { didYouMean } from './nearest.ts';
import type { WrittenTarget } from './schema.ts';
import { IDENTIFIER } from './tensor-notation.ts';

/** A number that workloads set: an extent of tensors, a scalar of the launcher, or both. */
export interface Parameter {
  readonly name: string;
  /** Whether a tensor has it as an extent, so that it must be a positive integer. */
  readonly dimension: boolean;
  /** How it is passed to the launcher; undefined for a dimension that is not passed. */
  readonly type?: ScalarType;
  readonly default?: number;
}

/** How the launcher is called, and what a workload has to set for that. */
export interface Signature {
  readonly tensors: readonly TensorArgument[];
  readonly arguments: readonly Argument[];
  /** In the order in which workloads are named: dimensions as tensors mention them, then the other scalars. */
  readonly parameters: ReadonlyMap<string, Parameter>;
}

/** Ties `args`, `inputs`, `outputs` and `scalars` together; what does not fit is reported and the result is then of no use. */
export function readSignature(written: WrittenTarget, report: Report): Signature {
  const tensors = readTensors(written, report);
  const names = new Set(tensors.map((tensor) => tensor.name));
  const dimensions = readDimensions(tensors, names, report);
  const scalars = readScalars(written, names, dimensions, report);
  const passed = new Set(written.args);

  const parameters = new Map<string, Parameter>();
  for (const name of dimensions) {
    const type = passed.has(name) ? (scalars.get(name)?.type ?? 'i32') : undefined;
    const value = scalars.get(name)?.default;
    parameters.set(name, {
      name,
      dimension: true,
      ...(type && { type }),
      ...(value !== undefined && { default: value }),
    });
  }
  for (const [name, scalar] of scalars) {
    if (!dimensions.has(name)) parameters.set(name, { name, dimension: false, ...scalar });
  }
  const args = readArguments(written, tensors, parameters, report);
  for (const role of ['inputs', 'outputs', 'scalars'] as const) {
    for (const name of Object.keys(written[role])) {
      if (IDENTIFIER.test(name) && !passed.has(name))
        report([role, name], `"${name}" is declared but not in args; add it there in its place or remove it`, 'key');
    }
  }
  return { tensors, arguments: args, parameters };
}

function readArguments(
  written: WrittenTarget,
  tensors: readonly TensorArgument[],
  parameters: ReadonlyMap<string, Parameter>,
  report: Report,
): Argument[] {
  const seen = new Set<string>();
  const declared = [
    ...Object.keys(written.inputs),
    ...Object.keys(written.outputs),
    ...Object.keys(written.scalars),
    ...parameters.keys(),
  ];
  return written.args.flatMap((name, index): Argument[] => {
    if (seen.has(name)) {
      report(['args', index], `"${name}" stands here a second time; each argument has a name of its own`);
      return [];
    }
    seen.add(name);
    const tensor = tensors.find((candidate) => candidate.name === name);
    if (tensor !== undefined) return [tensor];
    const type = parameters.get(name)?.type;
    if (type !== undefined) return [{ kind: 'scalar', name, type }];
    if (name === STREAM) return [{ kind: 'stream', name }];
    // A declaration that did not parse has its own message already.
    if (!declared.includes(name)) {
      const hint = didYouMean(name, [...declared, STREAM]) || '; declare it under inputs, outputs or scalars';
      report(['args', index], `nothing declares "${name}"${hint}`);
    }
    return [];
  });
}
