import type { Syntax } from './syntax.ts';

/** An `#include` of a file by its name. */
export interface Include {
  /** As written between the quotes or angle brackets. */
  readonly name: string;
  readonly quoted: boolean;
}

/** At the beginning may stand a byte order mark, which editors on Windows leave and compilers pass over. */
const DIRECTIVE = /^\ufeff?[ \t]*#[ \t]*include[ \t]*(?:"([^"\r\n]+)"|<([^>\r\n]+)>)/gm;
/** Without one of these before it, a line that looks like a directive is one: nothing else reaches over the end of a line. */
const REACHES_OVER_LINES = /\/\*|\\\r?\n|R"/;
/** What a directive would stand in that is none. */
const TEXT = new Set(['comment', 'string_literal', 'raw_string_literal', 'char_literal', 'preproc_arg']);
/** Longer text is not parsed, which can take seconds; what looks like an include there counts as one. */
const MOST_PARSED = 64 * 1024;

/**
 * The includes of a C++ or CUDA source in their order, each once, whatever `#if` they stand in; not those in comments and strings.
 * Includes stand at the top as a rule, so only the text up to the last is parsed, and only where a glance is not enough.
 */
export async function includesOf(text: string, syntax: Syntax): Promise<Include[]> {
  const found = [...text.matchAll(DIRECTIVE)];
  const last = found.at(-1);
  if (last === undefined) return [];
  const head = text.slice(0, last.index + last[0].length);
  const certain = head.length > MOST_PARSED || !REACHES_OVER_LINES.test(head);
  // What the parser cannot say in time is taken for what it looks like.
  const real = certain ? found : ((await outsideOfText(head, found, syntax)) ?? found);
  const includes = real.map(([, quoted, angled]) => ({ name: quoted ?? angled ?? '', quoted: quoted !== undefined }));
  return [...new Map(includes.map((include) => [`${include.quoted} ${include.name}`, include])).values()];
}

function outsideOfText(head: string, found: RegExpExecArray[], syntax: Syntax): Promise<RegExpExecArray[] | undefined> {
  return syntax.parse('cuda', closed(head), (root) =>
    found.filter(({ index, 0: directive }) => {
      let node = root.descendantForIndex(index + directive.indexOf('#'));
      while (node !== null && !TEXT.has(node.type)) node = node.parent;
      return node === null;
    }),
  );
}

/** A comment or raw string that the text is cut in would be none to the parser without its end. */
function closed(head: string): string {
  const raw = [...head.matchAll(/R"([^\s()\\]{0,16})\(/g)].at(-1)?.[1];
  return `${head}\n*/\n${raw === undefined ? '' : `)${raw}"\n`}`;
}
