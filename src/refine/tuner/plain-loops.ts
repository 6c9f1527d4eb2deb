import type { Node } from 'web-tree-sitter';
import { around, type Constant, decimal } from './constants.ts';

const LOOPS = ['for_statement', 'for_range_loop', 'while_statement', 'do_statement'];
/** A loop of a known number of steps up to this one has no loop left in what nvcc makes of it. */
const UNROLLED_ANYWAY = 8;

/** The loops of a function of which nothing is said, and of which `#pragma unroll` can say something. */
export function plainLoopsOf(definition: Node): Node[] {
  return definition
    .descendantsOfType('for_statement')
    .filter((loop) => isOf(definition, loop) && counts(loop) && standsAlone(loop) && isInnermost(loop));
}

/** Not of a function within it, nor of an argument, which may be a macro's: no pragma may stand there. */
function isOf(definition: Node, loop: Node): boolean {
  return around(loop, 'function_definition', 'argument_list', 'ERROR')?.id === definition.id;
}

/** Up by steps: a loop that halves is a step of a reduction. */
function counts(loop: Node): boolean {
  const step = loop.childForFieldName('update');
  const last = loop.childForFieldName('condition')?.childForFieldName('right');
  return (
    (step?.type === 'update_expression' ? step.text.includes('++') : /^\w+ *\+=/.test(step?.text ?? '')) &&
    !((decimal(last?.text ?? '')?.value ?? Number.POSITIVE_INFINITY) <= UNROLLED_ANYWAY)
  );
}

/** On lines of its own, after a whole statement: a pragma, or a macro for one, would say something of it already. */
function standsAlone(loop: Node): boolean {
  let before = loop.previousSibling;
  while (before?.type === 'comment') before = before.previousSibling;
  return (
    loop.parent?.type === 'compound_statement' &&
    before?.type.startsWith('preproc') === false &&
    /[;{}]$/.test(before.text) &&
    indentOf(loop) !== undefined
  );
}

/** One around others would become long code. */
function isInnermost(loop: Node): boolean {
  return loop.descendantsOfType(LOOPS).length === 1;
}

/** What stands between the end of the line before and the loop, with that end, as the file has it; undefined where that is not only white. */
function indentOf({ parent, startIndex }: Node): string | undefined {
  return /\r?\n[ \t]*$/.exec(parent?.text.slice(0, startIndex - parent.startIndex) ?? '')?.[0];
}

export function aboveLoop(loop: Node): Constant['places'][number] {
  const { startIndex } = loop;
  return { start: startIndex, end: startIndex, around: ['#pragma unroll ', indentOf(loop) ?? '\n'] };
}
