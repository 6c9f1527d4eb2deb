import type { Node } from 'web-tree-sitter';
import { around } from './constants.ts';
import { kernelOf, type Launch } from './launches.ts';

/** What says nothing of threads and registers; another word, such as `__maxnreg__` or a macro, may do so. */
const SPECIFIERS = new Set(['__global__', 'void', 'static', 'inline', '__forceinline__', 'extern', 'C', 'auto']);

/** Whether nothing is said of a kernel's threads, at its definition or at another declaration. `head` is what stands before its name. */
export function hasFreeBounds(kernel: string, head: string, definition: Node, root: Node): boolean {
  let before = definition.previousSibling;
  while (before?.type === 'comment') before = before.previousSibling;
  // A macro before all of it.
  const isPreceded =
    before?.type === 'ERROR' || (before?.type === 'expression_statement' && !before.text.endsWith(';'));
  return (
    !isPreceded &&
    (head.match(/\w+/g) ?? []).every((word) => SPECIFIERS.has(word)) &&
    root.descendantsOfType('launch_bounds').every((bounds) => simple(kernelOf(bounds)) !== simple(kernel))
  );
}

/**
 * The threads of a kernel's blocks in names that are known above it; undefined where the launches differ, or may not all be seen: a bound that
 * one exceeds makes it fail.
 */
export function threadsOf(
  kernel: string,
  definition: Node,
  root: Node,
  launches: readonly Launch[],
): string | undefined {
  const name = simple(kernel);
  const blocks = launches.filter((launch) => simple(launch.kernel) === name).map(({ block }) => block);
  const threads = new Set(blocks.map((block) => block.map(({ text }) => text).join(' * ')));
  const isKnown = blocks.flat().every(({ text }) => isConstantAbove(text, definition, root));
  return threads.size === 1 && isKnown && isOnlyLaunched(name, root) ? [...threads][0] : undefined;
}

/** `ns::k<float>` is k. */
function simple(name: string): string {
  return name.replace(/<.*$/s, '').split('::').at(-1) ?? name;
}

/** Whether a name is that of one constant above a kernel, and of nothing else anywhere. */
function isConstantAbove(name: string, definition: Node, root: Node): boolean {
  if (!/^\w+$/.test(name)) return false;
  const above = root.text.slice(0, definition.startIndex - root.startIndex);
  const isConstant = new RegExp(`^(?:#define ${name}\\b|(?:static |inline )*const.*\\b${name} *=)`, 'm').test(above);
  const declared = root.descendantsOfType('identifier').filter((node) => node.text === name && isDeclared(node));
  return isConstant && declared.length === 1;
}

function isDeclared({ id, parent }: Node): boolean {
  return parent?.childForFieldName('declarator')?.id === id || parent?.childForFieldName('name')?.id === id;
}

/** Whether a kernel is named only where it is declared, launched or asked about; it can be launched by a pointer and in a macro, too. */
function isOnlyLaunched(kernel: string, root: Node): boolean {
  const word = new RegExp(`\\b${kernel}\\b`);
  return (
    root.descendantsOfType('preproc_arg').every(({ text }) => !word.test(text)) &&
    root
      .descendantsOfType('identifier')
      .filter(({ text }) => text === kernel)
      .every(isPlainMention)
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
