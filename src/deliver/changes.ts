import type { SourceFile } from '../core/source.ts';
import { type Delivery, type Refused, refused } from './delivery.ts';

/** One file that a delivery writes. */
export interface Change {
  readonly path: string;
  /** Undefined for a file that is new. */
  readonly before: string | undefined;
  readonly after: string;
}

export type Changes = { readonly kind: 'changes'; readonly changes: readonly Change[] } | Refused;

/** What git cannot hold as a path, or what leads out of the target: into git's own folder, or into that of the workflows. */
const BAD_PART = /^(\.{0,2}|\.git)$/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const BAD_CHARACTER = /[\\\u0000-\u001f\u007f]/;

/** The files in which the candidate differs from what was measured as the head's own, in the order of the candidate. */
export function changesOf({ target, before, after }: Pick<Delivery, 'target' | 'before' | 'after'>): Changes {
  const problem =
    after.map(problemWith).find((text) => text !== undefined) ?? repeated(after) ?? missing(before, after);
  if (problem !== undefined) return refused(`${problem}, so nothing is written for ${target}`);
  const changes = after
    .map(({ path, content }) => ({ path, before: contentOf(before, path), after: content }))
    .filter((change) => change.before !== change.after);
  if (changes.length === 0) return refused(`The result for ${target} is the code of the pull request as it is`);
  return { kind: 'changes', changes };
}

function problemWith({ path, content }: SourceFile): string | undefined {
  const name = JSON.stringify(path);
  if (!path.isWellFormed() || BAD_CHARACTER.test(path) || path.split('/').some((part) => BAD_PART.test(part))) {
    return `${name} is no path in a repository`;
  }
  if (/^\.github\//i.test(path)) return `${name} belongs to GitHub's workflows and settings`;
  return content.isWellFormed() ? undefined : `${name} holds half a character, which has no bytes`;
}

function repeated(after: readonly SourceFile[]): string | undefined {
  const twice = after.find(({ path }, index) => after.findIndex((other) => other.path === path) !== index);
  return twice && `the candidate has ${JSON.stringify(twice.path)} twice`;
}

/** A candidate replaces and adds; where a file is missing, something was lost on the way. */
function missing(before: readonly SourceFile[], after: readonly SourceFile[]): string | undefined {
  const lost = before.find(({ path }) => contentOf(after, path) === undefined);
  return lost && `the candidate lacks ${JSON.stringify(lost.path)}`;
}

function contentOf(files: readonly SourceFile[], path: string): string | undefined {
  return files.find((file) => file.path === path)?.content;
}
