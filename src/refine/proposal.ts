import type { SourceFile } from '../core/source.ts';
import { oneLine } from './data-block.ts';
import { type Fence, fenceFor, splitFences } from './fences.ts';

export type Proposal =
  | {
      readonly kind: 'proposal';
      /** The model's own first paragraph, on one line, at most 600 characters; untrusted. */
      readonly summary: string;
      /** Only the files that it changes. */
      readonly files: readonly SourceFile[];
    }
  /** `problem` is written for the model: what was wrong and what to send instead. */
  | { readonly kind: 'malformed'; readonly problem: string };

const BYTE_ORDER_MARK = /^\ufeff/;
const MOST_BYTES = 1024 * 1024;
const LONGEST_SUMMARY = 600;

/**
 * The files in an answer. `writable` names the only paths that may be written, and shows which files are unchanged; line
 * ends and byte order marks follow its files, so that a diff shows only what was meant.
 */
export function parseProposal(answer: string, writable: readonly SourceFile[]): Proposal {
  const { fences, prose } = splitFences(withoutThoughts(answer));

  const open = fences.find((fence) => !fence.closed);
  if (open) {
    return malformed(
      `The code block that opens in line ${open.line} of your answer is never closed, so the file in it may be cut. Send every file complete, and close each fence.`,
    );
  }
  const named = fences.filter((fence) => pathOf(fence) !== undefined);
  if (named.length === 0) {
    return malformed(`Your answer holds no file: no fenced block names a path. ${howTo(writable)}`);
  }

  const files: SourceFile[] = [];
  for (const fence of named) {
    const path = pathOf(fence) ?? '';
    const original = writable.find((file) => file.path === path);
    const problem = original ? fileProblem(fence.content, original, files) : pathProblem(path, writable);
    if (problem !== undefined) return malformed(problem);
    // Half of a surrogate pair is no text: it could not be written as UTF-8, and what is hashed here must be what is built.
    const content = fence.content.toWellFormed();
    files.push({
      path,
      content: original === undefined ? content : writtenAs(original.content, content),
    });
  }
  const before = prose.slice(0, fences.indexOf(named[0] as Fence) + 1);
  return { kind: 'proposal', summary: firstParagraph(before.join('\n\n')), files };
}

/** `content` with the line ends and the byte order mark of the file that it replaces, neither of which a model sees. */
function writtenAs(original: string, content: string): string {
  const text = content.replace(BYTE_ORDER_MARK, '');
  const lines = original.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text;
  return BYTE_ORDER_MARK.test(original) ? `\ufeff${lines}` : lines;
}

/**
 * Local reasoning models put their thoughts, with drafts of the files in them, in front of the answer. Where the chat template begins them only
 * their end is seen; where their end is missing there is no answer yet.
 */
function withoutThoughts(answer: string): string {
  const [, rest] = /^\s*<think>([\s\S]*)$/.exec(answer) ?? [];
  if (rest !== undefined)
    return rest.includes('</think>') ? rest.slice(rest.indexOf('</think>') + '</think>'.length) : '';
  const end = /^[ \t]*<\/think>[ \t]*$/m.exec(answer);
  return end === null ? answer : answer.slice(end.index + end[0].length);
}

/** A proposal as the model should have written it; what later turns see of earlier ones. */
export function renderProposal(summary: string, files: readonly SourceFile[]): string {
  const blocks = files.map(({ path, content }) => {
    const fence = fenceFor(content);
    return `${fence}${infoFor(path)}\n${content.endsWith('\n') ? content : `${content}\n`}${fence}`;
  });
  return [summary || '(No summary was given.)', ...blocks].join('\n\n');
}

function infoFor(path: string): string {
  const language = path.endsWith('.py') ? 'python' : 'cuda';
  return `${language} path=${/^[^\s"'`]+$/.test(path) ? path : JSON.stringify(path)}`;
}

function pathOf(fence: Fence): string | undefined {
  const match = /(?:^|\s)path=(?:"([^"]*)"|'([^']*)'|(\S*))/.exec(fence.info);
  return match ? (match[1] ?? match[2] ?? match[3] ?? '') : undefined;
}

function pathProblem(path: string, writable: readonly SourceFile[]): string {
  return `The path ${JSON.stringify(oneLine(path).slice(0, 200))} is not a file that you may write. ${howTo(writable)}`;
}

function fileProblem(content: string, original: SourceFile, earlier: readonly SourceFile[]): string | undefined {
  const name = JSON.stringify(original.path);
  if (earlier.some((file) => file.path === original.path)) {
    return `Your answer holds two blocks for ${name}. Send one block for each file, with the final version in it; leave the path out of any other block.`;
  }
  if (content.trim() === '') return `The block for ${name} is empty. Send the complete file.`;
  if (Buffer.byteLength(content) > MOST_BYTES)
    return `The block for ${name} is larger than 1 MiB. Send a shorter file.`;
  if (content.includes('\0')) return `The block for ${name} holds a NUL character, which no source file may.`;
  if (plain(content) === plain(original.content)) {
    return `The block for ${name} is the present source, unchanged. Send a version that differs, or leave out a file that needs no change.`;
  }
  return undefined;
}

/** What tells two versions apart. */
function plain(text: string): string {
  return text.replace(BYTE_ORDER_MARK, '').replaceAll('\r\n', '\n').trimEnd();
}

function howTo(writable: readonly SourceFile[]): string {
  const openings = writable.map((file) => `\`\`\`${infoFor(file.path)}`).join(' or ');
  return `Put the complete file into a block that opens with ${openings} and closes with \`\`\`.`;
}

/** Headings are no summary. */
function firstParagraph(prose: string): string {
  const paragraphs = prose.split(/\n\s*\n/).map((paragraph) => paragraph.replace(/^\s*#.*$/gm, '').trim());
  const first = oneLine(paragraphs.find((paragraph) => paragraph !== '') ?? '').replace(/ +/g, ' ');
  return first.length > LONGEST_SUMMARY ? `${first.slice(0, LONGEST_SUMMARY - 1)}…` : first;
}

function malformed(problem: string): Proposal {
  return { kind: 'malformed', problem };
}
