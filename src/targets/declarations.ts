import type { TensorArgument } from '../core/target.ts';
import { quote, type Report } from './issues.ts';
import { parseScalarNotation, type ScalarNotation } from './scalar-notation.ts';
import type { WrittenTarget } from './schema.ts';
import { IDENTIFIER, parseTensorNotation } from './tensor-notation.ts';

/** In a launcher's `args`, its `cudaStream_t`, unless a tensor has the name. */
export const STREAM = 'stream';

/** References are Python with these in scope, so nothing of a target can have their names. */
const RESERVED: readonly string[] = ['torch', 'math'];

/** The tensors of `inputs` and `outputs`, in the order in which they are written. */
export function readTensors(written: WrittenTarget, report: Report): TensorArgument[] {
  const tensors: TensorArgument[] = [];
  if (Object.keys(written.outputs).length === 0)
    report(['outputs'], 'names no tensor; give at least one, such as y: "f32[rows, cols]"');
  for (const role of ['input', 'output'] as const) {
    for (const [name, notation] of Object.entries(written[`${role}s`])) {
      const path = [`${role}s`, name];
      if (!isName(name, path, report)) continue;
      if (tensors.some((tensor) => tensor.name === name)) {
        report(
          path,
          `"${name}" is an input too; give the output a name of its own (code that works in place is not supported yet)`,
          'key',
        );
        continue;
      }
      const tensor = parseTensorNotation(notation);
      if (tensor.ok) tensors.push({ kind: 'tensor', name, role, ...tensor.value });
      else report(path, `${quote(notation)} ${tensor.problem}`);
    }
  }
  return tensors;
}

/** The names that tensors have as extents, in the order in which they come up; `names` are those of the tensors. */
export function readDimensions(
  tensors: readonly TensorArgument[],
  names: ReadonlySet<string>,
  report: Report,
): Set<string> {
  const dimensions = new Set<string>();
  for (const { name, role, shape } of tensors) {
    for (const extent of shape) {
      if (typeof extent === 'number') continue;
      if (names.has(extent))
        report([`${role}s`, name], `the extent "${extent}" is also the name of a tensor; rename one of them`);
      else if (RESERVED.includes(extent))
        report([`${role}s`, name], `"${extent}" is taken by references; give the extent another name`);
      else if (extent === STREAM)
        report([`${role}s`, name], `"${STREAM}" is the CUDA stream's name; give the extent another`);
      else dimensions.add(extent);
    }
  }
  return dimensions;
}

/** What `scalars` declares; some of it may be about dimensions. */
export function readScalars(
  written: WrittenTarget,
  tensors: ReadonlySet<string>,
  dimensions: ReadonlySet<string>,
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
      report(path, `"${name}" is an extent of a tensor, so it is an i32 or i64, not ${quote(notation)}`);
    } else if (dimensions.has(name) && scalar.value.default !== undefined && scalar.value.default < 1) {
      report(
        path,
        `"${name}" is an extent of a tensor, so its default is an integer from 1 up, not ${scalar.value.default}`,
      );
    } else scalars.set(name, scalar.value);
  }
  return scalars;
}

function isName(name: string, path: readonly string[], report: Report): boolean {
  if (IDENTIFIER.test(name) && !RESERVED.includes(name)) return true;
  const why = IDENTIFIER.test(name)
    ? 'is taken by references; choose another name'
    : 'is not a name; use letters, digits and "_", not starting with a digit';
  report(path, `"${name}" ${why}`, 'key');
  return false;
}
