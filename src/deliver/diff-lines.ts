import type { Octokit } from '@octokit/rest';
import { parsePatch } from 'diff';
import type { Delivery } from './delivery.ts';

/** Lines of a file at the head that stand together in a pull request's diff, changed or around a change: from 1, both ends included. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

export interface DiffFile {
  /** Blob of the file at the head. */
  readonly sha: string;
  /** In their order; empty where GitHub shows no diff: a binary or very large file. */
  readonly ranges: readonly LineRange[];
}

/**
 * The files in a pull request's own diff, by path, as its head is now. GitHub lists the first 3,000 and takes comments on no others. Fails
 * as Octokit does.
 */
export async function diffFiles(
  octokit: Octokit,
  { owner, repo, pullRequest }: Pick<Delivery, 'owner' | 'repo' | 'pullRequest'>,
): Promise<ReadonlyMap<string, DiffFile>> {
  const request = { owner, repo, pull_number: pullRequest, per_page: 100 };
  const files = await octokit.paginate(octokit.rest.pulls.listFiles, request);
  return new Map(files.map(({ filename, sha, patch }) => [filename, { sha: sha ?? '', ranges: rightRanges(patch) }]));
}

/** The right side's lines of each hunk. */
export function rightRanges(patch: string | undefined): LineRange[] {
  return hunksOf(patch ?? '')
    .filter(({ newLines }) => newLines > 0)
    .map(({ newStart, newLines }) => ({ first: newStart, last: newStart + newLines - 1 }));
}

function hunksOf(patch: string) {
  try {
    return parsePatch(patch).flatMap(({ hunks }) => hunks);
  } catch {
    // What cannot be read cannot be commented on.
    return [];
  }
}
