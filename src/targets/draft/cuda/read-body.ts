import type { Node } from 'web-tree-sitter';
import { type Formula, operation } from '../../formula.ts';
import { formulaOf, indexOf } from './c-formula.ts';
import type { Access, Body, LaunchCall } from './c-function.ts';
import { isVector } from './c-type.ts';

const VECTOR_CAST = /<\s*([^<>]*?)\*\s*>|\(\s*((?:const\s+)?\w+)\s*\*\s*\)/;

/** Takes from the tree of a function's body what a draft asks for. */
export function readBody(body: Node): Body {
  const definitions = new Map<string, { value: Formula; vector: boolean }>();
  const dim3s = new Map<string, readonly Formula[]>();
  const bounds: { left: Formula; bound: Formula }[] = [];
  const advanced = new Map<string, Formula>();
  const accesses: { readonly access: Access; readonly at: number }[] = [];
  const launches: LaunchCall[] = [];
  const calls: { callee: string; args: readonly Formula[] }[] = [];
  const kinds = [
    'declaration',
    'binary_expression',
    'assignment_expression',
    'subscript_expression',
    'call_expression',
  ];
  for (const node of body.descendantsOfType(kinds)) {
    switch (node.type) {
      case 'declaration':
        readDeclaration(node, definitions, dim3s);
        break;
      case 'binary_expression':
        bounds.push(...boundIn(node));
        break;
      case 'assignment_expression': {
        const [left, operator] = [node.childForFieldName('left'), node.childForFieldName('operator')?.text];
        const value = formulaOf(node.childForFieldName('right'));
        if (left?.type === 'identifier' && operator === '+=') advanced.set(left.text, value);
        // A variable that is declared first and set later.
        if (left?.type === 'identifier' && operator === '=' && !definitions.has(left.text))
          definitions.set(left.text, { value, vector: false });
        break;
      }
      case 'subscript_expression':
        // What stands right of "=" is read before the left is written.
        accesses.push(
          ...accessIn(node).map((access) => ({
            access,
            at: access.how === 'write' ? endOfAssignment(node) : node.startIndex,
          })),
        );
        break;
      case 'call_expression': {
        const args = (node.childForFieldName('arguments')?.namedChildren ?? []).map(formulaOf);
        const launch = launchIn(node, args, dim3s);
        if (launch !== undefined) launches.push(launch);
        else calls.push({ callee: calleeOf(node).name, args });
      }
    }
  }
  const inOrder = [...accesses].sort((a, b) => a.at - b.at).map(({ access }) => access);
  return { definitions, dim3s, bounds, advanced, accesses: inOrder, launches, calls };
}

function readDeclaration(
  node: Node,
  definitions: Map<string, { value: Formula; vector: boolean }>,
  dim3s: Map<string, readonly Formula[]>,
): void {
  const type = node.childForFieldName('type')?.text ?? '';
  for (const declarator of node.childrenForFieldName('declarator')) {
    // To the grammar, `dim3 grid(rows)` declares a function that takes `rows`.
    if (type === 'dim3' && declarator?.type === 'function_declarator') {
      const taken = declarator.childForFieldName('parameters')?.namedChildren ?? [];
      dim3s.set(
        declarator.childForFieldName('declarator')?.text ?? '',
        taken.map(({ text }) => text),
      );
    }
    if (declarator?.type !== 'init_declarator') continue;
    const value = declarator.childForFieldName('value');
    const name =
      declarator.childForFieldName('declarator')?.text.replace(/^[*&\s]*(?:__restrict__|const|\s)*/, '') ?? '';
    if (value === null || name === '') continue;
    if (type === 'dim3') dim3s.set(name, dim3Of(value, dim3s));
    else if (!definitions.has(name))
      definitions.set(name, { value: formulaOf(value), vector: isVector(type) || castsToVector(value) });
  }
}

/** `dim3(a, b)`, `(a, b)`, `{a, b}`, a variable, or one number. */
function dim3Of(node: Node, dim3s: ReadonlyMap<string, readonly Formula[]>): readonly Formula[] {
  if (node.type === 'call_expression' && node.childForFieldName('function')?.text === 'dim3')
    return (node.childForFieldName('arguments')?.namedChildren ?? []).map(formulaOf);
  if (node.type === 'argument_list' || node.type === 'initializer_list') return node.namedChildren.map(formulaOf);
  return dim3s.get(node.text) ?? [formulaOf(node)];
}

/** `a < b` and `b > a`, also as the negation that leaves: `a >= b`. */
function boundIn(node: Node): { left: Formula; bound: Formula }[] {
  const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
  switch (node.childForFieldName('operator')?.text) {
    case '<':
    case '>=':
      return [{ left: formulaOf(left), bound: formulaOf(right) }];
    case '>':
      return [{ left: formulaOf(right), bound: formulaOf(left) }];
    default:
      return [];
  }
}

function accessIn(node: Node): Access[] {
  const base = node.childForFieldName('argument');
  if (base === null) return [];
  const array = formulaOf(base);
  const [name, offset] =
    typeof array === 'object' && typeof array.operands[0] === 'string' ? array.operands : [array, 0];
  if (typeof name !== 'string') return [];
  const index = offset === 0 ? indexOf(node) : operation('+', offset, indexOf(node));
  return [{ array: name, index, how: usageOf(node), vector: castsToVector(base), line: node.startPosition.row + 1 }];
}

function endOfAssignment(access: Node): number {
  let node: Node | null = access;
  while (node !== null && node.type !== 'assignment_expression') node = node.parent;
  return node?.endIndex ?? access.endIndex;
}

function castsToVector(node: Node): boolean {
  const [, cast, oldCast] = VECTOR_CAST.exec(node.text) ?? [];
  return isVector(cast ?? oldCast ?? '');
}

/** By what stands around an element. */
function usageOf(access: Node): Access['how'] {
  let node = access;
  while (node.parent !== null && ['field_expression', 'parenthesized_expression'].includes(node.parent.type))
    node = node.parent;
  const parent = node.parent;
  if (parent?.type === 'assignment_expression' && parent.childForFieldName('left')?.id === node.id)
    return parent.childForFieldName('operator')?.text === '=' ? 'write' : 'update';
  if (parent?.type === 'update_expression') return 'update';
  const taken = parent?.type === 'pointer_expression' && parent.child(0)?.text === '&';
  return taken && parent.parent?.parent?.childForFieldName('function')?.text.startsWith('atomic') ? 'update' : 'read';
}

function launchIn(
  node: Node,
  args: readonly Formula[],
  dim3s: ReadonlyMap<string, readonly Formula[]>,
): LaunchCall | undefined {
  const how = node.children.find((child) => child?.type === 'kernel_call_syntax');
  if (!how) return undefined;
  const [grid, block, shared] = how.namedChildren;
  const { name, template } = calleeOf(node);
  return {
    callee: name,
    template,
    args,
    grid: grid ? dim3Of(grid, dim3s) : [],
    block: block ? dim3Of(block, dim3s) : [],
    shared: shared ? formulaOf(shared) : 0,
    line: node.startPosition.row + 1,
  };
}

/** Without its namespaces. */
function calleeOf(call: Node): { readonly name: string; readonly template: readonly string[] } {
  let callee = call.childForFieldName('function');
  while (callee?.type === 'qualified_identifier') callee = callee.childForFieldName('name');
  if (callee?.type !== 'template_function') return { name: callee?.text ?? '', template: [] };
  const given = callee.childForFieldName('arguments')?.namedChildren ?? [];
  return { name: callee.childForFieldName('name')?.text ?? '', template: given.map(({ text }) => text) };
}
