import { z } from 'zod';
import { type ParsedComment, parseCommand } from '../command/parse.ts';
import {
  account,
  type GitHubEvent,
  type Ignored,
  ignored,
  isBot,
  type Place,
  placeOf,
  readPayload,
} from './github-event.ts';

/** Somebody wrote a command on a pull request; whether they may is not known yet. */
export interface CommandRequest extends Place {
  readonly kind: 'command';
  /** Number of the pull request. */
  readonly pullRequest: number;
  readonly comment: { readonly id: number; readonly login: string };
  readonly parsed: Exclude<ParsedComment, { readonly kind: 'none' }>;
}

const payloadSchema = z.object({
  action: z.string(),
  sender: account,
  issue: z.object({
    number: z.int().positive(),
    state: z.string(),
    /** Only pull requests have it. */
    pull_request: z.looseObject({}).nullish(),
  }),
  comment: z.object({ id: z.int().positive(), body: z.string(), user: account }),
});

export function fromIssueComment(event: GitHubEvent): CommandRequest | Ignored {
  const payload = readPayload(event, payloadSchema);
  const place = placeOf(event);
  const reason = reasonToIgnore(payload);
  if (reason !== undefined) return ignored(reason);
  const { issue, comment } = payload;
  const parsed = parseCommand(comment.body);
  if (parsed.kind === 'none') {
    return ignored(
      `the comment on pull request #${issue.number} has no command: its first line does not begin with /optimize`,
    );
  }
  return {
    kind: 'command',
    ...place,
    pullRequest: issue.number,
    comment: { id: comment.id, login: comment.user.login },
    parsed,
  };
}

function reasonToIgnore({ action, sender, issue, comment }: z.infer<typeof payloadSchema>): string | undefined {
  // Whoever may edit the comment of somebody else would speak with that person's rights.
  if (action !== 'created') return `the comment was ${action}; only new comments are read`;
  if (issue.pull_request == null) return `the comment is on the issue #${issue.number}; commands work on pull requests`;
  if (issue.state !== 'open') return `pull request #${issue.number} is ${issue.state}`;
  for (const who of [sender, comment.user]) {
    if (isBot(who)) return `the comment was written by the bot ${who.login}; only people give commands`;
  }
  if (sender.login.toLowerCase() !== comment.user.login.toLowerCase()) {
    return `the comment of ${comment.user.login} was sent by ${sender.login}; only whoever wrote it gives a command`;
  }
  return undefined;
}
