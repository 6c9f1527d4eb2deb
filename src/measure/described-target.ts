import { type Argument, isTensor, type Target, type TensorArgument, type Workload } from '../core/target.ts';
import type { Call, Description } from './describe.ts';
import { callText, freeName } from './described-names.ts';

/**
 * A module's target with what its description adds: its parameters and, where its file follows KernelBench's convention, how it is
 * constructed and called. That gives one workload of just the described shapes, and as `vary` the other sizes of the first extent that the
 * module takes.
 */
export function describedTarget(
  target: Target,
  { parameters, call }: Extract<Description, { outcome: 'described' }>,
): Target {
  return { ...target, parameters, ...(call === undefined ? {} : calledAs(call)) };
}

function calledAs(call: Call): Pick<Target, 'init' | 'arguments' | 'workloads' | 'vary'> {
  const inputs: readonly Argument[] = call.inputs.map((input) =>
    input.kind === 'tensor' ? { ...input, role: 'input' } : { kind: 'scalar', name: input.name, type: input.type },
  );
  const names = new Set(inputs.map(({ name }) => name));
  const single = call.outputs.length === 1;
  const outputs = call.outputs.map(
    ({ dtype, shape }, index): TensorArgument => ({
      kind: 'tensor',
      name: freeName(single ? 'output' : `output_${index}`, names),
      role: 'output',
      dtype,
      shape,
    }),
  );
  const numbers = Object.fromEntries(call.inputs.flatMap((i) => (i.kind === 'scalar' ? [[i.name, i.value]] : [])));
  const batch = batchOf(call);
  if (batch === undefined) {
    return {
      init: call.init,
      arguments: [...inputs, ...outputs],
      workloads: [workload(inputs, numbers)],
      vary: [],
    };
  }
  const name = freeName('batch', new Set([...names, ...outputs.map((output) => output.name)]));
  const scaled = inputs.map((input) =>
    isTensor(input) ? { ...input, shape: [name, ...input.shape.slice(1)] } : input,
  );
  const returned = outputs.map((output, index) => ({
    ...output,
    shape: output.shape.map((extent, axis) => (batch.axes[index]?.includes(axis) ? name : extent)),
  }));
  return {
    init: call.init,
    arguments: [...scaled, ...returned],
    workloads: [workload(scaled, { ...numbers, [name]: batch.usual })],
    vary: batch.others.map((size) => workload(scaled, { ...numbers, [name]: size })),
  };
}

interface Batch {
  readonly usual: number;
  /** Other sizes at which the module was seen to work. */
  readonly others: readonly number[];
  /** Of each output, the axes that have the batch's size. */
  readonly axes: readonly (readonly number[])[];
}

/** Undefined where the inputs have no common first extent that can be another, or an output's shape follows it by a formula. */
function batchOf({ inputs, outputs, batches }: Call): Batch | undefined {
  const usual = inputs.find((input) => input.kind === 'tensor')?.shape[0];
  if (usual === undefined) return undefined;
  const usualShapes = outputs.map(({ shape }) => shape);
  const seen = batches.flatMap(({ size, shapes }) => {
    const axes = axesOf(usualShapes, shapes, usual, size);
    return axes === undefined ? [] : [{ size, axes }];
  });
  const [first] = seen;
  if (first === undefined || seen.length < batches.length) return undefined;
  const alike = seen.every(({ axes }) => JSON.stringify(axes) === JSON.stringify(first.axes));
  return alike ? { usual, others: seen.map(({ size }) => size), axes: first.axes } : undefined;
}

type Shapes = readonly (readonly number[])[];

/** Of each output, the axes whose extent went from `usual` to `size`; undefined where something else changed. */
function axesOf(before: Shapes, after: Shapes, usual: number, size: number): number[][] | undefined {
  const axes = before.map((shape, index) =>
    shape.flatMap((extent, axis) => (extent === usual && after[index]?.[axis] === size ? [axis] : [])),
  );
  const fits = before.every(
    (shape, index) =>
      after[index]?.length === shape.length &&
      shape.every((extent, axis) => axes[index]?.includes(axis) || after[index]?.[axis] === extent),
  );
  return fits ? axes : undefined;
}

/** Named by the shapes of the inputs and by the numbers: `x[16, 1024], dim=1`. */
function workload(inputs: readonly Argument[], values: Workload['values']): Workload {
  return { name: callText(inputs, values) || 'default', values };
}
