import type { SourceFile } from '../core/source.ts';
import type { Target } from '../core/target.ts';

/** A target's files by what a proposal may do to them. */
export interface TargetFiles {
  readonly writable: readonly SourceFile[];
  /** What the others include or import: each candidate is built with them as they are. */
  readonly readOnly: readonly SourceFile[];
}

/**
 * A header that many kernels share must not change for one of them, so only the target's own source may be rewritten; of a project, the
 * kernels that its `build.toml` names, and neither its binding nor what it is tested by.
 */
export function targetFiles(
  { source, writable = [source] }: Pick<Target, 'source' | 'writable'>,
  files: readonly SourceFile[],
): TargetFiles {
  return {
    writable: files.filter(({ path }) => writable.includes(path)),
    readOnly: files.filter(({ path }) => !writable.includes(path)),
  };
}
