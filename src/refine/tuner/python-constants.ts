import type { Node } from 'web-tree-sitter';
import { around, type Constant, type Constants, constantAt, decimal, isPresent } from './constants.ts';

/** What a Python source writes down as numbers: `BLOCK = 128`, defaults of parameters, and keyword arguments at a Triton kernel's call. */
export function pythonConstants(root: Node): Constants {
  return {
    found: [
      ...root.descendantsOfType('assignment').map(assigned),
      ...root.descendantsOfType(['default_parameter', 'typed_default_parameter']).map(defaulted),
      ...root.descendantsOfType('keyword_argument').map(passed),
    ].filter(isPresent),
    limits: [],
  };
}

function assigned(node: Node): Constant | undefined {
  const [name, value] = [node.childForFieldName('left'), node.childForFieldName('right')];
  return name?.type === 'identifier' && value ? constantAt(value, name.text, 'named') : undefined;
}

/** `BLOCK: tl.constexpr = 128` */
function defaulted(node: Node): Constant | undefined {
  const [name, value] = [node.childForFieldName('name'), node.childForFieldName('value')];
  return name && value ? constantAt(value, name.text, 'default') : undefined;
}

/** `kernel[grid](…, BLOCK=1024, num_warps=4)`: only what is called by a subscript is a kernel. */
function passed(node: Node): Constant | undefined {
  const call = node.parent?.parent;
  const [name, value] = [node.childForFieldName('name'), node.childForFieldName('value')];
  if (call?.childForFieldName('function')?.type !== 'subscript' || !name || !value) return undefined;
  return withBlocks(constantAt(value, name.text, 'argument'), node);
}

/** A number of blocks that is counted by the same literal, as in `triton.cdiv(n, 1024)`, changes with it. */
function withBlocks(constant: Constant | undefined, node: Node): Constant | undefined {
  if (constant === undefined || constant.kind !== 'argument' || !/block|tile|chunk/i.test(constant.name))
    return constant;
  const within = around(node, 'function_definition', 'module');
  const counted = within?.descendantsOfType('call').flatMap((call) => divisor(call, constant.value) ?? []) ?? [];
  return { ...constant, places: [...constant.places, ...counted] };
}

function divisor(call: Node, value: number): Constant['places'][number] | undefined {
  const [, literal, ...rest] = call.childForFieldName('arguments')?.namedChildren ?? [];
  if (!/(^|\.)(cdiv|ceil_div)$/.test(call.childForFieldName('function')?.text ?? '') || rest.length > 0)
    return undefined;
  if (literal === undefined || literal === null || decimal(literal.text)?.value !== value) return undefined;
  return { start: literal.startIndex, end: literal.endIndex };
}
