import { formatPatch, type StructuredPatch, type StructuredPatchHunk, structuredPatch } from 'diff';
import type { SourceFile } from '../core/source.ts';

/** Lines added plus lines removed; the time of a diff grows with its square. */
const MOST_EDITS = 500;

/** The candidate against the baseline, as `git apply` takes it; empty where both are the same. */
export function patchOf(baseline: readonly SourceFile[], candidate: readonly SourceFile[]): string {
  const paths = [...new Set([...baseline, ...candidate].map((file) => file.path))].sort();
  return paths
    .flatMap((path) => {
      const before = baseline.find((file) => file.path === path)?.content;
      const after = candidate.find((file) => file.path === path)?.content;
      return before === after ? [] : [formatPatch(filePatch(path, before, after))];
    })
    .join('');
}

function filePatch(path: string, before: string | undefined, after: string | undefined): StructuredPatch {
  const from = before === undefined ? '/dev/null' : `a/${path}`;
  const to = after === undefined ? '/dev/null' : `b/${path}`;
  const hunks = hunksOf(before ?? '', after ?? '') ?? replacement(before ?? '', after ?? '');
  return {
    oldFileName: from,
    newFileName: to,
    oldHeader: undefined,
    newHeader: undefined,
    hunks,
    isGit: true,
    isCreate: before === undefined,
    isDelete: after === undefined,
  };
}

/** Undefined where the texts have so little in common that the search for it would take seconds. */
function hunksOf(before: string, after: string): StructuredPatchHunk[] | undefined {
  return structuredPatch('', '', before, after, undefined, undefined, { context: 3, maxEditLength: MOST_EDITS })?.hunks;
}

/** All old lines out, all new lines in: as true as a shorter patch, and quick. */
function replacement(before: string, after: string): StructuredPatchHunk[] {
  const removed = structuredPatch('', '', before, '').hunks;
  const added = structuredPatch('', '', '', after).hunks;
  return [
    {
      oldStart: 1,
      oldLines: removed.reduce((sum, hunk) => sum + hunk.oldLines, 0),
      newStart: 1,
      newLines: added.reduce((sum, hunk) => sum + hunk.newLines, 0),
      lines: [...removed, ...added].flatMap((hunk) => hunk.lines),
    },
  ];
}
