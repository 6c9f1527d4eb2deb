import { ANSWER_ROOM, COMMENT_MARKER } from './comment.ts';
import { escapeText, fence } from './escape.ts';
import { fitTo, type Limit } from './fit.ts';

/** What a command on a pull request is answered with: what can be asked, how it stands, what was misread, what is not allowed. */
export type AnswerKind = 'help' | 'status' | 'mistake' | 'refusal';

const TITLES: Readonly<Record<AnswerKind, string>> = {
  help: 'What can be asked',
  status: 'How it stands',
  mistake: 'This command could not be read',
  refusal: 'This was not done',
};

const BEGIN = '<!-- kernelwright:answer -->';
const END = '<!-- /kernelwright:answer -->';
const LIMIT: Limit = { name: 'an answer', size: ANSWER_ROOM, measure: (text) => text.length };
const MOST_PARAGRAPHS = 8;

/**
 * A short answer as Markdown, for `withAnswer`.
 *
 * @param text what is said, a paragraph for each line; foreign in part
 * @param usage lines that show what can be typed; they give way where there is no room
 */
export function renderAnswer(kind: AnswerKind, text: string, usage: readonly string[] = []): string {
  const paragraphs = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const said = (characters: number, most = MOST_PARAGRAPHS) =>
    paragraphs
      .slice(0, most)
      .map((line) => escapeText(line, characters))
      .join('\n\n');
  return fitTo(LIMIT, {
    blocks: [
      { markdown: `${BEGIN}\n**${TITLES[kind]}**` },
      {
        markdown: said(500),
        shorter: [
          { at: 1, markdown: said(120) },
          { at: 3, markdown: said(120, 1) },
        ],
      },
      ...(usage.length > 0
        ? [{ markdown: fence(usage.join('\n').replaceAll(END, ''), 'text'), shorter: [{ at: 2, markdown: '' }] }]
        : []),
    ],
    notice: '',
    footer: `---\n\n${END}`,
  });
}

/** The one comment with an answer above what it says, in place of an earlier answer; by itself where there is no comment yet. */
export function withAnswer(comment: string | undefined, answer: string): string {
  const body = (comment ?? '').replaceAll('\r\n', '\n');
  // Only at the very beginning: further down the same words may stand in somebody's code.
  const report = body.startsWith(COMMENT_MARKER) ? body.slice(COMMENT_MARKER.length).trimStart() : body.trimStart();
  const end = report.startsWith(BEGIN) ? report.indexOf(END) : -1;
  const rest = end < 0 ? report : report.slice(end + END.length).trimStart();
  return [`${COMMENT_MARKER}\n${answer}`, rest].filter((part) => part !== '').join('\n\n');
}
