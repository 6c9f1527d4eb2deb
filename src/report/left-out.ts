import type { LeftOut } from '../core/outcome.ts';
import { codeText, escapeText } from './escape.ts';

const MOST_LISTED = 20;
const REASON_LENGTH = 400;

/** Targets that could not be read, with the reasons, as a Markdown list under its title. */
export function leftOutList(leftOut: readonly LeftOut[]): string {
  const more = leftOut.length - MOST_LISTED;
  return [
    '**Left out**, because they cannot be read as they are:\n',
    ...leftOut
      .slice(0, MOST_LISTED)
      .map(({ name, because }) => `- ${codeText(name, 80)}: ${escapeText(because, REASON_LENGTH)}`),
    ...(more > 0 ? [`- … and ${more} more`] : []),
  ].join('\n');
}
