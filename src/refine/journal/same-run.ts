import { isDeepStrictEqual } from 'node:util';
import { ConfigurationError } from '../../core/errors.ts';
import type { RunRecord } from './schema.ts';

/**
 * A run is resumed only as it was begun: what its prompts are made from, and what it measures on, must be the same.
 *
 * @throws ConfigurationError that says what changed
 */
export function requireSameRun(recorded: RunRecord, now: RunRecord, path: string): void {
  const change = changeOf(recorded, now);
  if (change === undefined) return;
  throw new ConfigurationError(
    `The run of ${path} cannot be resumed: ${change}. Begin a new one by leaving out --resume.`,
  );
}

function changeOf(recorded: RunRecord, now: RunRecord): string | undefined {
  for (const target of recorded.targets) {
    const present = now.targets.find(({ name }) => name === target.name);
    if (present === undefined) return `it was to optimize ${target.name} too`;
    if (present.baseline !== target.baseline) return `${changedFile(target, present)} has changed since`;
    if (present.definition !== target.definition) return `the configuration of ${target.name} has changed since`;
    if (present.callers !== target.callers) return `a file that calls ${target.name} has changed since`;
  }
  const added = now.targets.find(({ name }) => recorded.targets.every((target) => target.name !== name));
  if (added !== undefined) return `it was not to optimize ${added.name}`;
  if (recorded.model !== now.model) return `it asked ${recorded.model}, and this would ask ${now.model}`;
  if (!isDeepStrictEqual(recorded.plan, now.plan)) {
    return `it was planned as ${planText(recorded)}, and this as ${planText(now)}`;
  }
  if (!isDeepStrictEqual(recorded.device, now.device)) {
    return `it measured on ${deviceText(recorded)}, and this would on ${deviceText(now)}`;
  }
  if (recorded.sandbox !== now.sandbox) {
    return `its sandbox was ${recorded.sandbox}, and this one's is ${now.sandbox}`;
  }
  if (recorded.version !== now.version) {
    return `Kernelwright ${recorded.version} began it, and this is ${now.version}, which may ask otherwise`;
  }
  return undefined;
}

type RecordedTarget = RunRecord['targets'][number];

/** The path of the first file that is not what it was. */
function changedFile(recorded: RecordedTarget, now: RecordedTarget): string {
  const paths = [...new Set([...recorded.files, ...now.files].map(({ path }) => path))];
  const textAt = (target: RecordedTarget, path: string) => target.files.find((file) => file.path === path)?.text;
  return paths.find((path) => textAt(recorded, path) !== textAt(now, path)) ?? recorded.source;
}

function planText({ plan: { trajectories, turns, policy } }: RunRecord): string {
  return `${trajectories} × ${turns} turns, ${policy}`;
}

function deviceText({ device: { name, arch, versions } }: RunRecord): string {
  return [name, arch, ...Object.entries(versions).map(([what, version]) => `${what} ${version}`)].join(', ');
}
