import type { Evidence, WorkloadTimes } from '../core/evidence.ts';
import type { Turn } from '../core/outcome.ts';
import { samePlace } from '../core/turn-place.ts';
import { isCorrect } from '../core/verdict.ts';
import { compilerErrors, crashReport } from '../measure/excerpt.ts';
import { dataBlock } from './data-block.ts';
import { microseconds } from './microseconds.ts';
import { profileBlock } from './profile.ts';
import { resourcesBlock } from './resources.ts';
import { bestOf, judgedIn } from './score.ts';
import { tuningText } from './tuner/tuning-text.ts';

/**
 * The user message that follows a turn. `turns` ends with that turn; the earlier ones say what was best so far. It depends
 * on nothing later, so it stays the same in every later request and in the prompt cache. Turns are counted as the model sees them.
 */
export function feedbackFor(turns: readonly Turn[]): string {
  const turn = turns.at(-1);
  if (turn === undefined) throw new Error('Feedback needs a turn.');
  const title = `Result of turn ${turns.length}`;
  if (turn.result.kind === 'malformed') {
    return [`${title}: not usable.`, turn.result.problem, bestLine(turns), NEXT.usable].filter(Boolean).join('\n\n');
  }
  const { candidate, evidence, tuned } = turn.result;
  const paths = candidate.files.map((file) => file.path);
  return [
    `${title}: ${HEADLINES[evidence.verdict](evidence)}`,
    ...details(evidence, paths, turns),
    tuned === undefined ? '' : tuningText(tuned),
    ...(evidence.resources ? [resourcesBlock(evidence.resources)] : []),
    ...(evidence.profile && isCorrect(evidence) && isTimed(evidence) ? [profileBlock(evidence.profile)] : []),
    bestLine(turns),
    NEXT[isCorrect(evidence) ? evidence.device.kind : 'failed'],
  ]
    .filter(Boolean)
    .join('\n\n');
}

function correct(evidence: Evidence): string {
  if (evidence.device.kind === 'emulated') return 'correct; not timed, because there is no GPU here.';
  return `correct; ${speedText(evidence)}.`;
}

const HEADLINES: Readonly<Record<Evidence['verdict'], (evidence: Evidence) => string>> = {
  faster: correct,
  'not-proven': correct,
  slower: correct,
  incorrect: () => 'wrong results.',
  rejected: () => 'rejected, because it breaks a rule.',
  'build-failed': () => 'it does not build.',
  crashed: () => 'it crashed.',
  'timed-out': () =>
    'it did not finish in time. Look for an endless loop, a deadlock at a barrier, or work that grows far too fast with the size.',
};

const FRESH =
  'Think afresh: do not only patch the last version, but ask what limits this kernel now and whether another approach would be better. Answer in the same format, with a new summary and every file complete.';
const NEXT = {
  cuda: `Now make it faster still. ${FRESH}`,
  emulated: `Now write a version that should be faster still on a GPU. ${FRESH}`,
  failed: `Find the cause before you mend it, and look for the same mistake elsewhere. ${FRESH}`,
  usable: FRESH,
};

function details(evidence: Evidence, paths: readonly string[], turns: readonly Turn[]): string[] {
  if (isCorrect(evidence)) return isTimed(evidence) ? [timesTable(evidence.workloads, turns)] : [];
  const log = evidence.log?.trim() ? evidence.log : undefined;
  const excerpt = log && (evidence.verdict === 'build-failed' ? compilerErrors(log) : crashReport(log, paths));
  return [
    dataBlock('result', [cut(evidence.reason, 1_500), ...failedChecks(evidence)].join('\n')),
    ...(excerpt ? [`What was printed:\n\n${dataBlock('log', excerpt)}`] : []),
  ];
}

function failedChecks(evidence: Evidence): string[] {
  return evidence.checks
    .filter((check) => check.status === 'failed')
    .slice(0, 8)
    .map((check) => `- ${check.name}: ${cut(check.detail, 1_500)}`);
}

/** Beside the best of the earlier turns, which was measured in other minutes: its time is told as it was then. */
function timesTable(workloads: readonly WorkloadTimes[], turns: readonly Turn[]): string {
  const earlier = turns.slice(0, -1);
  const best = bestOf(judgedIn(earlier).filter(({ evidence }) => isTimed(evidence)));
  const bestTurn = best === undefined ? 0 : earlier.findIndex((turn) => samePlace(turn, best)) + 1;
  const rows = workloads.map(({ name, baseline_us, candidate_us, speedup, low, high, floor_us }) => {
    const bestUs = best?.evidence.workloads.find((each) => each.name === name)?.candidate_us;
    return [
      `${name}: baseline ${microseconds(baseline_us)}`,
      `yours ${microseconds(candidate_us)}`,
      `${speedup.toFixed(2)}× (${low.toFixed(2)} to ${high.toFixed(2)})`,
      ...(bestUs === undefined ? [] : [`best so far ${microseconds(bestUs)} (turn ${bestTurn})`]),
      ...(floor_us === undefined
        ? []
        : [`floor ${microseconds(floor_us)}, which is ${share(floor_us / candidate_us)} of yours`]),
    ].join(', ');
  });
  return dataBlock('times', ['Median time of one call, and the speedup with its 99 % interval:', ...rows].join('\n'));
}

function bestLine(turns: readonly Turn[]): string {
  const best = bestOf(judgedIn(turns));
  if (best === undefined) return 'No version was correct so far; the present source still stands.';
  const number = turns.findIndex((turn) => samePlace(turn, best)) + 1;
  const isThis = number === turns.length;
  if (!isTimed(best.evidence)) return isThis ? '' : `The last correct version is that of turn ${number}.`;
  if ((best.evidence.speedup?.estimate ?? 0) <= 1) {
    return `No version beats the baseline yet; the nearest is ${isThis ? 'this one' : `that of turn ${number}, ${speedText(best.evidence)}`}.`;
  }
  return isThis
    ? 'This is the best version so far.'
    : `The best version so far is that of turn ${number}: ${speedText(best.evidence)}.`;
}

function isTimed(evidence: Evidence): boolean {
  return evidence.device.kind === 'cuda' && evidence.speedup !== undefined;
}

function speedText({ speedup }: Evidence): string {
  if (speedup === undefined) return 'not timed';
  const range = `${speedup.estimate.toFixed(2)}× the baseline's speed (${speedup.low.toFixed(2)} to ${speedup.high.toFixed(2)})`;
  if (speedup.low > 1) return `${range}, faster`;
  return speedup.high < 1 ? `${range}, slower` : `${range}, no clear difference`;
}

/** Rounded down: nobody shall read 100 % where there is something left to gain. */
function share(value: number): string {
  return `${Math.floor(value * 100)} %`;
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
