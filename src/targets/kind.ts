import { nearest } from '../core/nearest.ts';
import type { TargetKind } from '../core/target.ts';
import type { Report } from './issues.ts';
import { NAMING_KEYS, TARGET_KEYS } from './schema.ts';

const KINDS: readonly TargetKind[] = ['launcher', 'kernel', 'module', 'function', 'kernel-builder'];

/**
 * The kind of target that an entry describes, by the keys that say where its code is. Several kinds at once, or none, are reported,
 * and the result is then undefined.
 */
export function readKind(data: unknown, report: Report): TargetKind | undefined {
  // Whatever is no mapping is refused by every schema alike.
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return 'launcher';
  const keys = Object.keys(data);
  // A kernel is in a source too; only `entry` tells that a launcher is meant.
  const isKernel = keys.some((key) => NAMING_KEYS.kernel.includes(key));
  const isProject = keys.includes('kernel-builder');
  // Of a project, "function" is a name in its package.
  const naming = keys.filter((key) => !(isKernel && key === 'source') && !(isProject && key === 'function'));
  const named = naming.flatMap((key) => kindNamedBy(key).map((kind) => ({ key, kind })));
  const [first] = named;
  const other = named.find(({ kind }) => kind !== first?.kind);
  if (first !== undefined && other !== undefined) {
    report(
      [other.key],
      `"${other.key}" stands beside "${first.key}"; a target has exactly one of "source" with "entry", "source" with "kernel", "module", "function", and "kernel-builder"`,
      'key',
    );
    return undefined;
  }
  const kind = first?.kind ?? kindMeantBy(keys);
  if (kind === undefined) {
    report(
      [],
      'does not say what to optimize; give "source" and "entry" of a launcher in a .cu file (or "kernel" and "launch" of a kernel), or "module" or "function" with a path and a name, such as "kernels/mlp.py:Mlp", or "kernel-builder" with the folder of a build.toml',
      'key',
    );
  }
  return kind;
}

function kindNamedBy(key: string): TargetKind[] {
  return KINDS.filter((kind) => NAMING_KEYS[kind].includes(key));
}

/** By a misspelt key, which the schema of its kind then tells of. */
function kindMeantBy(keys: readonly string[]): TargetKind | undefined {
  return keys
    .filter((key) => !TARGET_KEYS.includes(key))
    .flatMap((key) => kindNamedBy(nearest(key, Object.values(NAMING_KEYS).flat()) ?? ''))[0];
}
