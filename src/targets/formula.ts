import type { Extent } from '../core/target.ts';
import type { Parsed } from './parsed.ts';

/** Integer arithmetic over the numbers of a workload: a number, the name of one that workloads set, or an operation. */
export type Formula = number | string | Operation;

export interface Operation {
  readonly operator: Operator;
  readonly operands: readonly [Formula, Formula];
}

/** `/` is the floor division that Python writes `//`; for positive numbers it is C's. */
export type Operator = '+' | '-' | '*' | '/' | '%' | Call;
export type Call = 'min' | 'max' | 'ceil_div';

/** What can be called in a formula, each with two operands or, for `min` and `max`, more. */
export const CALLS: readonly Call[] = ['min', 'max', 'ceil_div'];

const INFIX = ['+', '-', '*', '/', '%'] as const;

/** How tightly each binds what stands on its sides. */
export const PRECEDENCE: Readonly<Record<Operator, number>> = {
  '+': 1,
  '-': 1,
  '*': 2,
  '/': 2,
  '%': 2,
  min: 3,
  max: 3,
  ceil_div: 3,
};

/** The operator that a symbol between two operands stands for. */
export function infixOf(symbol: string): Exclude<Operator, Call> | undefined {
  if (symbol === '//') return '/';
  return INFIX.find((operator) => operator === symbol);
}

/** The operation, or its value where both operands are numbers. */
export function operation(operator: Operator, left: Formula, right: Formula): Formula {
  const whole: Operation = { operator, operands: [left, right] };
  if (typeof left !== 'number' || typeof right !== 'number') return whole;
  const value = evaluate(whole, {});
  return value.ok ? value.value : whole;
}

/** The value with the numbers of one workload, an integer; or why it has none, to follow "which". */
export function evaluate(formula: Formula, values: Readonly<Record<string, number>>): Parsed<number> {
  if (typeof formula === 'number') return { ok: true, value: formula };
  if (typeof formula === 'string') {
    const value = Object.hasOwn(values, formula) ? values[formula] : undefined;
    return value === undefined ? { ok: false, problem: `needs "${formula}"` } : { ok: true, value };
  }
  const left = evaluate(formula.operands[0], values);
  if (!left.ok) return left;
  const right = evaluate(formula.operands[1], values);
  if (!right.ok) return right;
  const value = calculate(formula.operator, left.value, right.value);
  if (Number.isNaN(value)) return { ok: false, problem: 'divides by zero' };
  if (!Number.isSafeInteger(value)) return { ok: false, problem: 'goes beyond 2^53' };
  return { ok: true, value };
}

/** NaN for a division by zero. */
function calculate(operator: Operator, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right + 0;
    case '/':
      return (left - modulo(left, right)) / right + 0;
    case '%':
      return modulo(left, right);
    case 'ceil_div':
      return -((-left - modulo(-left, right)) / right) + 0;
    case 'min':
      return Math.min(left, right);
    case 'max':
      return Math.max(left, right);
  }
}

/** With the sign of the divisor, as in Python: what floor division leaves. */
function modulo(left: number, right: number): number {
  const rest = left % right;
  return rest !== 0 && rest < 0 !== right < 0 ? rest + right : rest + 0;
}

/** The formula as it is shown, and as a workload knows its value: `(n + 31) / 32`, with no parentheses that change nothing. */
export function formatFormula(formula: Formula): string {
  if (typeof formula !== 'object') return String(formula);
  const { operator, operands } = formula;
  const [left, right] = operands;
  if (infixOf(operator) === undefined) return `${operator}(${formatFormula(left)}, ${formatFormula(right)})`;
  // All infix operators associate to the left.
  return `${within(left, PRECEDENCE[operator])} ${operator} ${within(right, PRECEDENCE[operator] + 1)}`;
}

function within(formula: Formula, least: number): string {
  const text = formatFormula(formula);
  if (typeof formula === 'object') return PRECEDENCE[formula.operator] >= least ? text : `(${text})`;
  return typeof formula === 'number' && formula < 0 ? `(${text})` : text;
}

/**
 * The formula as a target holds it: numbers and names as they are, an operation by its text, under which it goes into `operations` and each
 * workload has its value.
 */
export function asExtent(formula: Formula, operations: Map<string, Formula>): Extent {
  if (typeof formula !== 'object') return formula;
  const text = formatFormula(formula);
  operations.set(text, formula);
  return text;
}

/** The names that a formula mentions, in their order. */
export function namesIn(formula: Formula): string[] {
  if (typeof formula === 'number') return [];
  if (typeof formula === 'string') return [formula];
  return formula.operands.flatMap(namesIn);
}
