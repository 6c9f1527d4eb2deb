import type { Node } from 'web-tree-sitter';
import { bytesOf } from '../../../core/target.ts';
import { type Formula, operation } from '../../formula.ts';
import { IDENTIFIER } from '../../tensor-notation.ts';
import { elementOf } from './c-type.ts';

/** What people call `ceil_div` and the like. */
const CEIL_DIV = /^(ceil_?div|div_?up|cdiv|div_?ceil|ceil_divide|ceildivide|divide_?up|get_num_blocks)$/i;

/**
 * A C expression as a formula. Casts are dropped, `&x[i]` is `x + i`, and what has no equivalent becomes a name by its text, such as `blockIdx.x`,
 * `ids[i]` or `x.size(0)`: `isPlain` tells whether there is such a name in it.
 */
export function formulaOf(node: Node | null): Formula {
  if (node === null) return '?';
  switch (node.type) {
    case 'number_literal':
      return integerOf(node.text) ?? atom(node);
    case 'identifier':
      return node.text;
    case 'parenthesized_expression':
      return formulaOf(node.namedChild(0));
    case 'cast_expression':
      return formulaOf(node.childForFieldName('value'));
    case 'sizeof_expression':
      return sizeOf(node);
    case 'binary_expression':
      return binary(node);
    case 'call_expression':
      return call(node);
    case 'pointer_expression': {
      const inner = node.childForFieldName('argument');
      if (node.child(0)?.text !== '&' || inner?.type !== 'subscript_expression') return atom(node);
      return operation('+', formulaOf(inner.childForFieldName('argument')), indexOf(inner));
    }
    default:
      return atom(node);
  }
}

/** What stands between the brackets of a subscript. */
export function indexOf(subscript: Node): Formula {
  return formulaOf(subscript.childForFieldName('indices')?.namedChild(0) ?? null);
}

/** Whether all its names are such as the configuration can have. */
export function isPlain(formula: Formula): boolean {
  if (typeof formula === 'number') return true;
  if (typeof formula === 'string') return IDENTIFIER.test(formula);
  return formula.operands.every(isPlain);
}

/** With other formulas in place of names. */
export function substitute(formula: Formula, replacement: (name: string) => Formula | undefined): Formula {
  if (typeof formula === 'number') return formula;
  if (typeof formula === 'string') return replacement(formula) ?? formula;
  const [left, right] = formula.operands;
  return operation(formula.operator, substitute(left, replacement), substitute(right, replacement));
}

/** `(n + 255) / 256` as `ceil_div(n, 256)`, which is what is meant. */
export function withCeilDiv(formula: Formula): Formula {
  if (typeof formula !== 'object') return formula;
  const [left, right] = [withCeilDiv(formula.operands[0]), withCeilDiv(formula.operands[1])];
  const rounded = formula.operator === '/' && typeof right === 'number' ? withoutRounding(left, right) : undefined;
  return rounded === undefined ? operation(formula.operator, left, right) : operation('ceil_div', rounded, right);
}

/** `n` of `n + 255` and of `n + 256 - 1`. */
function withoutRounding(formula: Formula, by: number): Formula | undefined {
  if (typeof formula !== 'object') return undefined;
  const [left, right] = formula.operands;
  if (formula.operator === '+' && right === by - 1) return left;
  if (formula.operator !== '-' || right !== 1 || typeof left !== 'object') return undefined;
  return left.operator === '+' && left.operands[1] === by ? left.operands[0] : undefined;
}

function binary(node: Node): Formula {
  const [left, right] = [formulaOf(node.childForFieldName('left')), formulaOf(node.childForFieldName('right'))];
  const operator = node.childForFieldName('operator')?.text ?? '';
  switch (operator) {
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return operation(operator, left, right);
    case '<<':
    case '>>':
      if (typeof right === 'number' && right < 31) return operation(operator === '<<' ? '*' : '/', left, 2 ** right);
      return atom(node);
    default:
      return atom(node);
  }
}

function call(node: Node): Formula {
  const callee = node.childForFieldName('function');
  const given = node.childForFieldName('arguments')?.namedChildren ?? [];
  const [first, second] = given;
  const template = callee?.type === 'template_function' ? (callee.childForFieldName('name')?.text ?? '') : undefined;
  if (first === undefined) return atom(node);
  if (/^(static_cast|reinterpret_cast|const_cast|__ldg)$/.test(template ?? callee?.text ?? '')) return formulaOf(first);
  const name = (template ?? callee?.text ?? '').replace(/^.*::/, '');
  if (given.length === 1 && elementOf(name) !== undefined) return formulaOf(first);
  if (second === undefined || given.length > 2) return atom(node);
  if (name === 'min' || name === 'max') return operation(name, formulaOf(first), formulaOf(second));
  return CEIL_DIV.test(name) ? operation('ceil_div', formulaOf(first), formulaOf(second)) : atom(node);
}

function sizeOf(node: Node): Formula {
  const text = node.text.replace(/^sizeof\s*\(?|\)$/g, '');
  const element = elementOf(text);
  return element === undefined ? atom(node) : bytesOf(element.dtype) * element.lanes;
}

/** `256`, `0x100`, `1'000`, with any suffix. */
function integerOf(text: string): number | undefined {
  const plain = text.replaceAll("'", '').replace(/[uUlLzZ]+$/, '');
  const value = /^(0[xX][\da-fA-F]+|\d+)$/.test(plain) ? Number(plain) : Number.NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}

function atom(node: Node): string {
  return node.text.replace(/\s+/g, '') || '?';
}
