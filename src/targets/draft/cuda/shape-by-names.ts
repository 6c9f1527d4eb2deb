import type { Formula } from '../../formula.ts';
import { guess, type Note, todo } from '../draft.ts';
import { isOneRow } from '../one-row.ts';

/** Integers that are rarely an extent. */
const NO_EXTENT =
  /causal|stride|pitch|^ld[abc]?$|lda|ldb|ldc|seed|mode|flag|axis|offset|trans|iter|step|version|device|alpha|beta|is_|use_|has_|num_?threads|block_?size|^k?threads$/i;
const MATRICES: Readonly<Record<string, readonly [string, string]>> = {
  a: ['m', 'k'],
  b: ['k', 'n'],
  c: ['m', 'n'],
  d: ['m', 'n'],
};

/**
 * A shape for a tensor of which no index is known, by what it and the integers that are passed beside it are called.
 */
export function shapeByNames(
  tensor: string,
  integers: readonly string[],
): { readonly extents: readonly Formula[]; readonly note: Note } {
  const likely = integers.filter((name) => !NO_EXTENT.test(name));
  const note = guess('from the names of the parameters');
  const matrix =
    MATRICES[
      tensor
        .toLowerCase()
        .replace(/_?(ptr|mat|matrix|d|dev)$/, '')
        .slice(-1)
    ];
  if (matrix !== undefined && ['m', 'n', 'k'].every((name) => likely.some((other) => other.toLowerCase() === name)))
    return { extents: matrix.flatMap((name) => likely.find((other) => other.toLowerCase() === name) ?? []), note };
  const last = likely.at(-1);
  if (last === undefined) {
    const name = `${tensor}_size`;
    return { extents: [name], note: todo(`${name} is a name for an extent that the code does not tell`) };
  }
  return { extents: likely.length > 1 && isOneRow(tensor) ? [last] : likely, note };
}
