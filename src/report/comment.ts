import type { RunOutcome } from '../core/outcome.ts';
import type { ReportContext } from './context.ts';
import { COMMENT_LIMIT, type Limit } from './fit.ts';
import { renderReport } from './report.ts';

/** First line of our comment, unseen: by it and by its author a later run finds the comment again. */
export const COMMENT_MARKER = '<!-- kernelwright:report -->';

/** The one comment on a pull request: never longer than GitHub takes. */
export function renderComment(outcome: RunOutcome, context: ReportContext): string {
  const marker = `${COMMENT_MARKER}\n`;
  const room: Limit = { ...COMMENT_LIMIT, size: COMMENT_LIMIT.size - marker.length };
  return marker + renderReport(outcome, context, room);
}
