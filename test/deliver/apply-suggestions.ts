import { marked } from 'marked';

interface Posted {
  readonly first: number;
  readonly last: number;
  readonly body: string;
}

/** What a file is once people have accepted all suggestions, read from the Markdown as GitHub does. */
export function applySuggestions(before: string, suggestions: readonly Posted[]): string {
  const lines = before.split('\n').slice(0, -1);
  for (const { first, last, body } of [...suggestions].sort((a, b) => b.first - a.first)) {
    lines.splice(first - 1, last - first + 1, ...replacementIn(body));
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** The lines between the fences; the parser decides where the block ends. */
function replacementIn(body: string): string[] {
  const tokens = marked.lexer(body).filter(({ type }) => type !== 'space');
  const [block] = tokens;
  if (tokens.length !== 1 || block?.type !== 'code' || block.lang !== 'suggestion') {
    throw new Error(`This is not one suggestion: ${JSON.stringify(body)}`);
  }
  return block.raw.trimEnd().split('\n').slice(1, -1);
}
