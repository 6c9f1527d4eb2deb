import type { Target } from '../core/target.ts';
import type { ReportContext } from './context.ts';
import { codeText, fence } from './escape.ts';
import { patchNameOf } from './file-names.ts';

/** The parts of a target by which people name it. */
type Named = Pick<Target, 'name' | 'source' | 'convention'>;

/** How to get a proven change: by a command on the pull request, else from the patch. */
export function howToTakeIt({ name }: Named, { pullRequest, fromFork }: ReportContext): string {
  if (pullRequest !== undefined && !fromFork) {
    return `**Take it** by a comment on this pull request:\n\n${fence(`/optimize apply ${name}`, 'text')}`;
  }
  const patch = patchNameOf(name);
  return `**Take it**: save the diff as ${codeText(patch, 120)} in a clone of this repository, then run\n\n${fence(`git apply ${quote(patch)}`, 'sh')}`;
}

/** What to type to get this verdict again on a machine of one's own. */
export function howToRepeatIt(target: Named, { pullRequest, headSha }: ReportContext): string {
  const patch = patchNameOf(target.name);
  const named = target.convention === 'kernelbench' ? target.source : target.name;
  const commands = [
    ...(pullRequest !== undefined && headSha !== undefined
      ? [`git fetch origin pull/${pullRequest}/head && git checkout ${headSha}`]
      : []),
    `kernelwright verify --target ${quote(named)} --candidate ${quote(patch)}`,
  ].join('\n');
  return `**Repeat it**: save the diff as ${codeText(patch, 120)} in a clone of this repository, then run\n\n${fence(commands, 'sh')}`;
}

/** For a POSIX shell: nothing inside single quotes is special but the quote itself. */
function quote(word: string): string {
  return /^[A-Za-z0-9._%/+][A-Za-z0-9._%/+-]*$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
