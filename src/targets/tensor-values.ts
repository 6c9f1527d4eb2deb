import { type DType, type Extent, isFloat, numberOf, type TensorArgument, type Workload } from '../core/target.ts';
import { evaluate, type Formula } from './formula.ts';

type Values = Workload['values'];

/** The values of a workload with what each formula comes to beside them; what cannot be is told by `complain`. */
export function withFormulas(
  values: Values,
  formulas: ReadonlyMap<string, Formula>,
  complain: (problem: string) => void,
): Values {
  const all: Record<string, number> = { ...values };
  for (const [text, formula] of formulas) {
    const value = evaluate(formula, values);
    if (value.ok) all[text] = value.value;
    else complain(`the formula "${text}" ${value.problem} here`);
  }
  return all;
}

/** Tells what is impossible about tensors with the numbers of one workload: extents below 1, elements that overlap, ranges that are empty or do not fit. */
export function checkTensors(
  tensors: readonly TensorArgument[],
  values: Values,
  complain: (problem: string) => void,
): void {
  for (const { name, dtype, shape, strides, range } of tensors) {
    for (const extent of shape) {
      if (numberOf(extent, values) < 1)
        complain(
          `"${name}" has the extent "${extent}", which is ${numberOf(extent, values)} here; an extent is an integer from 1 up`,
        );
    }
    const layout = strides && layoutProblem(shape, strides, values);
    if (layout !== undefined) complain(`"${name}" has the strides [${strides?.join(', ')}], which ${layout}`);
    if (range === undefined) continue;
    const problem = rangeProblem(dtype, numberOf(range.low, values), numberOf(range.high, values));
    if (problem !== undefined) complain(`"${name}" has the range ${range.low}..${range.high}, which ${problem}`);
  }
}

/** Why elements cannot lie at such strides, to follow "which": two of them could lie in one place. */
function layoutProblem(shape: readonly Extent[], strides: readonly Extent[], values: Values): string | undefined {
  const axes = shape.map((extent, axis) => ({
    extent: numberOf(extent, values),
    stride: numberOf(strides[axis] ?? 1, values),
  }));
  const shown = `are [${axes.map(({ stride }) => stride).join(', ')}] here`;
  if (axes.some(({ stride }) => stride < 1)) return `${shown}; a stride is an integer from 1 up, in elements`;
  let span = 1;
  for (const { extent, stride } of axes.filter((axis) => axis.extent > 1).sort((a, b) => a.stride - b.stride)) {
    if (stride < span) return `${shown}, so that elements of [${axes.map((axis) => axis.extent).join(', ')}] overlap`;
    span += (extent - 1) * stride;
  }
  return undefined;
}

/** Why values of a type cannot be drawn from a range, to follow "which". */
function rangeProblem(dtype: DType, low: number, high: number): string | undefined {
  if (low >= high) return `is empty here (${low}..${high})`;
  const [least, most] = LIMITS[dtype];
  const last = isFloat(dtype) ? high : high - 1;
  return low < least || last > most ? `does not fit an ${dtype} here (${low}..${high})` : undefined;
}

/** Smallest and largest value of each type; of an i64 those that a number here can hold. */
const LIMITS: Readonly<Record<DType, readonly [number, number]>> = {
  f64: [-Number.MAX_VALUE, Number.MAX_VALUE],
  f32: [-3.4028234663852886e38, 3.4028234663852886e38],
  tf32: [-3.4028234663852886e38, 3.4028234663852886e38],
  f16: [-65504, 65504],
  bf16: [-3.3895313892515355e38, 3.3895313892515355e38],
  f8e4m3: [-448, 448],
  f8e5m2: [-57344, 57344],
  i8: [-128, 127],
  i16: [-32768, 32767],
  i32: [-(2 ** 31), 2 ** 31 - 1],
  i64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  u8: [0, 255],
  bool: [0, 1],
};
