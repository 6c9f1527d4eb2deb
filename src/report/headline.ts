import { TUNER } from '../core/model.ts';
import type { RunOutcome } from '../core/outcome.ts';
import { escapeText } from './escape.ts';
import { plural, speedup } from './quantities.ts';
import { improvements, isUnsandboxed, standingOf } from './standing.ts';

/** One sentence, true to the verdicts, plain text. Names in it are untrusted: escape it for where it goes. */
export function headline(outcome: RunOutcome): string {
  const { device, targets } = outcome;
  if (targets.length === 0) return 'No kernel was changed that could be optimized.';
  if (targets.every(({ baselineFailed }) => baselineFailed)) {
    return `${targets.length === 1 ? targets[0]?.target.name : `${targets.length} kernels`}: your code could not be measured.`;
  }
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
