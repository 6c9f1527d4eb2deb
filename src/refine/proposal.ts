import type { SourceFile } from '../core/source.ts';
import type { NewFiles } from '../core/target.ts';
import { MOST_NEW_FILES, newFilesProblem } from '../targets/new-files.ts';
import { oneLine } from './data-block.ts';
import { type Fence, fenceFor, splitFences } from './fences.ts';
import type { TargetFiles } from './target-files.ts';

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
 * The files in an answer. `writable` shows which files are unchanged; line ends and byte order marks follow its files, so that a diff shows only
 * what was meant, and those of an added file follow the source.
 */
export function parseProposal(answer: string, own: TargetFiles): Proposal {
  const { writable, readOnly, newFiles } = own;
  const { fences, prose } = splitFences(withoutThoughts(answer));

  const open = fences.find((fence) => !fence.closed);
  if (open) {
    return malformed(
      `The code block that opens in line ${open.line} of your answer is never closed, so the file in it may be cut. Send every file complete, and close each fence.`,
    );
  }
  const withPath = fences.filter((fence) => pathOf(fence) !== undefined);
  if (withPath.length === 0) {
    return malformed(`Your answer holds no file: no fenced block names a path. ${howTo(own)}`);
  }

  const files: SourceFile[] = [];
  for (const fence of withPath) {
    const path = pathOf(fence) ?? '';
    const original = writable.find((file) => file.path === path);
    const problem =
      original === undefined && newFiles === undefined
        ? pathProblem(path, own)
        : fileProblem(path, fence.content, original, files);
    if (problem !== undefined) return malformed(problem);
    // Half of a surrogate pair is no text: it could not be written as UTF-8, and what is hashed here must be what is built.
    const content = fence.content.toWellFormed();
    files.push({ path, content: writtenAs(original?.content ?? withoutMark(writable[0]?.content ?? ''), content) });
  }
  const added = files.filter(({ path }) => writable.every((file) => file.path !== path));
  const refused = newFilesProblem(added, newFiles, [...writable, ...readOnly]);
  if (refused !== undefined) return malformed(`Your answer adds what may not be added: ${refused}. ${howTo(own)}`);
  const before = prose.slice(0, fences.indexOf(withPath[0] as Fence) + 1);
  return { kind: 'proposal', summary: firstParagraph(before.join('\n\n')), files };
}

/** `content` with the line ends and the byte order mark of the file that it replaces, neither of which a model sees. */
function writtenAs(original: string, content: string): string {
  const text = withoutMark(content);
  const lines = original.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text;
  return BYTE_ORDER_MARK.test(original) ? `\ufeff${lines}` : lines;
}

function withoutMark(text: string): string {
  return text.replace(BYTE_ORDER_MARK, '');
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

function pathProblem(path: string, own: TargetFiles): string {
  return `The path ${named(path)} is not a file that you may write. ${howTo(own)}`;
}

/** A path as it is quoted in a sentence. */
function named(path: string): string {
  return JSON.stringify(oneLine(path).slice(0, 200));
}

/** `original` is undefined for a file that is added. */
function fileProblem(
  path: string,
  content: string,
  original: SourceFile | undefined,
  earlier: readonly SourceFile[],
): string | undefined {
  const name = named(path);
  if (earlier.some((file) => file.path === path)) {
    return `Your answer holds two blocks for ${name}. Send one block for each file, with the final version in it; leave the path out of any other block.`;
  }
  if (content.trim() === '') return `The block for ${name} is empty. Send the complete file.`;
  if (Buffer.byteLength(content) > MOST_BYTES)
    return `The block for ${name} is larger than 1 MiB. Send a shorter file.`;
  if (content.includes('\0')) return `The block for ${name} holds a NUL character, which no source file may.`;
  if (original !== undefined && plain(content) === plain(original.content)) {
    return `The block for ${name} is the present source, unchanged. Send a version that differs, or leave out a file that needs no change.`;
  }
  return undefined;
}

/** What tells two versions apart. */
function plain(text: string): string {
  return withoutMark(text).replaceAll('\r\n', '\n').trimEnd();
}

function howTo({ writable, newFiles }: TargetFiles): string {
  const openings = writable.map((file) => `\`\`\`${infoFor(file.path)}`).join(' or ');
  const present = `Put the complete file into a block that opens with ${openings} and closes with \`\`\`.`;
  return newFiles === undefined ? present : `${present} ${addable(newFiles)}`;
}

/** Where files may be added, for the prompt and for an answer that adds others. */
export function addable({ patterns }: NewFiles): string {
  const paths = patterns.map((pattern) => JSON.stringify(pattern)).join(' or ');
  return `You may add up to ${MOST_NEW_FILES} files that are not there yet, at paths of the form ${paths}, where * stands for letters, digits, "_" and, in the name of a header, "-" and ".".`;
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
