import type { DType } from '../../../core/target.ts';
import { dtypeMeantBy } from '../../dtype-notation.ts';
import { guess, type Note, todo } from '../draft.ts';
import { splitArguments } from '../usage/calls.ts';
import { numberOf } from '../usage/known-values.ts';
import type { PyFunction } from './py-source.ts';
import type { Shaped } from './tensor-shapes.ts';

const MAKER = /^torch\.(empty|zeros|ones|full)\(|^\w+\.new_(empty|zeros|ones|full)\(/;

/** The tensors that a function returns, by how it makes them; what cannot be told has the shape of the first input. */
export function returnedTensors(code: PyFunction, inputs: readonly Shaped[], taken: ReadonlySet<string>): Shaped[] {
  const known = new Set(inputs.flatMap(({ extents }) => extents).filter((each) => typeof each === 'string'));
  return code.returns.map((written, index): Shaped => {
    const plain = /^\w+$/.test(written) ? written : undefined;
    const name = freeName(plain ?? (index === 0 ? 'y' : `y${index}`), taken);
    const made =
      plain === undefined
        ? written
        : (code.assignments.find(({ targets }) => targets.join() === plain)?.value ?? written);
    const found = madeTensor(made.replace(/\s+/g, ' '), inputs, known);
    if (found !== undefined) return { name, ...found, note: guess(`from how ${code.name} makes it`) };
    const [first] = inputs;
    return { name, dtype: first?.dtype ?? 'f32', extents: first?.extents ?? ['n'], note: unknown(first) };
  });
}

export function freeName(name: string, taken: ReadonlySet<string>): string {
  return taken.has(name) ? `${name}_out` : name;
}

function unknown(first: Shaped | undefined): Note {
  return todo(`its shape and dtype; they are taken to be ${first === undefined ? 'simple' : `those of ${first.name}`}`);
}

function madeTensor(
  text: string,
  inputs: readonly Shaped[],
  known: ReadonlySet<string>,
): { readonly dtype: DType; readonly extents: readonly (string | number)[] } | undefined {
  const dtype = dtypeOf(text, inputs);
  const like = inputs.find(({ name }) =>
    new RegExp(
      `^torch\\.\\w+_like\\( ?${name}\\b|^${name}\\.clone\\(|^torch\\.\\w+\\( ?${name}\\.(shape|size\\(\\))`,
    ).test(text),
  );
  if (like !== undefined) return { dtype: dtype ?? like.dtype, extents: like.extents };
  const maker = MAKER.exec(text);
  if (maker === null) return undefined;
  const args = splitArguments(text, maker[0].length)?.filter((each) => !/^\w+ ?=/.test(each)) ?? [];
  const [first = ''] = args;
  const items = /^[[(]/.test(first) ? splitArguments(first, 1) : args;
  const extents = items?.map((item) => extentOf(item, inputs, known));
  if (extents === undefined || extents.length === 0 || extents.some((each) => each === undefined)) return undefined;
  return { dtype: dtype ?? inputs[0]?.dtype ?? 'f32', extents: extents.filter((each) => each !== undefined) };
}

/** `rows`, `128`, `x.shape[0]`. */
function extentOf(text: string, inputs: readonly Shaped[], known: ReadonlySet<string>): string | number | undefined {
  if (known.has(text)) return text;
  const [, name, index, other] = /^(\w+)\.(?:shape\[(-?\d)\]|size\((-?\d)\))$/.exec(text) ?? [];
  if (name !== undefined) return inputs.find((input) => input.name === name)?.extents.at(Number(index ?? other));
  return numberOf(text, Object.assign({}, ...inputs.map(({ fixedAxes }) => fixedAxes)));
}

function dtypeOf(text: string, inputs: readonly Shaped[]): DType | undefined {
  const [, written = ''] = /dtype ?= ?([\w.]+)/.exec(text) ?? [];
  const [, name] = /^(\w+)\.dtype$/.exec(written) ?? [];
  return name === undefined ? dtypeMeantBy(written) : inputs.find((input) => input.name === name)?.dtype;
}
