import type { Target } from '../core/target.ts';
import type { ReportContext } from './context.ts';
import { fence } from './escape.ts';
import { patchNameOf } from './file-names.ts';

/** What to type to get this verdict again on a machine of one's own and, where a gain is proven, to take the change. */
export function repeatCommand(
  { name, source, convention }: Pick<Target, 'name' | 'source' | 'convention'>,
  { pullRequest, headSha }: ReportContext,
  improved: boolean,
): string {
  const patch = quote(patchNameOf(name));
  return fence(
    [
      ...(pullRequest !== undefined && headSha !== undefined
        ? [`git fetch origin pull/${pullRequest}/head && git checkout ${headSha}`]
        : []),
      `kernelwright verify --target ${quote(convention === 'kernelbench' ? source : name)} --candidate ${patch}`,
      ...(improved ? [`git apply ${patch}`] : []),
    ].join('\n'),
    'sh',
  );
}

/** For a POSIX shell: nothing inside single quotes is special but the quote itself. */
function quote(word: string): string {
  return /^[A-Za-z0-9._%/+][A-Za-z0-9._%/+-]*$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
