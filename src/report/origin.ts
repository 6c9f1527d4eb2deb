import type { ReportContext } from './context.ts';
import { escapeText } from './escape.ts';

/** Who says what stands above, of which commit and in which run, as Markdown. */
export function origin(context: ReportContext): string {
  const run = context.runUrl === undefined ? '' : ` · [run](${address(context.runUrl)})`;
  return `<sub>Kernelwright ${escapeText(context.version, 40)}${commit(context)}${run}</sub>`;
}

/** ` on owner/repo@sha`, as code: a link to the very commit would be noise below it. */
function commit({ repository, headSha }: ReportContext): string {
  if (headSha === undefined) return '';
  return ` on \`${repository ? `${repository.owner}/${repository.repo}@` : ''}${headSha}\``;
}

/** A URL that cannot end its Markdown link. */
export function address(url: string): string {
  return encodeURI(url).replace(/[()\s]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
}
