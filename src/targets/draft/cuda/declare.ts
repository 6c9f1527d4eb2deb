import { type Formula, formatFormula, namesIn } from '../../formula.ts';
import { at, type Declared, guess, type Note, todo } from '../draft.ts';
import { withCeilDiv } from './c-formula.ts';
import type { CParameter } from './c-function.ts';
import { elementOf, scalarOf } from './c-type.ts';
import type { PointerEvidence } from './evidence.ts';
import { shapeByNames } from './shape-by-names.ts';

/** The parameters of a launcher or kernel as the configuration declares them; or why it cannot. */
export type Declarations =
  | {
      readonly ok: true;
      readonly args: readonly string[];
      readonly inputs: readonly Declared[];
      readonly inouts: readonly Declared[];
      readonly outputs: readonly Declared[];
      readonly scalars: readonly Declared[];
      /** Numbers that workloads set and that are extents, or stand in them. */
      readonly dimensions: readonly string[];
      /** Other numbers that workloads set. */
      readonly others: readonly { readonly name: string; readonly isInteger: boolean }[];
    }
  | { readonly ok: false; readonly because: string };

const STREAM_TYPES = /^(cudaStream_t|CUstream|hipStream_t)$/;

/** A tensor on its way to a declaration. */
interface Sized {
  readonly parameter: CParameter;
  readonly evidence: PointerEvidence;
  readonly extents: readonly Formula[];
  readonly note: Note;
}

/** Why a parameter cannot be passed, to follow its name. */
function problemOf({ name, type, pointers }: CParameter): string | undefined {
  if (STREAM_TYPES.test(type) && pointers === 0) return undefined;
  if (pointers > 1)
    return `${name} is a pointer to pointers, a reference or a function, which the configuration cannot pass`;
  if (pointers === 0 && scalarOf(type) === undefined)
    return `${name} is of type ${type}, which the configuration cannot pass by value; it passes int, int64_t, float and double`;
  if (pointers === 1 && type !== 'void' && elementOf(type) === undefined)
    return `${name} points to ${type}, which is no element type of the configuration`;
  return undefined;
}

/** @param free numbers that the launch needs and that are no parameters */
export function declare(
  parameters: readonly CParameter[],
  evidence: ReadonlyMap<string, PointerEvidence>,
  free: readonly string[] = [],
): Declarations {
  const because = parameters.map(problemOf).find((problem) => problem !== undefined);
  if (because !== undefined) return { ok: false, because };
  const integers = parameters.filter(({ pointers, type }) => pointers === 0 && scalarOf(type)?.startsWith('i'));
  const pointers = parameters.filter((parameter) => parameter.pointers === 1);
  const sized = fillIn(
    pointers,
    integers.map(({ name }) => name),
    evidence,
  );
  const dimensions = [...new Set([...sized.flatMap(({ extents }) => extents.flatMap(namesIn)), ...free])];
  const declared = sized.map((one) => ({ role: one.evidence.role.role, ...tensor(one, sized) }));
  const ofRole = (wanted: string) => declared.filter(({ role }) => role === wanted).map(({ role: _, ...rest }) => rest);
  const values = parameters.filter(({ pointers, type }) => pointers === 0 && !STREAM_TYPES.test(type));
  return {
    ok: true,
    args: parameters.map(({ name, type }) => (STREAM_TYPES.test(type) ? 'stream' : name)),
    inputs: ofRole('input'),
    inouts: ofRole('inout'),
    outputs: ofRole('output'),
    scalars: values.flatMap(({ name, type }) => scalar(name, type, dimensions.includes(name))),
    dimensions,
    others: values
      .filter(({ name }) => !dimensions.includes(name))
      .map(({ name, type }) => ({ name, isInteger: scalarOf(type)?.startsWith('i') === true })),
  };
}

/** Extents for all pointers: from the kernels, else from names. */
function fillIn(
  pointers: readonly CParameter[],
  integers: readonly string[],
  evidence: ReadonlyMap<string, PointerEvidence>,
): Sized[] {
  const known = pointers.map((parameter) => ({ parameter, evidence: evidence.get(parameter.name) ?? NOTHING }));
  const used = new Set(
    known.flatMap(
      (one) => one.evidence.shape?.extents.flatMap((each) => (each === undefined ? [] : namesIn(each))) ?? [],
    ),
  );
  const unused = integers.filter((name) => !used.has(name));
  return known.map(({ parameter, evidence: own }): Sized => {
    const { shape } = own;
    if (shape === undefined) {
      const found = shapeByNames(parameter.name, integers);
      return { parameter, evidence: own, extents: found.extents, note: found.note };
    }
    const [outermost, ...inner] = shape.extents;
    const from = `from the index at ${at(shape.spot)}`;
    if (outermost !== undefined)
      return {
        parameter,
        evidence: own,
        extents: shape.extents.filter((each) => each !== undefined),
        note: guess(from),
      };
    // What nothing else is sized by can be what bounds this one.
    const [left] = unused;
    const name =
      unused.length === 1 && left !== undefined ? left : `${parameter.name}_${inner.length === 0 ? 'size' : 'rows'}`;
    const rest = inner.filter((each) => each !== undefined);
    const note =
      unused.length === 1
        ? guess(`${from}; ${name} is left over`)
        : todo(`${name} is a name for an extent that ${at(shape.spot)} does not tell`);
    return { parameter, evidence: own, extents: [name, ...rest], note };
  });
}

const NOTHING: PointerEvidence = { shape: undefined, indexedBy: undefined, role: { role: 'input' } };

function tensor({ parameter, evidence, extents, note }: Sized, all: readonly Sized[]): Declared {
  const element = elementOf(parameter.type);
  const { dtype, lanes } = element ?? { dtype: 'f32', lanes: 1 };
  const shape = [...extents.map((each) => formatFormula(withCeilDiv(each))), ...(lanes > 1 ? [`${lanes}`] : [])];
  const indexed = all.find((other) => other.evidence.indexedBy === parameter.name);
  const [rows] = indexed?.extents ?? [];
  const isIndex = rows !== undefined && /^(i\d+|u8)$/.test(dtype);
  const range = isIndex ? ` in 0..${formatFormula(rows)}` : '';
  const notes = [
    ...(element === undefined ? [todo(`it is void* in the code; say of what dtype it is`)] : []),
    ...(evidence.role.note === undefined ? [] : [evidence.role.note]),
    note,
  ];
  return { name: parameter.name, notation: `${dtype}[${shape.join(', ')}]${range}`, note: joined(notes) };
}

/** One comment: what a person has to say goes before what is guessed. */
function joined(notes: readonly Note[]): Note {
  const wanted = notes.flatMap((note) => (note.kind === 'todo' ? [note.what] : []));
  const guessed = notes.flatMap((note) => (note.kind === 'guess' ? [note.from] : []));
  return wanted.length > 0 ? todo([...wanted, ...guessed].join('; ')) : guess(guessed.join('; '));
}

/** A dimension is an i32 without being declared. */
function scalar(name: string, type: string, isDimension: boolean): Declared[] {
  const passed = scalarOf(type) ?? 'i32';
  if (isDimension && passed === 'i32') return [];
  return [{ name, notation: passed }];
}
