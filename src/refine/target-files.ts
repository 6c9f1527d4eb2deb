import type { SourceFile } from '../core/source.ts';
import { type NewFiles, sourcesOf, type Target } from '../core/target.ts';

/** A target's files by what a proposal may do to them. */
export interface TargetFiles {
  readonly writable: readonly SourceFile[];
  /** What the others include or import: each candidate is built with them as they are. */
  readonly readOnly: readonly SourceFile[];
  /** Where it may add files; absent where it may not. */
  readonly newFiles?: NewFiles;
}

/**
 * A header that many kernels share must not change for one of them, so only the target's own sources may be rewritten; of a project, the
 * kernels that its `build.toml` names, and neither its binding nor what it is tested by.
 */
export function targetFiles(
  target: Pick<Target, 'source' | 'build' | 'writable' | 'newFiles'>,
  files: readonly SourceFile[],
): TargetFiles {
  const own = sourcesOf(target);
  return {
    writable: files.filter(({ path }) => own.includes(path)),
    readOnly: files.filter(({ path }) => !own.includes(path)),
    ...(target.newFiles && { newFiles: target.newFiles }),
  };
}
