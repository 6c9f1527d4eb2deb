import { diffArrays } from 'diff';

/** Lines `from` up to, and without, `to` of the old text become lines `newFrom` to `newTo` of the new one; all from 0. */
export interface LineEdit {
  readonly from: number;
  readonly to: number;
  readonly newFrom: number;
  readonly newTo: number;
}

/** Lines added plus lines removed; the time of a diff grows with its square. */
const MOST_EDITS = 2_000;

/** What turns the old lines into the new ones, in order; one edit of everything where the two have too little in common. */
export function lineEdits(before: readonly string[], after: readonly string[]): LineEdit[] {
  const parts = diffArrays([...before], [...after], { maxEditLength: MOST_EDITS });
  if (parts === undefined) return [{ from: 0, to: before.length, newFrom: 0, newTo: after.length }];
  const edits: LineEdit[] = [];
  let [line, newLine] = [0, 0];
  for (const { count, added, removed } of parts) {
    const [to, newTo] = [line + (added ? 0 : count), newLine + (removed ? 0 : count)];
    const last = edits.at(-1);
    if (added || removed) {
      // A removal and the addition in its place are two parts and one edit.
      if (last?.to === line && last.newTo === newLine) edits.splice(-1, 1, { ...last, to, newTo });
      else edits.push({ from: line, to, newFrom: newLine, newTo });
    }
    [line, newLine] = [to, newTo];
  }
  return edits;
}
