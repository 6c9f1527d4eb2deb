import { bytesOf, type Extent, isFloat, isPython, type TargetKind, type TensorArgument } from '../core/target.ts';
import { type Formula, namesIn } from './formula.ts';
import { quote, type Report } from './issues.ts';
import { parseScalarNotation, type ScalarNotation } from './scalar-notation.ts';
import type { WrittenTarget } from './schema.ts';
import { IDENTIFIER, parseTensorNotation, type TensorNotation } from './tensor-notation.ts';

/** In a launcher's `args`, its `cudaStream_t`, unless a tensor has the name. */
export const STREAM = 'stream';

/** In the order in which results stand for a reference: outputs before what is changed in place. */
const ROLES = ['input', 'output', 'inout'] as const;

/** References are Python with these in scope, so nothing of a target can have their names. */
const RESERVED: readonly string[] = ['torch', 'math'];

/** The tensors of a target, and the formulas that stand in them, by their text. */
export interface Tensors {
  /** In the order in which they are written. */
  readonly tensors: readonly TensorArgument[];
  readonly formulas: ReadonlyMap<string, Formula>;
}

/** Reads `inputs`, `outputs` and `inouts`. */
export function readTensors(written: WrittenTarget, report: Report): Tensors {
  const tensors: TensorArgument[] = [];
  const formulas = new Map<string, Formula>();
  if (Object.keys({ ...written.outputs, ...written.inouts }).length === 0)
    report(
      ['outputs'],
      'names no tensor; give at least one here, such as y: "f32[rows, cols]", or under inouts what is changed in place',
    );
  for (const role of ROLES) {
    for (const [name, text] of Object.entries(written[`${role}s`])) {
      const path = [`${role}s`, name];
      if (!isName(name, path, report)) continue;
      if (tensors.some((tensor) => tensor.name === name)) {
        report(
          path,
          `"${name}" stands under more than one of inputs, inouts and outputs; a tensor that is read and changed in place goes under inouts alone`,
          'key',
        );
        continue;
      }
      const notation = parseTensorNotation(text);
      const problem = notation.ok ? roleProblem(role, written.kind, notation.value) : notation.problem;
      if (problem !== undefined) report(path, `${quote(text)} ${problem}`);
      if (!notation.ok) continue;
      const { formulas: used, ...tensor } = notation.value;
      tensors.push({ kind: 'tensor', name, role, ...tensor });
      for (const [formula, tree] of used) formulas.set(formula, tree);
    }
  }
  return { tensors, formulas };
}

/** What a tensor of one role cannot have, to follow its notation. */
function roleProblem(
  role: TensorArgument['role'],
  kind: TargetKind,
  { dtype, range, strides, alignment }: TensorNotation,
): string | undefined {
  if (role === 'output' && isPython({ kind }) && (strides ?? alignment) !== undefined)
    return `has ${strides === undefined ? 'an alignment' : 'strides'}, but a ${kind === 'module' ? kind : 'function'} returns its outputs wherever it has put them; remove it`;
  if (alignment !== undefined && alignment < bytesOf(dtype))
    return `has the alignment ${alignment}, but an element of ${dtype} alone has ${bytesOf(dtype)} bytes`;
  if (range === undefined) return undefined;
  if (role === 'output') return 'has a range, but an output is not drawn; ranges go with inputs';
  if (dtype === 'bool') return 'has a range, but a bool takes both values alike; remove it';
  const whole = [range.low, range.high].every((bound) => typeof bound === 'string' || Number.isInteger(bound));
  return isFloat(dtype) || whole ? undefined : `has a range with a fraction, but an ${dtype} is an integer`;
}

/**
 * How a number is used that tensors name: as an `extent`, which is an integer from 1 up, or only in a `formula` or as a bound, where any
 * integer will do.
 */
export type Use = 'extent' | 'formula';

/** The names that tensors have in their extents, strides and ranges, in the order in which they come up. */
export function readDimensions({ tensors, formulas }: Tensors, report: Report): Map<string, Use> {
  const dimensions = new Map<string, Use>();
  const names = new Set(tensors.map(({ name }) => name));
  for (const { name, role, shape, strides = [], range } of tensors) {
    const named = [
      ...shape.flatMap((extent) => namesOf(extent, formulas, 'extent')),
      ...[...strides, ...(range === undefined ? [] : [range.low, range.high])].flatMap((bound) =>
        namesOf(bound, formulas, 'formula'),
      ),
    ];
    for (const { dimension, use } of named) {
      const complain = (problem: string) => report([`${role}s`, name], `"${dimension}" ${problem}`);
      if (names.has(dimension)) complain(ALSO_A_TENSOR);
      else if (RESERVED.includes(dimension)) complain('is taken by references; give the extent another name');
      else if (dimension === STREAM) complain("is the CUDA stream's name; give the extent another");
      else if (use === 'extent' || !dimensions.has(dimension)) dimensions.set(dimension, use);
    }
  }
  return dimensions;
}

const ALSO_A_TENSOR =
  'is also the name of a tensor; rename one of them (a size that depends on data cannot be declared: give the largest)';

function namesOf(
  extent: Extent,
  formulas: Tensors['formulas'],
  alone: Use,
): readonly { readonly dimension: string; readonly use: Use }[] {
  if (typeof extent === 'number') return [];
  const formula = formulas.get(extent);
  if (formula === undefined) return [{ dimension: extent, use: alone }];
  return namesIn(formula).map((dimension) => ({ dimension, use: 'formula' }));
}

/** What `scalars` declares; some of it may be about dimensions. */
export function readScalars(
  written: WrittenTarget,
  tensors: ReadonlySet<string>,
  dimensions: ReadonlyMap<string, Use>,
  report: Report,
): Map<string, ScalarNotation> {
  const scalars = new Map<string, ScalarNotation>();
  for (const [name, notation] of Object.entries(written.scalars)) {
    const path = ['scalars', name];
    if (!isName(name, path, report)) continue;
    const scalar = parseScalarNotation(notation);
    if (tensors.has(name)) report(path, `"${name}" is also the name of a tensor; rename one of them`, 'key');
    else if (name === STREAM) report(path, `"${STREAM}" is the CUDA stream's name; give the scalar another`, 'key');
    else if (!scalar.ok) report(path, `${quote(notation)} ${scalar.problem}`);
    else if (dimensions.has(name) && scalar.value.type.startsWith('f')) {
      report(path, `"${name}" is a dimension of a tensor, so it is an i32 or i64, not ${quote(notation)}`);
    } else if (dimensions.get(name) === 'extent' && leastOf(scalar.value) < 1) {
      report(path, `"${name}" is an extent of a tensor, so it is an integer from 1 up, never ${leastOf(scalar.value)}`);
    } else scalars.set(name, scalar.value);
  }
  return scalars;
}

/** The smallest value that a declaration names. */
function leastOf({ default: usual = 1, allowed = [] }: ScalarNotation): number {
  return Math.min(usual, ...allowed);
}

function isName(name: string, path: readonly string[], report: Report): boolean {
  if (IDENTIFIER.test(name) && !RESERVED.includes(name)) return true;
  const why = IDENTIFIER.test(name)
    ? 'is taken by references; choose another name'
    : 'is not a name; use letters, digits and "_", not starting with a digit';
  report(path, `"${name}" ${why}`, 'key');
  return false;
}
