import { TUNER } from '../core/model.ts';
import type { RunOutcome, TargetOutcome } from '../core/outcome.ts';
import { slowerTargets, wrongTargets } from './against-base.ts';
import { escapeText } from './escape.ts';
import { floorShareText } from './floor-share.ts';
import { isBench } from './measured-table.ts';
import { plural, speedup } from './quantities.ts';
import { improvements, isUnsandboxed, standingOf } from './standing.ts';

/**
 * What to read first, true to the verdicts, plain text: one sentence, or two where the pull request itself breaks or slows a target, which
 * comes first. Names in it are untrusted: escape it for where it goes.
 */
export function headlines(outcome: RunOutcome): readonly [string, ...string[]] {
  const harm = harmText(outcome);
  return harm === undefined ? [gainText(outcome)] : [harm, gainText(outcome)];
}

/** What the pull request makes worse than it is on the base branch; undefined where that is proven of nothing. */
function harmText(outcome: RunOutcome): string | undefined {
  const of = plural(outcome.targets.length, 'kernel');
  const only = (targets: readonly { readonly outcome: TargetOutcome }[]) =>
    targets.length === 1 ? targets[0]?.outcome.target.name : `${targets.length} of ${of}`;
  const wrong = wrongTargets(outcome);
  if (wrong.length > 0) return `This pull request breaks ${only(wrong)}, measured against the base branch.`;
  const slower = slowerTargets(outcome);
  const [worst] = slower;
  if (worst === undefined) return undefined;
  const much = `${speedup(worst.change.speedup.estimate)} the speed of the base branch`;
  const which = slower.length === 1 ? much : `${worst.outcome.target.name} the most, ${much}`;
  return `This pull request makes ${only(slower)} slower: ${which} on ${outcome.device.name}.`;
}

/** What the search found. */
function gainText(outcome: RunOutcome): string {
  const { device, targets } = outcome;
  if (targets.length === 0) return 'No kernel was changed that could be optimized.';
  if (targets.every(({ baselineFailed }) => baselineFailed)) {
    return `${targets.length === 1 ? targets[0]?.target.name : `${targets.length} kernels`}: your code could not be measured.`;
  }
  if (isBench(outcome)) return measuredText(outcome);
  if (device.kind === 'emulated') return emulated(outcome);
  const proven = improvements(outcome);
  const [best] = proven;
  const only = targets.length === 1 ? targets[0]?.target.name : undefined;
  if (best === undefined) {
    return `No faster version of ${only ?? `any of the ${plural(targets.length, 'kernel')}`} was proven on ${device.name}.`;
  }
  const who = only ?? `${proven.length} of ${plural(targets.length, 'kernel')}`;
  const much = `${proven.length > 1 ? 'up to ' : ''}${speedup(best.speedup.estimate)}`;
  const trust = isUnsandboxed(outcome) ? 'measured without the sandbox' : 'verified';
  return `${who} can be made faster: ${much} on ${device.name}, ${trust}.`;
}

/** Nothing was searched, so nothing was found but the times. */
function measuredText({ device, targets }: RunOutcome): string {
  const able = targets.filter(({ measured }) => measured !== undefined);
  const who = targets.length === 1 ? targets[0]?.target.name : `${able.length} of ${plural(targets.length, 'kernel')}`;
  if (device.kind === 'emulated') {
    return targets.length === 1
      ? `${who} passes its checks as it is; no GPU was there to time it.`
      : `${who} pass their checks as they are; no GPU was there to time them.`;
  }
  const share = targets.length === 1 && targets[0] !== undefined ? floorShareText(targets[0]) : '';
  const near = share === '' ? '' : ` and reaches ${share} of what it allows`;
  return targets.length === 1
    ? `${who} was measured as it is on ${device.name}${near}.`
    : `${who} were measured as they are on ${device.name}.`;
}

function emulated({ targets, model }: RunOutcome): string {
  if (model === TUNER) return untimed(targets);
  const right = targets.filter((target) => {
    const standing = standingOf(target);
    return standing.kind === 'judged' && standing.passed && standing.verdict === 'not-proven';
  }).length;
  const verb = right === 1 ? 'has' : 'have';
  const found =
    targets.length === 1
      ? `${targets[0]?.target.name} ${right === 1 ? 'has a' : 'has no'} rewrite with right results`
      : `${right} of ${plural(targets.length, 'kernel')} ${verb} a rewrite with right results`;
  return `${found}; no GPU was there to time ${right > 1 ? 'them' : 'it'}.`;
}

/** The tuner chooses by times alone, so without them it finds out only which numbers are possible. */
function untimed(targets: RunOutcome['targets']): string {
  const name = targets.length === 1 ? targets[0]?.target.name : plural(targets.length, 'kernel');
  return `${name}: no GPU was there to time other numbers, so the present ones stay.`;
}

/** What every reader must know before the numbers, as GitHub's alerts. */
export function warnings(outcome: RunOutcome): string {
  const alerts: string[] = [];
  if (isUnsandboxed(outcome)) {
    alerts.push(
      '> [!CAUTION]\n> **sandbox: off.** Candidates ran without isolation from this machine and from the judge. ' +
        'Nothing kept them from tampering with what is reported here: read the diff as you would a stranger’s code.',
    );
  }
  if (outcome.device.kind === 'emulated') {
    alerts.push(
      `> [!NOTE]\n> No GPU was there: kernels ran on an ${escapeText(outcome.device.name)}. Their results were checked for real; ` +
        'nothing was timed. **No speedup is measured or claimed.**',
    );
  }
  return alerts.join('\n\n');
}
