import { RUN_TRAILER } from '../core/own-commit.ts';
import { oneLine } from '../report/escape.ts';

/** A line of a block of trailers as git writes it. */
const TRAILER_LINE = /^[A-Za-z][A-Za-z0-9-]*: \S/;

/** The message with, as its last line, the trailer by which `isOwnCommit` knows our commits. */
export function markedMessage(message: string, run: string): string {
  const text = message.toWellFormed().replaceAll('\0', '').replace(/\r\n?/g, '\n').trim() || 'Make a kernel faster';
  const paragraphs = text.split(/\n\n+/);
  const last = paragraphs.at(-1) ?? '';
  const endsWithTrailers = paragraphs.length > 1 && last.split('\n').every((line) => TRAILER_LINE.test(line));
  return `${text}${endsWithTrailers ? '\n' : '\n\n'}${RUN_TRAILER}: ${oneLine(run, 200) || 'unnamed'}\n`;
}
