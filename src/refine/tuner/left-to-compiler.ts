import type { Node } from 'web-tree-sitter';
import { operation } from '../../targets/formula.ts';
import type { Constant, Constants } from './constants.ts';
import { hasFreeBounds, type Mentions, mentionsIn, threadsOf } from './launch-bounds.ts';
import { type Launch, MOST_RESIDENT, MOST_THREADS, residentsName } from './launches.ts';
import { aboveLoop, plainLoopsOf } from './plain-loops.ts';

/**
 * What a source could say of the loops of its kernels and does not: how many bodies of a loop stand behind each other, and, by
 * `__launch_bounds__`, how many blocks a multiprocessor shall hold. The two belong together: more loads on their way need more registers, and
 * as long as nothing is said of those, nvcc gives a small kernel so few that all threads fit.
 */
export function leftToCompiler(root: Node, launches: readonly Launch[]): Constants {
  const mentions = mentionsIn(root);
  const left = root.descendantsOfType('function_definition').map((node) => leftIn(node, mentions, launches));
  return { found: left.flatMap(({ found }) => found), limits: left.flatMap(({ limits }) => limits) };
}

const NOTHING: Constants = { found: [], limits: [] };

function leftIn(node: Node, mentions: Mentions, launches: readonly Launch[]): Constants {
  const declarator = node.childForFieldName('declarator');
  const name = nameIn(declarator);
  if (declarator === null || name === undefined) return NOTHING;
  const head = node.text.slice(0, declarator.startIndex - node.startIndex);
  const isKernel = head.includes('__global__');
  const loops = plainLoopsOf(node);
  if (loops.length === 0 || !(isKernel || head.includes('__device__'))) return NOTHING;
  const line = node.startPosition.row + 1;
  const unroll: Constant = { name: `unroll of ${name}`, kind: 'loops', value: 0, line, places: loops.map(aboveLoop) };
  if (!isKernel || !hasFreeBounds(name, head, node, mentions)) return { found: [unroll], limits: [] };
  const at = declarator.startIndex;
  const threads = threadsOf(name, node, mentions, launches);
  const place = { start: at, end: at, around: [`__launch_bounds__(${threads ?? MOST_THREADS}, `, ') '] as const };
  const residents: Constant = { name: residentsName(name), kind: 'occupancy', value: 0, line, places: [place] };
  // ptxas would ignore more than fit, with a warning.
  const fitting = { amount: operation('*', MOST_THREADS, residents.name), most: MOST_RESIDENT };
  return { found: [unroll, residents], limits: threads === undefined ? [fitting] : [] };
}

/** Undefined for what the parser did not understand, such as a macro before the name. */
function nameIn(declarator: Node | null): string | undefined {
  let inner = declarator;
  for (let next = inner; next !== null; next = next.childForFieldName('declarator')) inner = next;
  return inner !== null && /^[\w:]+(\(\))?$/.test(inner.text) ? inner.text : undefined;
}
