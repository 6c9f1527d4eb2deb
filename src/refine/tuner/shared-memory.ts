import type { Node } from 'web-tree-sitter';
import { type Formula, operation } from '../../targets/formula.ts';
import { parseFormula } from '../../targets/parse-formula.ts';
import { around } from './constants.ts';
import type { Limit } from './space.ts';

/** Of the arrays that a kernel declares; more has to be asked for at the launch, as dynamic shared memory. */
const MOST_STATIC_BYTES = 48 * 1024;

const BYTES: Readonly<Record<string, number>> = {
  double: 8,
  float: 4,
  float2: 8,
  float4: 16,
  int: 4,
  unsigned: 4,
  uint4: 16,
  int4: 16,
  half: 2,
  __half: 2,
  half2: 4,
  __half2: 4,
  __nv_bfloat16: 2,
};

/** What the `__shared__` arrays of each function may hold together; an array of an unknown type or size is not counted. */
export function sharedLimits(root: Node): Limit[] {
  const byFunction = new Map<number, Formula>();
  for (const node of root.descendantsOfType('declaration')) {
    const kernel = around(node, 'function_definition');
    const bytes = BYTES[node.childForFieldName('type')?.text ?? ''];
    const shared = node.children.some((child) => child?.text === '__shared__');
    const external = node.children.some((child) => child?.text === 'extern');
    if (kernel === undefined || bytes === undefined || !shared || external) continue;
    for (const declarator of node.childrenForFieldName('declarator')) {
      const elements = declarator === null ? undefined : elementsOf(declarator);
      if (elements === undefined) continue;
      const sum = operation('+', byFunction.get(kernel.id) ?? 0, operation('*', bytes, elements));
      byFunction.set(kernel.id, sum);
    }
  }
  return [...byFunction.values()].map((amount) => ({ amount, most: MOST_STATIC_BYTES }));
}

/** The product of an array's extents. */
function elementsOf(declarator: Node): Formula | undefined {
  if (declarator.type === 'identifier') return 1;
  const size = declarator.childForFieldName('size');
  const inner = declarator.childForFieldName('declarator');
  if (declarator.type !== 'array_declarator' || size === null || inner === null) return undefined;
  const extent = parseFormula(size.text);
  const rest = elementsOf(inner);
  return extent.ok && rest !== undefined ? operation('*', rest, extent.value) : undefined;
}
