import { findOwnComment } from '../deliver/own-comment.ts';
import { cancelRuns, runningRuns } from '../deliver/running.ts';
import type { Command } from '../events/command/command.ts';
import { formatCommand } from '../events/command/format.ts';
import { usage } from '../events/command/usage.ts';
import { headOf, type PinnedHead } from '../events/pin.ts';
import type { CommandRequest } from '../events/request.ts';
import type { AnswerKind } from '../report/answer.ts';
import type { JobDoor } from './door.ts';

/** What a command is answered with. `lines` stand in a block of their own: in a sentence addresses and SHAs are broken up, so that none becomes a link. */
export interface Answer {
  readonly kind: AnswerKind;
  readonly text: string;
  readonly lines?: readonly string[];
}

export function help(text: string): Answer {
  return { kind: 'help', text, lines: usage().split('\n') };
}

export async function tellStatus(door: JobDoor, request: CommandRequest): Promise<Answer> {
  const { runs } = await running(door, request);
  const own = await findOwnComment(door.octokit, request);
  const known = own === undefined ? 'Nothing was reported on this pull request yet.' : 'What is known stands below.';
  const now = runs.length === 0 ? 'No run is going on for the present head.' : 'A run is going on.';
  return { kind: 'status', text: `${now} ${known}`, lines: runs.map(({ url }) => url) };
}

export async function cancelRunning(door: JobDoor, request: CommandRequest): Promise<Answer> {
  const found = await running(door, request);
  return { kind: 'status', text: await cancelRuns(door.octokit, found), lines: found.runs.map(({ url }) => url) };
}

async function running({ octokit }: JobDoor, request: CommandRequest) {
  const { owner, repo } = request;
  const headSha = await headOf(octokit, request);
  return { owner, repo, runs: await runningRuns(octokit, { owner, repo, headSha }) };
}

/** Why there is no run, and the same command with the SHA that would start one. */
export function notPinned(
  command: Extract<Command, { readonly targets: readonly string[] }>,
  { reason, sha }: Extract<PinnedHead, { kind: 'refused' }>,
): Answer {
  const better = sha === undefined ? [] : [formatCommand({ ...command, options: { ...command.options, sha } })];
  return { ...refusal(sentence(reason)), lines: better };
}

export function refusal(text: string): Answer {
  return { kind: 'refusal', text };
}

export function sentence(reason: string): string {
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
}
