import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Evidence } from '../../src/core/evidence.ts';
import { type Candidate, candidateOf } from '../../src/core/source.ts';
import type { Target } from '../../src/core/target.ts';
import type { Verdict } from '../../src/core/verdict.ts';
import { type PreparedVerifier, prepareVerifier } from '../../src/measure/verifier.ts';
import { BASELINE_GELU, geluSource } from './gelu-source.ts';
import type { Context } from './part.ts';

export function targetOf({ targets }: Context, name: string): Target {
  const target = targets.find((each) => each.name === name);
  if (target === undefined) throw new Error(`targets.yml has no target "${name}"`);
  return target;
}

/** The text of a target's baseline. */
export async function baselineText(context: Context, target: Target): Promise<string> {
  return target.entry === 'gelu_forward'
    ? geluSource({ ...BASELINE_GELU, name: 'baseline' })
    : readFile(join(context.folder, target.source), 'utf8');
}

/** Builds and measures the baseline, after which the judge is warm. */
export function prepare(context: Context, target: Target, baseline: string): Promise<PreparedVerifier> {
  context.say(`the baseline of ${target.name}`);
  const files = candidateFor(target, baseline).files;
  return prepareVerifier({ ...context.workshop, onProgress: () => {} }, target, files);
}

export function candidateFor(target: Target, content: string): Candidate {
  return candidateOf([{ path: target.source, content }]);
}

const JUDGED: readonly Verdict[] = ['faster', 'not-proven', 'slower'];

/** Times of candidates that were refused are no times: all here are honest, so it is an error. */
export function requireJudged(evidence: Evidence): Evidence {
  if (JUDGED.includes(evidence.verdict)) return evidence;
  throw new Error(`an honest candidate was ${evidence.verdict}: ${evidence.reason}\n${evidence.log ?? ''}`);
}
