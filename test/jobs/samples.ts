import type { RunOutcome, TargetOutcome } from '../../src/core/outcome.ts';
import { hashFiles } from '../../src/core/source.ts';
import { type PlanFile, parsePlan, renderPlan } from '../../src/jobs/plan-file.ts';
import { candidateWith, evidenceOf, H200, judgedTurn, malformedTurn, speedupOf, TARGET } from '../refine/samples.ts';

const HEAD = 'a'.repeat(40);
const BASE = 'b'.repeat(40);

export const BASELINE = [{ path: TARGET.source, content: '// baseline\n' }];
const OTHER = { ...TARGET, name: 'other' };

const best = candidateWith('// better\n');
const confirmed = evidenceOf('faster', {
  stage: 'confirm',
  speedup: speedupOf(2),
  hashes: { baseline: hashFiles(BASELINE), candidate: best.hash },
});

function bound(turn: TargetOutcome['turns'][number]): TargetOutcome['turns'][number] {
  if (turn.result.kind === 'malformed') return turn;
  const { candidate, evidence } = turn.result;
  const hashes = { baseline: hashFiles(BASELINE), candidate: candidate.hash };
  return { ...turn, result: { ...turn.result, evidence: { ...evidence, hashes } } };
}

/** A target of which a job tells: a turn without an answer, one that was judged, and the best. */
export function outcomeOf(target = TARGET): TargetOutcome {
  return {
    target,
    baseline: BASELINE,
    trajectories: 1,
    turns: [malformedTurn(1, 'no code'), bound(judgedTurn(2, evidenceOf('not-proven')))],
    best: { trajectory: 1, turn: 2, candidate: best, evidence: confirmed },
    usage: { input_tokens: 3, output_tokens: 2, cache_read_tokens: 1, cache_write_tokens: 0, usd: 0.5 },
  };
}

export function runOf(...targets: readonly TargetOutcome[]): RunOutcome {
  return { device: H200, sandbox: 'bubblewrap', model: 'claude', targets, seconds: 60 };
}

export const { text: PLAN_TEXT, hash: PLAN_HASH } = renderPlan({
  version: '1.2.3',
  repository: 'acme/kernels',
  pullRequest: 7,
  base: { sha: BASE, ref: 'main' },
  head: { sha: HEAD, ref: 'faster', repository: 'acme/kernels' },
  fromFork: false,
  action: 'optimize',
  overrides: { effort: 'high' },
  targets: [
    { target: TARGET, baseline: hashFiles(BASELINE) },
    { target: OTHER, baseline: hashFiles(BASELINE) },
  ],
  leftOut: [{ name: 'third', because: 'kernels/third.cu is not UTF-8 text; save it as UTF-8' }],
  groups: [[TARGET.name], [OTHER.name]],
});

export const PLAN: PlanFile = parsePlan(PLAN_TEXT, 'plan.json', PLAN_HASH, 'acme/kernels');
export { OTHER };
