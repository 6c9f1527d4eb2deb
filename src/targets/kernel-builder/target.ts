import { type Target, UNDESCRIBED } from '../../core/target.ts';

/** A project of which no more is known than where it is: `source` is its `build.toml`. */
export function projectTarget(name: string, { source, entry }: Pick<Target, 'source' | 'entry'>): Target {
  return {
    name,
    kind: 'kernel-builder',
    source,
    entry,
    ...UNDESCRIBED,
  };
}
