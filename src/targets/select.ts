import { isPython, type Target } from '../core/target.ts';
import type { Configuration } from './configuration.ts';
import type { ChangedFile } from './repository.ts';

/** What is optimized and what is not, each with the reason in words. */
export interface Selection {
  readonly selected: readonly { readonly target: Target; readonly because: string }[];
  readonly leftOut: readonly { readonly name: string; readonly because: string }[];
}

/** Selects the targets whose source was added, modified or renamed. A pure function; the order is that of the configuration. */
export function selectTargets(configuration: Configuration, changedFiles: readonly ChangedFile[]): Selection {
  const selected: { target: Target; because: string }[] = [];
  const leftOut: { name: string; because: string }[] = [];
  for (const target of configuration.targets) {
    const { changed, because } = judge(target, changedFiles);
    if (changed) selected.push({ target, because });
    else leftOut.push({ name: target.name, because });
  }
  return { selected, leftOut };
}

function judge(target: Target, changedFiles: readonly ChangedFile[]): { changed: boolean; because: string } {
  const { source } = target;
  const file = changedFiles.find(({ path }) => path === source);
  if (file !== undefined && file.status !== 'removed')
    return { changed: true, because: `${source} was ${howChanged(file)}` };
  const renamed = changedFiles.find(({ previousPath }) => previousPath === source);
  if (renamed !== undefined) {
    const key = isPython(target) ? target.kind : 'source';
    return { changed: false, because: `${source} was renamed to ${renamed.path}; change the target's ${key}` };
  }
  return { changed: false, because: file ? `${source} was removed` : `${source} did not change` };
}

function howChanged({ status, previousPath }: ChangedFile): string {
  return status === 'renamed' && previousPath !== undefined ? `renamed from ${previousPath}` : status;
}
