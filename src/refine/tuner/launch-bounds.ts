import type { Node } from 'web-tree-sitter';
import { around } from './constants.ts';
import { kernelOf, type Launch } from './launches.ts';

/** What says nothing of threads and registers; another word, such as `__maxnreg__` or a macro, may do so. */
const SPECIFIERS = new Set(['__global__', 'void', 'static', 'inline', '__forceinline__', 'extern', 'C', 'auto']);

/** Each word of a source that is a name in its code, where it stands. */
export type Mentions = ReadonlyMap<string, readonly Node[]>;

export function mentionsIn(root: Node): Mentions {
  const mentions = new Map<string, Node[]>();
  for (const node of root.descendantsOfType('identifier')) {
    const known = mentions.get(node.text);
    if (known === undefined) mentions.set(node.text, [node]);
    else known.push(node);
  }
  return mentions;
}

/** Whether nothing is said of a kernel's threads, at its definition or at another declaration. `head` is what stands before its name. */
export function hasFreeBounds(kernel: string, head: string, definition: Node): boolean {
  let before = definition.previousSibling;
  while (before?.type === 'comment') before = before.previousSibling;
  // A macro before all of it.
  const isPreceded =
    before?.type === 'ERROR' || (before?.type === 'expression_statement' && !before.text.endsWith(';'));
  return (
    !isPreceded &&
    (head.match(/\w+/g) ?? []).every((word) => SPECIFIERS.has(word)) &&
    definition.tree.rootNode
      .descendantsOfType('launch_bounds')
      .every((bounds) => simple(kernelOf(bounds)) !== simple(kernel))
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
  return threads.size === 1 && isKnown && isOnlyLaunched(name, definition, mentions) ? [...threads][0] : undefined;
}

/** `ns::k<float>` is k. */
function simple(name: string): string {
  return name.replace(/<.*$/s, '').split('::').at(-1) ?? name;
}

/** Whether a name is that of one constant above a kernel, and of nothing else anywhere. */
function isConstantAbove(name: string, definition: Node, mentions: Mentions): boolean {
  if (!/^\w+$/.test(name)) return false;
  const declared = mentions.get(name)?.filter(isDeclared) ?? [];
  if (declared.length !== 1) return false;
  const root = definition.tree.rootNode;
  const above = root.text.slice(0, definition.startIndex - root.startIndex);
  return new RegExp(`^(?:#define ${name}\\b|(?:static |inline )*const.*\\b${name} *=)`, 'm').test(above);
}

function isDeclared({ id, parent }: Node): boolean {
  return parent?.childForFieldName('declarator')?.id === id || parent?.childForFieldName('name')?.id === id;
}

/** Whether a kernel is named only where it is declared, launched or asked about; it can be launched by a pointer and in a macro, too. */
function isOnlyLaunched(kernel: string, { tree }: Node, mentions: Mentions): boolean {
  const word = new RegExp(`\\b${kernel}\\b`);
  return (
    mentions.get(kernel)?.every(isPlainMention) === true &&
    tree.rootNode.descendantsOfType('preproc_arg').every(({ text }) => !word.test(text))
  );
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
