/**
 * The name among `names` that `wrong` was probably meant to be: the one with the fewest edits, when those are at most a
 * third of the longer word (and one is allowed in all but single letters).
 */
export function nearest(wrong: string, names: Iterable<string>): string | undefined {
  let best: { readonly name: string; readonly edits: number } | undefined;
  for (const name of names) {
    const edits = editDistance(wrong.toLowerCase(), name.toLowerCase());
    const longer = Math.max(wrong.length, name.length);
    const allowed = longer === 1 ? 0 : Math.max(1, Math.floor(longer / 3));
    if (edits <= allowed && (best === undefined || edits < best.edits)) best = { name, edits };
  }
  return best?.name;
}

/** `; did you mean "rows"?`, or nothing when no name is near. */
export function didYouMean(wrong: string, names: Iterable<string>): string {
  const name = nearest(wrong, names);
  return name === undefined ? '' : `; did you mean "${name}"?`;
}

/** Levenshtein's distance, one row at a time. Long words are cut: nobody mistypes a name of 64 characters by a few. */
function editDistance(a: string, b: string): number {
  const [left, right] = [a.slice(0, 64), b.slice(0, 64)];
  let row = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
