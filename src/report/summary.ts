import type { RunOutcome } from '../core/outcome.ts';
import type { ReportContext } from './context.ts';
import { SUMMARY_LIMIT } from './fit.ts';
import { renderReport } from './report.ts';

/** The job summary: the comment's content, with room for all of it. */
export function renderSummary(outcome: RunOutcome, context: ReportContext): string {
  return `${renderReport(outcome, context, SUMMARY_LIMIT)}\n`;
}
