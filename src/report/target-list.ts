import type { Selection } from '../targets/select.ts';
import { columns } from './columns.ts';
import { painter, plain, type TerminalOptions } from './terminal-text.ts';

/** What changes reach, and what they do not. */
export interface TargetList extends Selection {
  /** Changed files that could be targets, with the reason why they are none. */
  readonly unnamed: readonly { readonly path: string; readonly because: string }[];
}

/** What `kernelwright targets` prints for people. Ends without a line end. */
export function renderTargetList({ selected, leftOut, unnamed }: TargetList, { color }: TerminalOptions): string {
  const paint = painter(color);
  const title = (text: string) => paint('bold', text);
  const rows = (list: readonly { readonly name: string; readonly because: string }[]) =>
    columns(list.map(({ name, because }) => [`  ${plain(name)}`, plain(because)]));
  const others = [...leftOut, ...unnamed.map(({ path, because }) => ({ name: path, because }))];
  const parts = [
    title(selected.length === 0 ? 'Nothing would be optimized.' : `${counted(selected.length)} would be optimized:`),
    rows(selected.map(({ target, because }) => ({ name: target.name, because }))),
    others.length === 0 ? '' : `\n${title('Left out:')}`,
    rows(others),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

/** The same as JSON, in the order of the configuration. */
export function renderTargetListJson({ selected, leftOut, unnamed }: TargetList): string {
  const targets = selected.map(({ target: { name, kind, source, entry }, because }) => ({
    target: name,
    kind,
    source,
    entry,
    because,
  }));
  const left_out = [
    ...leftOut.map(({ name, because }) => ({ target: name, because })),
    ...unnamed.map(({ path, because }) => ({ file: path, because })),
  ];
  return JSON.stringify({ targets, left_out }, undefined, 2);
}

function counted(count: number): string {
  return count === 1 ? '1 target' : `${count} targets`;
}
