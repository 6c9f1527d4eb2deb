import { type Candidate, candidateOf, type SourceFile } from '../core/source.ts';
import type { Target } from '../core/target.ts';

/**
 * The candidate that a file's new contents are for a target. In KernelBench a candidate is called `ModelNew`; here it takes the place of
 * the file, whose users import `Model`. So where a candidate for a file in the convention defines `ModelNew`, beside `Model` or instead of
 * it, a last line gives it the old name. That line is part of what is measured, hashed and delivered.
 */
export function candidateFor(
  { convention, entry, source }: Pick<Target, 'convention' | 'entry' | 'source'>,
  files: readonly SourceFile[],
): Candidate {
  if (convention !== 'kernelbench') return candidateOf(files);
  return candidateOf(
    files.map((file) => (file.path === source ? { ...file, content: underItsName(file.content, entry) } : file)),
  );
}

function underItsName(content: string, entry: string): string {
  const isNew = new RegExp(`^class[ \\t]+${entry}New\\b`, 'm').test(content);
  const isGiven = new RegExp(`^${entry}[ \\t]*=`, 'm').test(content);
  if (!isNew || isGiven) return content;
  const lineEnd = content.includes('\r\n') ? '\r\n' : '\n';
  return `${content.trimEnd()}${lineEnd.repeat(3)}${entry} = ${entry}New  # the name that is imported elsewhere${lineEnd}`;
}
