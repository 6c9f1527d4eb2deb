import type { RunOutcome, TargetOutcome } from '../core/outcome.ts';
import { commitToBranch } from '../deliver/commit.ts';
import type { Delivery } from '../deliver/delivery.ts';
import { openStackedPull } from '../deliver/stacked-pull.ts';
import { suggestChanges } from '../deliver/suggest.ts';
import { unlinked } from '../report/escape.ts';
import { COMMENT_LIMIT } from '../report/fit.ts';
import { speedup } from '../report/quantities.ts';
import { renderReport } from '../report/report.ts';
import { standingOf } from '../report/standing.ts';
import { type Asked, contextOf, type JobDoor } from './door.ts';

/** Where something was put, or why not. Sentences without a full stop, foreign in part. */
export interface Delivered {
  readonly urls: readonly string[];
  readonly problems: readonly string[];
}

/** Puts what was proven where the input `deliver` says, beside the comment. To a fork nothing is ever pushed. */
export async function deliverProven(door: JobDoor, asked: Asked, outcome: RunOutcome): Promise<Delivered> {
  const how = asked.settings.deliver;
  const targets = proven(outcome);
  if (how === 'comment' || targets.length === 0) return { urls: [], problems: [] };
  if (how === 'commit') {
    // One commit for all: after the first the head is another.
    const problem = overlap(targets);
    if (problem !== undefined) return { urls: [], problems: [problem] };
    return gathered([await commitToBranch(door.octokit, deliveryOf(door, asked, outcome, targets))]);
  }
  const put = how === 'suggest' ? suggestChanges : openStackedPull;
  const results: Outcome[] = [];
  for (const target of targets) results.push(await put(door.octokit, deliveryOf(door, asked, outcome, [target])));
  return gathered(results);
}

type Outcome = { readonly url: string } | { readonly kind: string; readonly reason: string };

function gathered(outcomes: readonly Outcome[]): Delivered {
  return {
    urls: outcomes.flatMap((outcome) => ('url' in outcome ? [outcome.url] : [])),
    problems: outcomes.flatMap((outcome) => ('reason' in outcome ? [outcome.reason] : [])),
  };
}

type Proven = TargetOutcome & { readonly best: NonNullable<TargetOutcome['best']> };

/** Targets with a version that may be called faster. */
export function proven({ targets }: RunOutcome): readonly Proven[] {
  return targets.filter(
    (target): target is Proven => standingOf(target).kind === 'improved' && target.best !== undefined,
  );
}

/** Two improved targets may share a source; each was measured with the other as it was. */
function overlap(targets: readonly Proven[]): string | undefined {
  const paths = targets.flatMap((target) => changedPaths(target));
  // Two that add a file may choose names that are one where case does not count.
  const names = paths.map((path) => path.toLowerCase());
  const twice = paths.find((_, index) => names.indexOf(names[index] ?? '') !== index);
  return (
    twice && `Two targets were improved in ${twice}, and no measurement is of both together; nothing was committed`
  );
}

function changedPaths({ baseline, best }: Proven): string[] {
  return best.candidate.files
    .filter(({ path, content }) => baseline.every((file) => file.path !== path || file.content !== content))
    .map(({ path }) => path);
}

/** What several targets change together, or one: of each only the files that its candidate changes. */
export function changesOf(
  { request }: Asked,
  targets: readonly Proven[],
): Pick<Delivery, 'head' | 'target' | 'before' | 'after'> {
  const after = targets.flatMap((target) => {
    const paths = changedPaths(target);
    return target.best.candidate.files.filter(({ path }) => paths.includes(path));
  });
  const known = new Map(targets.flatMap(({ baseline }) => baseline.map((file) => [file.path, file] as const)));
  return {
    head: request.head,
    target: targets.map(({ target }) => target.name).join(', '),
    before: after.flatMap(({ path }) => known.get(path) ?? []),
    after,
  };
}

function deliveryOf(door: JobDoor, asked: Asked, outcome: RunOutcome, targets: readonly Proven[]): Delivery {
  const { request } = asked;
  const gains = targets.map((target) => {
    const standing = standingOf(target);
    const { estimate, low, high } = standing.kind === 'improved' ? standing.speedup : { estimate: 1, low: 1, high: 1 };
    return { name: unlinked(target.target.name, 200), estimate, range: `${low.toFixed(3)} to ${high.toFixed(3)}` };
  });
  const title =
    gains.length === 1
      ? `Make ${gains[0]?.name} ${speedup(gains[0]?.estimate ?? 1)} as fast`
      : `Make ${gains.length} kernels faster`;
  const lines = gains.map(
    ({ name, estimate, range }) =>
      `${name}: ${estimate.toFixed(3)} times as fast (99 % interval ${range}) on ${unlinked(outcome.device.name, 80)}`,
  );
  return {
    ...{ owner: request.owner, repo: request.repo, pullRequest: request.pullRequest },
    base: { ref: request.base.ref },
    ...changesOf(asked, targets),
    title,
    message: `${title}\n\n${lines.join('\n')}\n\nMeasured against ${request.head.sha}.`,
    body: renderReport({ ...outcome, targets }, contextOf(door, asked), COMMENT_LIMIT),
    run: door.runUrl ?? door.runId,
  };
}
