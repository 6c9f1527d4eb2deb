/** Where a run took place; what a report says beside its numbers. Trusted: it comes from the event and from us. */
export interface ReportContext {
  /** Kernelwright's own. */
  readonly version: string;
  /** These three are absent where the command line works on a checkout. */
  readonly repository?: { readonly owner: string; readonly repo: string };
  readonly pullRequest?: number;
  /** The pull request is from a fork, whose branch is never written to. */
  readonly fromFork?: true;
  /** The commit whose kernels are the baseline. */
  readonly headSha?: string;
  /** Address of the workflow run, whose page shows the job summary. */
  readonly runUrl?: string;
}
