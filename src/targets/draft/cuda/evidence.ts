import type { TensorArgument } from '../../../core/target.ts';
import { type Formula, namesIn } from '../../formula.ts';
import { at, guess, type Note, type Spot, todo } from '../draft.ts';
import { isPlain, substitute } from './c-formula.ts';
import type { CFunction } from './c-function.ts';
import { scalarOf } from './c-type.ts';
import { type FoundShape, indexContext, resolveAccess, shapeOf } from './extents.ts';

/** A kernel as the target sees it. */
export interface View {
  readonly kernel: CFunction;
  /** The target's name for a pointer of the kernel. */
  readonly pointerOf: (name: string) => string | undefined;
  /** A formula over the kernel's parameters, `gridDim` and `blockDim` in the target's words; undefined where it has none. */
  readonly inWords: (formula: Formula) => Formula | undefined;
  readonly constants: ReadonlyMap<string, number>;
}

/** What kernels tell of one pointer. */
export interface PointerEvidence {
  readonly shape: { readonly extents: readonly (Formula | undefined)[]; readonly spot: Spot } | undefined;
  /** The pointer whose elements are numbers of rows of this one. */
  readonly indexedBy: string | undefined;
  readonly role: { readonly role: TensorArgument['role']; readonly note?: Note };
}

/**
 * What the kernels do with the pointers of a target.
 *
 * @param cleared pointers whose memory the host sets before it launches
 */
export function evidenceOf(
  pointers: readonly { readonly name: string; readonly isConst: boolean }[],
  views: readonly View[],
  cleared: ReadonlySet<string>,
): Map<string, PointerEvidence> {
  const uses = views.flatMap(usesIn);
  return new Map(
    pointers.map(({ name, isConst }) => {
      const own = uses.filter(({ pointer }) => pointer === name);
      const shapes = own.filter(({ extents }) => extents !== undefined);
      const [best] = [...shapes].sort((a, b) => rank(b) - rank(a));
      return [
        name,
        {
          shape: best?.extents && { extents: best.extents, spot: best.spot },
          indexedBy: own.find(({ indexedBy }) => indexedBy !== undefined)?.indexedBy,
          role: isConst ? { role: 'input' } : roleOf(own, cleared.has(name)),
        },
      ];
    }),
  );
}

interface Use {
  readonly pointer: string;
  readonly how: 'read' | 'write' | 'update';
  readonly extents: readonly (Formula | undefined)[] | undefined;
  readonly indexedBy: string | undefined;
  readonly spot: Spot;
}

function usesIn({ kernel, pointerOf, inWords, constants }: View): Use[] {
  const context = indexContext(kernel, (type) => scalarOf(type)?.startsWith('i') === true, constants);
  return kernel.body.accesses.flatMap((access): Use[] => {
    const resolved = resolveAccess(access, context);
    const pointer = resolved && pointerOf(resolved.pointer);
    if (resolved === undefined || pointer === undefined) return [];
    // Through a cast, the index counts several elements at once.
    const found = resolved.vector || access.vector ? undefined : shapeOf(access, resolved.index, context);
    const extents = found && extentsInWords(found, inWords);
    const rows =
      found?.indexedBy === undefined ? undefined : resolveAccess({ ...access, array: found.indexedBy }, context);
    return [
      {
        pointer,
        how: access.how,
        extents,
        indexedBy: rows && pointerOf(rows.pointer),
        spot: { path: kernel.path, line: access.line },
      },
    ];
  });
}

/** Undefined where an inner extent cannot be told: then the outer ones say nothing. */
function extentsInWords({ extents }: FoundShape, inWords: View['inWords']): Use['extents'] {
  const told = extents.map((extent) => (extent === undefined ? undefined : inWords(extent)));
  return told.slice(1).some((extent) => extent === undefined) ? undefined : told;
}

/** More extents say more; among those of the same number the one with none missing. */
function rank({ extents = [] }: Use): number {
  return 2 * extents.length - extents.filter((extent) => extent === undefined).length;
}

/** Of a pointer that is not const, by what is done to it first. */
function roleOf(uses: readonly Use[], cleared: boolean): PointerEvidence['role'] {
  const [first] = uses;
  if (first === undefined)
    return { role: 'output', note: todo('say whether it is an output, which is written whole, or under inouts') };
  const written = uses.find(({ how }) => how !== 'read');
  if (written === undefined) return { role: 'input', note: guess(`${at(first.spot)} only reads it`) };
  if (cleared || first.how === 'write') return { role: 'output' };
  return { role: 'inout', note: guess(`${at(first.spot)} reads it before it is written`) };
}

/** A replacement of names by formulas, for `View.inWords`: undefined where a name stays that `known` does not have. */
export function translation(
  replacement: ReadonlyMap<string, Formula | undefined>,
  known: (name: string) => boolean,
): View['inWords'] {
  return (formula) => {
    const told = substitute(formula, (name) => replacement.get(name));
    return isPlain(told) && namesIn(told).every(known) ? told : undefined;
  };
}

/** `gridDim.x` and the like as what a launch gives them. */
export function launchDimensions(grid: readonly Formula[], block: readonly Formula[]): [string, Formula][] {
  return ['x', 'y', 'z'].flatMap((axis, index): [string, Formula][] => [
    [`gridDim.${axis}`, grid[index] ?? 1],
    [`blockDim.${axis}`, block[index] ?? 1],
  ]);
}
