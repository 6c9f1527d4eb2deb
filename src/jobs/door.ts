import type { CommandOptions } from '../events/command/command.ts';
import type { OUTPUTS } from '../events/inputs.ts';
import type { Octokit } from '../events/octokit.ts';
import type { OptimizeRequest } from '../events/request.ts';
import type { Settings } from '../events/settings.ts';
import type { Harness } from '../measure/harness.ts';
import type { ReportContext } from '../report/context.ts';
import type { Recognizer } from '../targets/kernelbench.ts';

export type OutputName = keyof typeof OUTPUTS;

/** What a job of the action is given by its door: all that reaches GitHub, the runner and the log. */
export interface JobDoor {
  readonly settings: Settings;
  /** The settings with what a command says in place of inputs, by their names. Throws ConfigurationError as `readSettings`. */
  readonly settingsWith: (overrides: Readonly<Record<string, string>>) => Settings;
  readonly octokit: Octokit;
  /** `owner/name` of the repository in which the job runs. */
  readonly repository: string;
  /** Kernelwright's. */
  readonly version: string;
  /** Number of the workflow run, and its address where there is one. */
  readonly runId: string;
  readonly runUrl?: string;
  readonly env: NodeJS.ProcessEnv;
  /** Root of the workspace, absolute. */
  readonly workspace: string;
  readonly findHarness: () => Promise<Harness>;
  readonly recognize: Recognizer;
  /** One line for the log; whatever foreign text is in it is made harmless there. */
  readonly say: (line: string) => void;
  readonly output: (name: OutputName, value: string) => void;
  readonly summarize: (markdown: string) => Promise<void>;
  /** What is still done when the job is cancelled; the last that was given counts, undefined takes it away. */
  readonly onCancel: (work: (() => Promise<void>) | undefined) => void;
}

/** What is to be done for a pull request, pinned, allowed. */
export interface Asked {
  readonly request: OptimizeRequest;
  readonly fromFork: boolean;
  readonly action: 'optimize' | 'bench';
  /** Names of targets; empty for those that the changes reach. */
  readonly names: readonly string[];
  /** What a command said in place of the inputs; in the settings already. */
  readonly options: CommandOptions;
  readonly settings: Settings;
  /** The comment that asked; absent where an event did. */
  readonly command?: { readonly commentId: number; readonly login: string };
}

/** The commit that checks stand on. */
export function headOf({ request: { owner, repo, head } }: Asked) {
  return { owner, repo, headSha: head.sha };
}

export function contextOf({ version, runUrl }: JobDoor, { request, fromFork }: Asked): ReportContext {
  return {
    repository: { owner: request.owner, repo: request.repo },
    pullRequest: request.pullRequest,
    ...(fromFork && { fromFork }),
    headSha: request.head.sha,
    version,
    ...(runUrl === undefined ? {} : { runUrl }),
  };
}

/** A run that finds nothing to do is a success, and quiet. */
export function nothingToDo(door: JobDoor, reason: string): void {
  door.output('improved', 'false');
  door.output('groups', '[]');
  door.say(`Nothing to do: ${reason}.`);
}
