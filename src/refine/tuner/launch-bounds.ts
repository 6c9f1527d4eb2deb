import type { Node } from 'web-tree-sitter';
import { around } from './constants.ts';
import { kernelOf, type Launch } from './launches.ts';

/** What says nothing of threads and registers; another word, such as `__maxnreg__` or a macro, may do so. */
const SPECIFIERS = new Set(['__global__', 'void', 'static', 'inline', '__forceinline__', 'extern', 'C', 'auto']);

/** What a source says of its names, read once for all of its kernels. */
export interface Mentions {
  /** Each word that is a name in its code, where it stands. */
  readonly names: ReadonlyMap<string, readonly Node[]>;
  /** The kernels with `__launch_bounds__`, at whichever declaration. */
  readonly bounded: ReadonlySet<string>;
  /** What its macros stand for. */
  readonly macros: readonly string[];
}

export function mentionsIn(root: Node): Mentions {
  const names = new Map<string, Node[]>();
  for (const node of root.descendantsOfType('identifier')) {
    const known = names.get(node.text);
    if (known === undefined) names.set(node.text, [node]);
    else known.push(node);
  }
  return {
    names,
    bounded: new Set(root.descendantsOfType('launch_bounds').map((bounds) => simple(kernelOf(bounds)))),
    macros: root.descendantsOfType('preproc_arg').map(({ text }) => text),
  };
}

/** Whether nothing is said of a kernel's threads, at its definition or at another declaration. `head` is what stands before its name. */
export function hasFreeBounds(kernel: string, head: string, definition: Node, { bounded }: Mentions): boolean {
  let before = definition.previousSibling;
  while (before?.type === 'comment') before = before.previousSibling;
  // A macro before all of it.
  const isPreceded =
    before?.type === 'ERROR' || (before?.type === 'expression_statement' && !before.text.endsWith(';'));
  return (
    !isPreceded && (head.match(/\w+/g) ?? []).every((word) => SPECIFIERS.has(word)) && !bounded.has(simple(kernel))
  );
}

/**
 * The threads of a kernel's blocks in names that are known above it; undefined where the launches differ, or may not all be seen: a bound that
 * one exceeds makes it fail.
 */
export function threadsOf(
  kernel: string,
  definition: Node,
  mentions: Mentions,
  launches: readonly Launch[],
): string | undefined {
  const name = simple(kernel);
  const blocks = launches.filter((launch) => simple(launch.kernel) === name).map(({ block }) => block);
  const threads = new Set(blocks.map((block) => block.map(({ text }) => text).join(' * ')));
  const isKnown = blocks.every(
    (block) => block.length > 0 && block.every(({ text }) => isConstantAbove(text, definition, mentions)),
  );
  return threads.size === 1 && isKnown && isOnlyLaunched(name, mentions) ? [...threads][0] : undefined;
}

/** `ns::k<float>` is k. */
function simple(name: string): string {
  return name.replace(/<.*$/s, '').split('::').at(-1) ?? name;
}

/** Whether a name is that of one constant above a kernel, and of nothing else anywhere. */
function isConstantAbove(name: string, definition: Node, mentions: Mentions): boolean {
  if (!/^\w+$/.test(name)) return false;
  const declared = mentions.names.get(name)?.filter(isDeclared) ?? [];
  if (declared.length !== 1) return false;
  const root = definition.tree.rootNode;
  const above = root.text.slice(0, definition.startIndex - root.startIndex);
  return new RegExp(`^(?:#define ${name}\\b|(?:static |inline )*const.*\\b${name} *=)`, 'm').test(above);
}

function isDeclared({ id, parent }: Node): boolean {
  return parent?.childForFieldName('declarator')?.id === id || parent?.childForFieldName('name')?.id === id;
}

/** Whether a kernel is named only where it is declared, launched or asked about; it can be launched by a pointer and in a macro, too. */
function isOnlyLaunched(kernel: string, { names, macros }: Mentions): boolean {
  const word = new RegExp(`\\b${kernel}\\b`);
  return names.get(kernel)?.every(isPlainMention) === true && !macros.some((text) => word.test(text));
}

function isPlainMention(node: Node): boolean {
  const outer = around(node, 'function_declarator', 'call_expression', 'compound_statement');
  if (outer?.type !== 'call_expression') return outer?.type === 'function_declarator';
  const called = outer.childForFieldName('function');
  const isCalled = called !== null && node.endIndex <= called.endIndex;
  return isCalled
    ? outer.children.some(({ type }) => type === 'kernel_call_syntax')
    : /^cuda(Func|Occupancy)/.test(called?.text ?? '');
}
