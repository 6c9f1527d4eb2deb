import { applyStored } from '../deliver/apply.ts';
import { findOwnComment } from '../deliver/own-comment.ts';
import type { Command } from '../events/command/command.ts';
import { pinHead } from '../events/pin.ts';
import type { CommandRequest, OptimizeRequest } from '../events/request.ts';
import { unlinked } from '../report/escape.ts';
import { type Answer, notPinned, refusal, sentence } from './command-answers.ts';
import type { JobDoor } from './door.ts';
import { combined, storedIn } from './stored.ts';

/** Commits what was confirmed before and waits in our comment, if head and files are still those that were measured. */
export async function applyConfirmed(
  door: JobDoor,
  request: CommandRequest,
  command: Extract<Command, { verb: 'apply' }>,
): Promise<Answer> {
  const { targets, options } = command;
  const pinned = await pinHead(door.octokit, request, options.sha);
  if (pinned.kind === 'refused') return notPinned(command, pinned);
  const own = await findOwnComment(door.octokit, request);
  const stored = own === undefined ? [] : storedIn(own.body);
  const chosen = stored.filter(({ target }) => targets.length === 0 || targets.includes(target));
  const unknown = targets.filter((name) => stored.every(({ target }) => target !== name));
  if (chosen.length === 0 || unknown.length > 0) {
    const names = stored.map(({ target }) => target);
    const known =
      names.length === 0
        ? 'no confirmed result is kept in the comment on this pull request'
        : `the results that are kept are of ${names.join(', ')}`;
    return refusal(
      `There is nothing to apply${unknown.length > 0 ? ` for ${unknown.join(', ')}` : ''}: ${known}; the patches are among the artifacts of the run.`,
    );
  }
  const together = combined(chosen);
  if (together === undefined) {
    return refusal(
      'These results change the same file, and no measurement is of them together; apply one of them by its name.',
    );
  }
  const applied = await applyStored(door.octokit, requestFor(door, pinned.request, together.target, request), together);
  if (applied.kind !== 'committed') return refusal(sentence(applied.reason));
  door.output('delivered', JSON.stringify([applied.url]));
  return { kind: 'status', text: `${together.target} was applied.`, lines: [applied.url] };
}

function requestFor(
  door: JobDoor,
  { owner, repo, pullRequest, head, base }: OptimizeRequest,
  target: string,
  { comment }: CommandRequest,
) {
  const title = `Make ${unlinked(target, 200)} faster`;
  return {
    ...{ owner, repo, pullRequest, head, base: { ref: base.ref } },
    ...{ title, body: '', run: door.runUrl ?? door.runId },
    message: `${title}\n\nA confirmed result for ${head.sha}, applied as ${comment.login} asked.`,
  };
}
