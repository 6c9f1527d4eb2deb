import type { SourceFile } from '../../../core/source.ts';
import { guess, type LeftOut, oneLine, type TargetDraft, todo } from '../draft.ts';
import { draftEmulated, draftWorkloads } from '../workloads.ts';
import { type Passed, passedParameters } from './parameters.ts';
import type { PyFunction } from './py-source.ts';
import { returnedTensors } from './returned-tensors.ts';
import { seenPythonCalls } from './seen-python-calls.ts';
import { dimensionValues, notationOf, type Shaped, shapesOf } from './tensor-shapes.ts';

const OUTPUT_NAME = /^(out|output|outputs|o|y|c|dst|result|res)$/i;

/** A function that launches Triton kernels as a target; or why it cannot be one. */
export function draftFunction(code: PyFunction, path: string, usage: readonly SourceFile[]): TargetDraft | LeftOut {
  const { name, line, parameters } = code;
  const spot = { path, line };
  const seen = seenPythonCalls(
    name,
    parameters.map((each) => each.name),
    usage,
  );
  const found = passedParameters(code, (parameter) =>
    seen.some(({ tensors }) => tensors[parameter])
      ? 'tensor'
      : seen.some(({ numbers }) => numbers[parameter] !== undefined)
        ? 'number'
        : undefined,
  );
  if (!found.ok) return { name, spot, because: found.because };
  const { passed } = found;
  const shapes = shapesOf(
    passed.flatMap((each) => (each.kind === 'tensor' ? [each.name] : [])),
    code,
    seen,
  );
  if (shapes.length === 0) return { name, spot, because: 'no parameter of it is a tensor' };
  const returned = returnedTensors(code, shapes, new Set(passed.map((each) => each.name)));
  const changed = returned.length > 0 ? [] : changedIn(shapes);
  const dimensions = [
    ...new Set([...shapes, ...returned].flatMap(({ extents }) => extents).filter((each) => typeof each === 'string')),
  ];
  const others = scalarsOf(passed).filter(({ default: usual }) => usual === undefined);
  const workloads = draftWorkloads(
    { dimensions, others },
    seen.map((call) => ({ values: { ...dimensionValues(shapes, call), ...call.numbers }, spot: call.spot })),
  );
  return {
    name,
    kind: 'function',
    spot,
    entry: name,
    declaration: oneLine(code.declaration),
    args: passed.map((each) => each.name),
    inputs: shapes.filter((each) => !changed.includes(each)).map(declared),
    inouts: changed.map(declared),
    outputs: returned.map(declared),
    scalars: scalarsOf(passed).map(declaredScalar),
    workloads,
    emulate: draftEmulated({ dimensions, others }, workloads),
    notes: changed.length === 0 ? [] : [todo('it returns nothing; say under inouts which tensors it changes')],
  };
}

export function declared({ name, note, ...shape }: Shaped) {
  return { name, notation: notationOf(shape), note };
}

export function scalarsOf(passed: readonly Passed[]) {
  return passed.filter((each) => each.kind === 'scalar');
}

export function declaredScalar({ name, isInteger, default: usual }: ReturnType<typeof scalarsOf>[number]) {
  const type = isInteger ? 'i32' : 'f32';
  return usual === undefined
    ? { name, notation: type }
    : { name, notation: `${type} = ${usual}`, note: guess('the default in the code') };
}

/** What a function changes that returns nothing: what is called like an output, else its last tensor. */
function changedIn(shapes: readonly Shaped[]): Shaped[] {
  const named = shapes.filter(({ name }) => OUTPUT_NAME.test(name));
  return named.length > 0 ? named : shapes.slice(-1);
}
