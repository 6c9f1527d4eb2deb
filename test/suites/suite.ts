/** What one suite found. `problems` are shown at the end, so that nobody has to scroll for them. */
export interface Result {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly Skipped[];
  readonly problems: readonly string[];
}

interface Skipped {
  readonly test: string;
  readonly reason: string;
}

export interface Suite {
  /** As it is selected on the command line. */
  readonly name: string;
  run(): Promise<Result>;
}

export const PASSED: Result = { passed: 1, failed: 0, skipped: [], problems: [] };

export function failed(problem: string): Result {
  return { passed: 0, failed: 1, skipped: [], problems: [problem] };
}

/** What a test runner found. One that ended badly, or that ran nothing, has failed whatever it counted. */
export function judged(runner: string, endedWell: boolean, counted: Omit<Result, 'problems'> | undefined): Result {
  if (counted === undefined) return failed(`${runner} ended without a report.`);
  if (counted.failed > 0) return { ...counted, problems: [`${runner}: ${counted.failed} failed; see above.`] };
  if (counted.passed === 0) return { ...counted, failed: 1, problems: [`${runner} ran no test.`] };
  if (!endedWell) return { ...counted, failed: 1, problems: [`${runner} ended with an error outside of its tests.`] };
  return { ...counted, problems: [] };
}
