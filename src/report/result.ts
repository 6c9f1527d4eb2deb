import type { AgainstBase, OwnMeasurement } from '../core/benchmark.ts';
import type { Evidence, Speedup } from '../core/evidence.ts';
import type { ModeColumn } from '../core/mode-column.ts';
import type { Usage } from '../core/model.ts';
import type { RunOutcome, TargetOutcome, Tuned, Turn } from '../core/outcome.ts';
import { lowerBound } from '../core/rounded-bounds.ts';
import type { TurnPlace } from '../core/turn-place.ts';
import type { Verdict } from '../core/verdict.ts';
import { readableLog } from '../measure/excerpt.ts';
import { slowerTargets } from './against-base.ts';
import { totalUsage } from './cost.ts';
import { oneLine } from './escape.ts';
import { claimable, claimableReason, improvements, standingOf } from './standing.ts';
import { correctIn } from './turns/table.ts';

/** GitHub takes outputs of up to 1 MB a job, counted in UTF-16; half of it leaves room for other steps. */
const MAXIMUM_BYTES = 500_000;

/** Of targets that could not be read, where even evidence has no room. */
const MOST_LEFT_OUT = 100;

/** The machine-readable report: the action's `result` output and the report file. */
export interface Result {
  readonly improved: boolean;
  readonly device: RunOutcome['device'];
  readonly sandbox: RunOutcome['sandbox'];
  readonly model: string;
  readonly seconds: number;
  readonly usage: Usage;
  readonly targets: readonly TargetResult[];
  /** Targets that belong to the run and could not be read; absent where all could. */
  readonly left_out?: readonly { readonly target: string; readonly because: string }[];
  /** What was left out or cut to keep the size; absent when nothing was. */
  readonly truncated?: string;
}

export interface TargetResult {
  readonly target: string;
  readonly source: string;
  readonly entry: string;
  /** `no-answer` where no proposal of the model could be used; the others where none was asked for. */
  readonly verdict: Verdict | 'no-answer' | 'baseline-failed' | 'measured' | 'not-reached';
  /** Its own code by itself; absent where more was asked for. */
  readonly measured?: OwnMeasurement;
  /** The pull request's own code beside that of the base branch; absent where nobody asked. */
  readonly against_base?: AgainstBase;
  /** Hash and turn of the best candidate. */
  readonly candidate?: TurnPlace & { readonly hash: string };
  /** Of the best candidate, else of the turn that came closest. */
  readonly evidence?: Evidence;
  readonly turns?: readonly TurnResult[];
  readonly ended?: string;
  readonly usage: Usage;
  /** For which a GPU measured its versions; absent where there was none. */
  readonly gpu_seconds?: number;
}

export interface TurnResult extends TurnPlace {
  readonly summary: string;
  readonly verdict: Verdict | 'no-answer';
  readonly reason: string;
  readonly speedup?: Speedup;
  readonly hash?: string;
  /** The numbers that its constants were tuned to, and how many combinations were screened and correct. */
  readonly tuned?: TunedResult;
  readonly seconds: number;
  readonly usage: Usage;
}

export interface TunedResult {
  readonly values: Tuned['values'];
  readonly tried: number;
  readonly correct: number;
  readonly remark?: string;
}

/** Each step keeps less; the last one only verdicts. */
const STEPS = [
  {},
  { truncated: 'logs and texts are cut', text: 300, log: 1_000 },
  { truncated: 'logs are left out, texts are cut, turns are left out', text: 300, log: 0, turns: false },
  { truncated: 'turns and evidence are left out', text: 100, log: 0, turns: false, evidence: false },
] as const satisfies readonly Keep[];

interface Keep {
  readonly truncated?: string;
  /** Characters of each free text, and of each log. */
  readonly text?: number;
  readonly log?: number;
  readonly turns?: boolean;
  readonly evidence?: boolean;
}

/** One JSON document of at most `maximumBytes`; where even the verdicts have no room, the last targets are left out. */
export function renderResult(outcome: RunOutcome, maximumBytes = MAXIMUM_BYTES): string {
  for (const keep of STEPS) {
    const text = JSON.stringify(resultOf(outcome, keep));
    if (Buffer.byteLength(text) <= maximumBytes) return text;
  }
  let targets = outcome.targets;
  let text: string;
  do {
    targets = targets.slice(0, Math.floor(targets.length / 2));
    const truncated = `only ${targets.length} of ${outcome.targets.length} targets are here, without turns and evidence`;
    const result = resultOf(outcome, { text: 100, turns: false, evidence: false, truncated });
    text = JSON.stringify({ ...result, targets: result.targets.slice(0, targets.length) });
  } while (Buffer.byteLength(text) > maximumBytes && targets.length > 0);
  return text;
}

function resultOf(outcome: RunOutcome, keep: Keep): Result {
  return {
    improved: improvements(outcome).length > 0,
    device: outcome.device,
    sandbox: outcome.sandbox,
    model: oneLine(outcome.model, 200),
    seconds: outcome.seconds,
    usage: totalUsage(outcome),
    targets: outcome.targets.map((target) => targetResult(target, keep)),
    ...leftOutResult(outcome, keep),
    ...(keep.truncated === undefined ? {} : { truncated: keep.truncated }),
  };
}

function leftOutResult({ leftOut = [] }: RunOutcome, keep: Keep): Pick<Result, 'left_out'> {
  if (leftOut.length === 0) return {};
  const most = keep.evidence === false ? MOST_LEFT_OUT : leftOut.length;
  return {
    left_out: leftOut
      .slice(0, most)
      .map(({ name, because }) => ({ target: oneLine(name, keep.text), because: oneLine(because, keep.text) })),
  };
}

function targetResult(outcome: TargetOutcome, keep: Keep): TargetResult {
  const standing = standingOf(outcome);
  const { best, measured, target, turns, ended, usage, gpuSeconds } = outcome;
  return {
    target: target.name,
    source: target.source,
    entry: target.entry,
    verdict: standing.kind === 'unjudged' ? standing.because : standing.verdict,
    ...(measured === undefined || keep.evidence === false ? {} : { measured: shortenMeasured(measured, keep) }),
    ...(outcome.againstBase === undefined ? {} : { against_base: shortenComparison(outcome.againstBase, keep) }),
    ...(best ? { candidate: { hash: best.candidate.hash, trajectory: best.trajectory, turn: best.turn } } : {}),
    ...(standing.kind !== 'unjudged' && keep.evidence !== false ? { evidence: shorten(standing.evidence, keep) } : {}),
    ...(keep.turns === false ? {} : { turns: turns.map((turn) => turnResult(turn, keep)) }),
    ...(ended === undefined ? {} : { ended: oneLine(ended, keep.text) }),
    usage,
    ...(gpuSeconds === undefined ? {} : { gpu_seconds: gpuSeconds }),
  };
}

function turnResult({ trajectory, turn, summary, result, seconds, usage }: Turn, keep: Keep): TurnResult {
  const common = { trajectory, turn, summary: oneLine(summary, keep.text), seconds, usage };
  if (result.kind === 'malformed') {
    return { ...common, verdict: 'no-answer', reason: oneLine(result.problem, keep.text) };
  }
  const { evidence, candidate, tuned } = result;
  return {
    ...common,
    verdict: claimable(evidence),
    reason: oneLine(claimableReason(evidence), keep.text),
    ...(evidence.speedup ? { speedup: evidence.speedup } : {}),
    hash: candidate.hash,
    ...(tuned === undefined ? {} : { tuned: tunedResult(tuned, keep) }),
  };
}

function tunedResult({ values, trials, remark }: Tuned, keep: Keep): TunedResult {
  return {
    values,
    tried: trials.length,
    correct: correctIn(trials),
    ...(remark === undefined ? {} : { remark: oneLine(remark, keep.text) }),
  };
}

function shorten(evidence: Evidence, keep: Keep): Evidence {
  const { log, ...rest } = evidence;
  const kept = keep.log === undefined ? log : log && readableLog(evidence).slice(0, keep.log);
  return {
    ...shortenMeasured(rest, keep),
    verdict: claimable(evidence),
    reason: oneLine(claimableReason(evidence), keep.text),
    ...(kept ? { log: kept } : {}),
  };
}

/** What checks saw, and why a mode of a module has no times. */
function shortenMeasured<T extends Pick<OwnMeasurement, 'checks' | 'modes'>>(measured: T, keep: Keep): T {
  const { checks, modes } = measured;
  return {
    ...measured,
    checks: checks.map((check) => ({ ...check, detail: oneLine(check.detail, keep.text) })),
    ...(modes === undefined
      ? {}
      : { modes: { eager: shortenColumn(modes.eager, keep), compiled: shortenColumn(modes.compiled, keep) } }),
  };
}

/** Its numbers stay as long as evidence does. */
function shortenComparison(compared: AgainstBase, keep: Keep): AgainstBase {
  if (compared.kind === 'same' || compared.kind === 'absent') return compared;
  const reason = oneLine(compared.reason, keep.text);
  if (compared.kind === 'failed') return { ...compared, reason };
  if (keep.evidence === false) return { ...compared, reason, workloads: [], checks: [] };
  const checks = compared.checks.map((check) => ({ ...check, detail: oneLine(check.detail, keep.text) }));
  return { ...compared, reason, checks };
}

function shortenColumn(column: ModeColumn, keep: Keep): ModeColumn {
  return column.kind === 'timed' ? column : { ...column, reason: oneLine(column.reason, keep.text) };
}

/** The outputs of the action, by their names in `action.yml`; all are strings, empty where nothing is known. */
export interface Outputs {
  readonly improved: 'true' | 'false';
  /** Lower bound of the surest gain, such as `1.804`; empty when nothing was proven. */
  readonly 'best-speedup': string;
  readonly 'cost-usd': string;
  /** Names of the targets that the pull request is proven to make slower than on the base branch, as JSON: `["softmax"]`. */
  readonly slower: string;
  readonly result: string;
}

export function outputsOf(outcome: RunOutcome): Outputs {
  const [best] = improvements(outcome);
  const { usd } = totalUsage(outcome);
  return {
    improved: best ? 'true' : 'false',
    'best-speedup': best ? lowerBound(best.speedup.low, 3) : '',
    'cost-usd': usd === undefined ? '' : usd.toFixed(4),
    slower: JSON.stringify(slowerTargets(outcome).map(({ outcome: { target } }) => target.name)),
    result: renderResult(outcome),
  };
}
