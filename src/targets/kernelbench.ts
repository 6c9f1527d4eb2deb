import type { SourceFile } from '../core/source.ts';
import { type Target, UNDESCRIBED } from '../core/target.ts';
import { parseSourcePath } from './source-path.ts';

/*
 * KernelBench's convention: a `.py` file with a class `Model`, and functions `get_inputs()` and `get_init_inputs()` that say what it is
 * called and constructed with. Such a file needs no configuration.
 */

/** Says what each file lacks to follow the convention, in words; nothing where it follows it. */
export type Recognizer = (files: readonly SourceFile[]) => Promise<readonly (readonly string[])[]>;

/** Names in the configuration have no more letters either. */
const LONGEST_NAME = 64;

/** Whether it is worth parsing: a file that follows the convention has these words in it. Pure, and quick. */
export function mayFollowConvention({ path, content }: SourceFile): boolean {
  return (
    parseSourcePath(path, '.py').ok &&
    ['Model', 'get_inputs', 'get_init_inputs'].every((word) => content.includes(word))
  );
}

/**
 * The target that a file in the convention is. How it is called is not known yet: that takes running it, in the sandbox, and is added
 * where its parameters are. `taken` are names that other targets have.
 */
export function conventionTarget(source: string, taken: ReadonlySet<string> = new Set()): Target {
  return {
    name: freeName(nameOf(source), taken),
    kind: 'module',
    source,
    entry: 'Model',
    convention: 'kernelbench',
    ...UNDESCRIBED,
  };
}

/** `models.attention` for `models/attention.py`; the end of a path that is too long. */
function nameOf(source: string): string {
  const name = source
    .replace(/\.py$/, '')
    .replaceAll('/', '.')
    .replace(/[^A-Za-z0-9_.-]/g, '_');
  return name.slice(-LONGEST_NAME).replace(/^[.-]+/, '') || 'model';
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? '' : `-${number}`;
    const candidate = name.slice(0, LONGEST_NAME - suffix.length) + suffix;
    if (!taken.has(candidate)) return candidate;
  }
}
