import type { Evidence } from '../core/evidence.ts';

/*
 * What a model or a person needs of a long log. All functions are pure and bounded: a candidate's process can print anything.
 */

const MOST_ERRORS = 4;
const MOST_CHARACTERS = 5_000;
const LONGEST_LINE = 1_000;

/** What people need of what a failed candidate printed; untrusted text still. */
export function readableLog({ log = '', verdict }: Pick<Evidence, 'log' | 'verdict'>): string {
  return verdict === 'build-failed' ? compilerErrors(log) : crashHead(log);
}

/** A sanitizer's report from its first line to the shadow map, which says nothing to readers; of any other log the end. */
function crashHead(log: string): string {
  const lines = linesOf(log);
  const start = lines.findIndex((line) => /(ERROR|WARNING): \w*Sanitizer|runtime error:|^=+ \S/.test(line));
  if (start === -1) return tail(lines, 40);
  const shadow = lines.findIndex((line, index) => index > start && line.startsWith('Shadow bytes around'));
  const report = lines.slice(start, shadow === -1 ? undefined : shadow);
  return bounded(report.slice(0, 40)).trimEnd();
}

/** The first few errors of nvcc, g++, ptxas or the linker, each with the lines that belong to it; else the end of the log. */
export function compilerErrors(log: string): string {
  const lines = linesOf(log);
  const starts = lines.flatMap((line, index) => (isCompilerError(line) ? [index] : []));
  if (starts.length === 0) return tail(lines, 40);

  const kept = new Set<number>();
  for (const start of starts.slice(0, MOST_ERRORS)) {
    // Up to the next message: the source line, the caret, notes on instantiation. Before it: "In function …".
    const end = lines.findIndex((line, index) => index > start && (isCompilerError(line) || /\bwarning\b/.test(line)));
    const last = Math.min(start + 6, (end === -1 ? lines.length : end) - 1);
    if (
      start > 0 &&
      /^(In file included from|.*: In (member )?function|.*: In instantiation)/.test(lines[start - 1] ?? '')
    ) {
      kept.add(start - 1);
    }
    for (let index = start; index <= last; index++) kept.add(index);
  }
  const more = starts.length - MOST_ERRORS;
  return bounded([
    ...pick(lines, kept),
    ...(more > 0 ? [`… and ${more} more ${more === 1 ? 'error' : 'errors'}`] : []),
  ]);
}

/**
 * What a sanitizer or the CUDA runtime says of a crash, with the stack frames in the target's own files; else the end of
 * the log.
 */
export function crashReport(log: string, paths: readonly string[]): string {
  const lines = linesOf(log);
  const names = paths.map((path) => path.slice(path.lastIndexOf('/') + 1));
  const own = (line: string) => names.some((name) => line.includes(name));
  const kept = new Set<number>();
  lines.forEach((line, index) => {
    if (isFrame(line) ? own(line) : isCrashLine(line)) kept.add(index);
  });
  return kept.size === 0 ? tail(lines, 30) : bounded(pick(lines, kept));
}

function isCompilerError(line: string): boolean {
  return /\b(fatal error|error)\b\s*(#\d+|[A-Z]\d+)?\s*:|^ptxas (fatal|error)|undefined (reference|symbol)|multiple definition/i.test(
    line,
  );
}

/** `#3 0x55… in kernel(…) file.cu:12:3`, or compute-sanitizer's `========= at kernel()+0x40 in file.cu:12`. */
function isFrame(line: string): boolean {
  return /^\s*#\d+\s/.test(line) || /^=+\s+(at |Host Frame|Saved host)/.test(line);
}

function isCrashLine(line: string): boolean {
  return (
    /^={3,}\s+\S|^kernelwright emulator:/.test(line) ||
    /(ERROR|SUMMARY): \w*Sanitizer|runtime error:|^(READ|WRITE) of size|is located|overflows this variable/.test(
      line,
    ) ||
    /CUDA error|illegal|misaligned address|deadlock|barrier|terminate called|Assertion|signal|out of memory/i.test(line)
  );
}

function linesOf(log: string): string[] {
  // Terminal colours, and other control characters that a program printed.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  const plain = log.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '').replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '');
  return plain.split('\n').map((line) => (line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line));
}

/** Gaps are shown, so that nobody takes distant lines for neighbours. */
function pick(lines: readonly string[], kept: ReadonlySet<number>): string[] {
  const picked: string[] = [];
  let previous = -1;
  for (const index of [...kept].sort((a, b) => a - b)) {
    if (previous >= 0 && index > previous + 1) picked.push('…');
    picked.push(lines[index] ?? '');
    previous = index;
  }
  return picked;
}

function tail(lines: readonly string[], count: number): string {
  const text = lines.join('\n').trimEnd().split('\n');
  return bounded(text.slice(-count));
}

function bounded(lines: readonly string[]): string {
  const text = lines.join('\n');
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}\n… (cut)` : text;
}
