import type { Node } from 'web-tree-sitter';
import type { Constant } from './constants.ts';
import { type Launch, launchesOf, MOST_THREADS, residentsName } from './launches.ts';

/**
 * What a source could say of the loops of its kernels and does not: how many bodies of a loop stand behind each other, and, by
 * `__launch_bounds__`, how many blocks a multiprocessor shall hold. The two belong together: more loads on their way need more registers, and
 * as long as nothing is said of those, nvcc gives a small kernel so few that all threads fit.
 */
export function leftToCompiler(root: Node): Constant[] {
  const launches = launchesOf(root);
  return root.descendantsOfType('function_definition').flatMap((node) => {
    const declarator = node.childForFieldName('declarator');
    const name = declarator?.childForFieldName('declarator')?.text;
    if (declarator === null || name === undefined) return [];
    const head = node.text.slice(0, declarator.startIndex - node.startIndex);
    const isKernel = head.includes('__global__');
    const loops = node.descendantsOfType('for_statement').filter(isPlainLoop);
    if (loops.length === 0 || !(isKernel || head.includes('__device__'))) return [];
    const line = node.startPosition.row + 1;
    const constants: Constant[] = [
      { name: `unroll of ${name}`, kind: 'loops', value: 0, line, places: loops.map(aboveLoop) },
    ];
    if (isKernel && node.descendantsOfType('launch_bounds').length === 0) {
      const at = declarator.startIndex;
      const around = [`__launch_bounds__(${threadsOf(name, node, launches)}, `, ') '] as const;
      constants.push({
        ...{ name: residentsName(name), kind: 'occupancy', value: 0, line },
        places: [{ start: at, end: at, around }],
      });
    }
    return constants;
  });
}

/**
 * An innermost loop that counts up by steps, without a pragma and on lines of its own. One that halves is a step of a reduction, and one around
 * others would become long code.
 */
function isPlainLoop(loop: Node): boolean {
  const step = loop.childForFieldName('update');
  const counts = step?.type === 'update_expression' ? step.text.includes('++') : /^\w+ *\+=/.test(step?.text ?? '');
  let before = loop.previousSibling;
  while (before?.type === 'comment' && before.endPosition.row < loop.startPosition.row) before = before.previousSibling;
  return (
    counts &&
    loop.parent?.type === 'compound_statement' &&
    before?.endPosition.row !== loop.startPosition.row &&
    before?.type !== 'preproc_call' &&
    loop.descendantsOfType(['for_statement', 'while_statement', 'do_statement']).length === 1
  );
}

function aboveLoop({ startIndex, startPosition: { column } }: Node): Constant['places'][number] {
  return { start: startIndex, end: startIndex, around: ['#pragma unroll ', `\n${' '.repeat(column)}`] };
}

/** The threads of a kernel's blocks in names that are known above it; else what no block exceeds. */
function threadsOf(kernel: string, definition: Node, launches: readonly Launch[]): string {
  const above = definition.tree.rootNode.text.slice(0, definition.startIndex);
  const isKnown = ({ text }: Node) =>
    /^\w+$/.test(text) && new RegExp(`^(?:#define ${text}|(?:static |inline )*const.*\\b${text} *=)`, 'm').test(above);
  const blocks = launches.filter((launch) => launch.kernel === kernel).map(({ block }) => block);
  const threads = new Set(
    blocks.map((block) => (block.length > 0 && block.every(isKnown) ? block.map(({ text }) => text).join(' * ') : '')),
  );
  const [only] = threads;
  return threads.size === 1 && only ? only : `${MOST_THREADS}`;
}
