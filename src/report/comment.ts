import type { RunOutcome } from '../core/outcome.ts';
import type { ReportContext } from './context.ts';
import { COMMENT_LIMIT, type Limit } from './fit.ts';
import { renderReport } from './report.ts';

/** The most characters of a command's answer, for which every comment leaves room. */
export const ANSWER_ROOM = 4_000;

/** First line of our comment, unseen: by it and by its author a later run finds the comment again. */
export const COMMENT_MARKER = '<!-- kernelwright:report -->';

/** What a comment may hold beside its marker and an answer. */
export const COMMENT_ROOM: Limit = {
  ...COMMENT_LIMIT,
  size: COMMENT_LIMIT.size - ANSWER_ROOM - `${COMMENT_MARKER}\n\n\n`.length,
};

/** The one comment on a pull request: never longer than GitHub takes. */
export function renderComment(outcome: RunOutcome, context: ReportContext): string {
  return `${COMMENT_MARKER}\n${renderReport(outcome, context, COMMENT_ROOM)}`;
}
