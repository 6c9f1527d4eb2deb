import { posix } from 'node:path';
import type { BuildOptions } from '../core/target.ts';
import { parseArchitecture } from './architecture.ts';
import { parseFlag } from './compile-flags.ts';
import { quote, type Report } from './issues.ts';
import type { Parsed } from './parsed.ts';
import type { WrittenTarget } from './schema.ts';
import { parseRepositoryPath } from './source-path.ts';

/** What is compiled as a source beside the first. */
const EXTENSIONS = ['.cu', '.cpp', '.cc', '.c'];

/**
 * Reads how a launcher or kernel is built; undefined where nothing is asked for. What is wrong is reported, and the result is then of
 * no use.
 */
export function readBuild(written: WrittenTarget, report: Report): BuildOptions | undefined {
  if (written.kind !== 'launcher' && written.kind !== 'kernel') return undefined;
  const { source } = written;
  const build = {
    sources: readList('sources', written.sources, (text) => parseExtraSource(text, source), report),
    include: readList('include', written.include, parseFolder, report),
    flags: readFlags(written.flags, report),
    architectures: readList('architectures', written.architectures, parseArchitecture, report),
  };
  return Object.values(build).some((list) => list.length > 0) ? build : undefined;
}

function readList<T>(
  key: 'sources' | 'include' | 'architectures',
  written: readonly T[],
  parse: (one: T) => Parsed<string>,
  report: Report,
): string[] {
  const read: string[] = [];
  for (const [index, one] of written.entries()) {
    const parsed = parse(one);
    if (!parsed.ok) report([key, index], `${quote(one)} ${parsed.problem}`);
    else if (read.includes(parsed.value)) report([key, index], `${quote(one)} stands here a second time; remove it`);
    else read.push(parsed.value);
  }
  return read;
}

function parseExtraSource(text: string, source: string): Parsed<string> {
  const path = parseRepositoryPath(text);
  if (!path.ok) return path;
  const problem = (words: string): Parsed<string> => ({ ok: false, problem: words });
  if (/\.(cuh|hpp|hh|h|inl)$/.test(text))
    return problem('is a header, which comes with whatever includes it; remove it');
  if (!EXTENSIONS.includes(posix.extname(text)))
    return problem(`is not a source that can be compiled; name a ${EXTENSIONS.join(', ')} file`);
  if (path.value === posix.normalize(source)) return problem('is the target\'s own "source"; name further files here');
  return path;
}

function parseFolder(text: string): Parsed<string> {
  if (/^-I./.test(text))
    return { ok: false, problem: `has a flag in front; write the folder alone: "${text.slice(2)}"` };
  const path = parseRepositoryPath(text);
  if (!path.ok) return path;
  const problem = (words: string): Parsed<string> => ({ ok: false, problem: words });
  if (/\.(cuh?|hpp|hh|h|inl)$/.test(text)) return problem(`is a file; name its folder: "${posix.dirname(path.value)}"`);
  if (text.includes(',')) return problem('has a comma in it, at which nvcc would cut it in two; rename the folder');
  return { ok: true, value: path.value.replace(/(?<=.)\/$/, '') };
}

/** Two flags that set the same thing would depend on which compiler reads them. */
function readFlags(written: readonly string[], report: Report): string[] {
  const set = new Map<string, string>();
  for (const [index, text] of written.entries()) {
    const flag = parseFlag(text);
    if (!flag.ok) {
      report(['flags', index], `${quote(text)} ${flag.problem}`);
      continue;
    }
    const { sets, canonical } = flag.value;
    const before = set.get(sets);
    if (before === undefined) set.set(sets, canonical);
    else if (before === canonical) report(['flags', index], `${quote(text)} stands here a second time; remove it`);
    else report(['flags', index], `${quote(text)} contradicts ${quote(before)} before it; keep one of them`);
  }
  return [...set.values()];
}
