import type { DType } from '../../../core/target.ts';
import { at, guess, type Note, todo } from '../draft.ts';
import { isOneRow } from '../one-row.ts';
import type { Values } from '../usage/known-values.ts';
import type { PyFunction } from './py-source.ts';
import type { SeenArguments } from './seen-python-calls.ts';

/** A tensor with an extent for each axis: a number, or a name that workloads set. */
export interface Shaped {
  readonly name: string;
  readonly dtype: DType;
  readonly extents: readonly (string | number)[];
  readonly range?: string;
  readonly note: Note;
  /** Names that the code gives axes whose extent is a number here. */
  readonly fixedAxes?: Values;
}

/** How axes are called that have no name in the code, by how many there are. */
const USUAL: readonly (readonly string[])[] = [
  [],
  ['n'],
  ['rows', 'cols'],
  ['batch', 'rows', 'cols'],
  ['batch', 'heads', 'seq', 'dim'],
];

/**
 * The shapes of a function's tensors: names from the code that unpacks them, else from the calls, where equal numbers mean the same axis.
 *
 * @param fixed numbers that are no dimensions, such as those that a module is constructed with: workloads that changed one of them would not fit it
 * @param usual other names for axes
 */
export function shapesOf(
  names: readonly string[],
  code: PyFunction,
  seen: readonly SeenArguments[],
  fixed: readonly number[] = [],
  usual: readonly (readonly string[])[] = USUAL,
): Shaped[] {
  const unpacked = unpackedAxes(code);
  const taken = new Set(names);
  // Equal numbers say nothing where rows and columns are alike: the call with the most different ones says most.
  const telling = [...seen].sort((a, b) => different(b) - different(a))[0];
  const byValue = new Map<number, string>();
  const shapes = names.map((name): Shaped => {
    const call =
      telling?.tensors[name] === undefined ? seen.find(({ tensors }) => tensors[name] !== undefined) : telling;
    const tensor = call?.tensors[name];
    const own = unpacked.get(name);
    const dtype = tensor?.dtype ?? 'f32';
    if (own !== undefined && (tensor === undefined || tensor.extents.length === own.length)) {
      const fixedAxes: Record<string, number> = {};
      const extents = own.map((axis, index) => {
        const value = tensor?.extents[index];
        if (index === 0 || value === undefined || !fixed.includes(value))
          return free(axis ?? `${name}_${index}`, taken);
        if (axis !== undefined) fixedAxes[axis] = value;
        return value;
      });
      tensor?.extents.forEach((value, index) => {
        const axis = extents[index];
        if (typeof axis === 'string' && !byValue.has(value)) byValue.set(value, axis);
      });
      return {
        name,
        dtype,
        extents,
        fixedAxes,
        ...rangeOf(tensor),
        note: dtypeNote('from the code that unpacks its shape', call),
      };
    }
    if (tensor === undefined || call === undefined) {
      // A weight beside a matrix has one value for each of its columns.
      const axes = name !== names[0] && isOneRow(name) ? usual[2]?.slice(1) : usual[2];
      const extents = (axes ?? []).map((axis) => free(axis, taken));
      return { name, dtype, extents, note: UNKNOWN };
    }
    const axes = usual[tensor.extents.length];
    const extents = tensor.extents.map((value, index) => {
      if (index > 0 && fixed.includes(value)) return value;
      const known = byValue.get(value);
      if (known !== undefined) return known;
      const wanted = axes?.[index] ?? `${name}_${index}`;
      const axis = free([...byValue.values()].includes(wanted) ? `${name}_${index}` : wanted, taken);
      byValue.set(value, axis);
      return axis;
    });
    return { name, dtype, extents, ...rangeOf(tensor), note: guess(`from ${at(call.spot)}`) };
  });
  const known = shapes.find(({ note }) => note !== UNKNOWN);
  return shapes.map((shape) => (shape.note === UNKNOWN && known !== undefined ? likeThe(known, shape) : shape));
}

const UNKNOWN = todo('its shape and dtype; neither the code nor a call tells');

/** A weight beside a matrix has one value for each of its columns. */
function likeThe({ name, dtype, extents }: Shaped, shape: Shaped): Shaped {
  const own = isOneRow(shape.name) ? extents.slice(-1) : extents;
  return { ...shape, dtype, extents: own, note: todo(`its shape and dtype; they are taken to be as those of ${name}`) };
}

/** The numbers that calls give the dimensions, for workloads. */
export function dimensionValues(shapes: readonly Shaped[], { tensors }: SeenArguments): Record<string, number> {
  return Object.fromEntries(
    shapes.flatMap(({ name, extents }) => {
      const seen = tensors[name]?.extents;
      if (seen === undefined || seen.length !== extents.length) return [];
      return extents.flatMap((axis, index): [string, number][] =>
        typeof axis === 'string' ? [[axis, seen[index] ?? 1]] : [],
      );
    }),
  );
}

export function notationOf({ dtype, extents, range }: Pick<Shaped, 'dtype' | 'extents' | 'range'>): string {
  return `${dtype}[${extents.join(', ')}]${range === undefined ? '' : ` in ${range}`}`;
}

/** `rows, cols = x.shape`, `n = x.numel()`, `m = a.shape[0]`: the names of axes. */
function unpackedAxes({ assignments }: PyFunction): Map<string, readonly (string | undefined)[]> {
  const axes = new Map<string, (string | undefined)[]>();
  for (const { targets, value } of assignments) {
    const [, whole] = /^(\w+)\.(?:shape|size\(\))$/.exec(value) ?? [];
    if (
      whole !== undefined &&
      targets.length > 0 &&
      targets.every((each) => /^\w+$/.test(each)) &&
      targets.length > 1
    ) {
      axes.set(
        whole,
        targets.map((each) => (each === '_' ? undefined : each)),
      );
      continue;
    }
    const [, name, index, other] = /^(\w+)\.(?:shape\[(\d)\]|size\((\d)\))$/.exec(value) ?? [];
    const [target] = targets;
    const position = Number(index ?? other ?? Number.NaN);
    if (name !== undefined && target !== undefined && Number.isInteger(position)) {
      const list = axes.get(name) ?? [];
      while (list.length <= position) list.push(undefined);
      list[position] = target;
      axes.set(name, list);
    }
    const [, flat] = /^(\w+)\.numel\(\)$/.exec(value) ?? [];
    if (flat !== undefined && target !== undefined && !axes.has(flat)) axes.set(flat, [target]);
  }
  return axes;
}

/** A dimension cannot have the name of a tensor, nor those that references use. */
function free(name: string, taken: ReadonlySet<string>): string {
  return taken.has(name) || ['stream', 'torch', 'math'].includes(name) ? `${name}_size` : name;
}

function rangeOf(tensor: { readonly range?: readonly [number, number] } | undefined): { readonly range?: string } {
  return tensor?.range === undefined ? {} : { range: `${tensor.range[0]}..${tensor.range[1]}` };
}

function dtypeNote(from: string, call: SeenArguments | undefined): Note {
  return call === undefined ? todo(`its dtype; the shape is ${from}`) : guess(`${from}, and ${at(call.spot)}`);
}

function different({ tensors }: SeenArguments): number {
  return new Set(Object.values(tensors).flatMap(({ extents }) => extents)).size;
}
