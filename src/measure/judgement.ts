import type { Check, Evidence } from '../core/evidence.ts';
import { isPython, languageOf, type Target } from '../core/target.ts';
import type { Verdict } from '../core/verdict.ts';
import { type BaselineTimes, baselineCheck, baselineTimes } from './baseline-check.ts';
import type { Measurement } from './judge-report.ts';
import { pairedVerdict } from './paired-verdict.ts';
import { speedupOf } from './speedup.ts';

/** What is known of a target and its baseline before a candidate is measured. */
export interface Session {
  readonly target: Target;
  /** The baseline's times against itself. */
  readonly alone: readonly BaselineTimes[];
  /** Share by which this session may measure two copies of the baseline apart. */
  readonly noise: number;
}

/** What a measurement comes to. */
export type Judged = Pick<Evidence, 'verdict' | 'reason' | 'checks' | 'workloads' | 'speedup' | 'log'>;

/**
 * The verdict on a measurement, with the checks that it rests on.
 *
 * @param architectures for which nvcc compiled it
 */
export function judged(
  measurement: Measurement,
  { alone, noise, target }: Session,
  stage: Evidence['stage'],
  architectures: readonly string[] = [],
): Judged {
  const built: Check = { name: 'build', status: 'passed', detail: whatWasBuilt(target, architectures) };
  const checks = [built, ...measurement.checks];
  if (measurement.outcome !== 'measured') {
    const { verdict, says, ofPython, check } = FAILURES[measurement.outcome];
    const detail = measurement.detail.replace(/\.$/, '');
    return {
      verdict,
      reason: `${(isPython(target) && ofPython) || says}: ${detail}.`,
      checks: check === undefined ? checks : [...checks, { name: check, status: 'failed', detail }],
      workloads: [],
      ...(measurement.log === '' ? {} : { log: measurement.log }),
    };
  }
  const timed = speedupOf(measurement);
  if (timed === undefined) {
    return {
      verdict: 'not-proven',
      reason: 'Correct on the emulated device; there was no GPU to measure a speedup on.',
      checks,
      workloads: [],
    };
  }
  const { verdict, reason, checks: ofTimes } = pairedVerdict(timed, noise, stage);
  const { speedup, workloads } = timed;
  const undisturbed = baselineCheck(alone, baselineTimes(timed));
  const judgement = { checks: [...checks, ...ofTimes, undisturbed], speedup, workloads };
  if (undisturbed.status === 'failed' && (verdict === 'faster' || verdict === 'not-proven')) {
    return {
      verdict: 'not-proven',
      reason: `Correct, but ${undisturbed.detail}: the ratio says nothing.`,
      ...judgement,
    };
  }
  return { verdict, reason, ...judgement };
}

/** Whether nothing but the two clocks speaks against it: of honest candidates, one in some hundred short measurements says so by chance. */
export function isRefutedByClocks({ verdict, checks }: Judged): boolean {
  const failed = checks.filter(({ status }) => status === 'failed');
  return verdict === 'rejected' && failed.length > 0 && failed.every(({ name }) => name === 'clocks');
}

function whatWasBuilt(target: Target, architectures: readonly string[]): string {
  if (languageOf(target) === 'python') return 'its syntax is right';
  const asked = (target.build?.architectures.length ?? 0) > 0 && architectures.length > 0;
  return asked ? `it compiles for ${architectures.join(', ')}` : 'it compiles';
}

/** The same after a project's own tests, which overrule it where the candidate fails one. */
export function afterTests(judgement: Judged, check: Check): Judged {
  const checks = [...judgement.checks, check];
  if (check.status !== 'failed') return { ...judgement, checks };
  return { ...judgement, checks, verdict: 'incorrect', reason: `A test of the project fails: ${check.detail}.` };
}

const FAILURES: Record<
  Exclude<Measurement['outcome'], 'measured'>,
  { verdict: Verdict; says: string; ofPython?: string; check?: string }
> = {
  incorrect: { verdict: 'incorrect', says: 'Wrong result' },
  rejected: { verdict: 'rejected', says: 'It breaks a rule' },
  crashed: { verdict: 'crashed', says: 'It crashed', check: 'runs' },
  'timed-out': { verdict: 'timed-out', says: 'It did not finish', check: 'runs' },
  // It had passed alone, and its inputs and outputs are its own: whatever went wrong came from beside it.
  'baseline-failed': {
    verdict: 'rejected',
    says: 'The baseline, which passes its check alone, fails beside it',
    check: 'baseline',
  },
  // Its text was looked at before; it fails at a shape that only this measurement has.
  'bad-reference': { verdict: 'rejected', says: 'The configuration is at fault', check: 'oracle' },
  'load-failed': {
    verdict: 'build-failed',
    says: 'It compiles but cannot be loaded',
    ofPython: 'It cannot be loaded',
    check: 'loads',
  },
};
