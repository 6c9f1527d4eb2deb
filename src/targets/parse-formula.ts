import { nearest } from '../core/nearest.ts';
import { CALLS, type Call, type Formula, infixOf, operation, PRECEDENCE } from './formula.ts';
import type { Parsed } from './parsed.ts';
import { NotationProblem, Tokens } from './tokens.ts';

/** Nobody needs more; it bounds how deep a formula can be nested. */
export const LONGEST = 500;

const DATA_DEPENDENT =
  'a size that depends on data cannot be declared: give the tensor its largest size, by dimensions, and what is used of it as an output of its own';

/** What people call `ceil_div` elsewhere. */
const CEIL_DIV: readonly string[] = ['cdiv', 'ceil', 'ceildiv', 'div_up', 'divup', 'div_ceil'];

/** Parses a text that is a formula and nothing else. */
export function parseFormula(text: string): Parsed<Formula> {
  if (text.length > LONGEST) return { ok: false, problem: `has more than ${LONGEST} characters` };
  try {
    const tokens = new Tokens(text);
    const formula = takeFormula(tokens);
    const rest = tokens.peek();
    if (rest !== undefined) throw new NotationProblem(`has "${rest.text}" behind its formula`);
    return { ok: true, value: formula };
  } catch (error) {
    if (error instanceof NotationProblem) return { ok: false, problem: error.message };
    throw error;
  }
}

/**
 * Takes a formula from the tokens, by precedence climbing: integers, names, `+ - * / // %`, parentheses, `min`, `max` and `ceil_div`.
 * @throws NotationProblem, to be caught by whoever made the tokens.
 */
export function takeFormula(tokens: Tokens, least = 1): Formula {
  let left = takeOperand(tokens);
  for (;;) {
    const symbol = tokens.peek()?.text ?? '';
    if (symbol === '**') throw new NotationProblem('has "**"; formulas have no powers, so write the product out');
    const operator = infixOf(symbol);
    const precedence = operator === undefined ? 0 : PRECEDENCE[operator];
    if (operator === undefined || precedence < least) return left;
    tokens.take();
    left = operation(operator, left, takeFormula(tokens, precedence + 1));
  }
}

function takeOperand(tokens: Tokens): Formula {
  const token = tokens.take();
  if (token === undefined) throw new NotationProblem('ends where a number or a name should stand');
  if (token.kind === 'number') return integerOf(token.text);
  if (token.kind === 'name') return tokens.takeIf('(') ? takeCall(token.text, tokens) : token.text;
  if (token.text === '-') return operation('-', 0, takeOperand(tokens));
  if (token.text === '(') {
    const inner = takeFormula(tokens);
    tokens.expect(')', 'behind its formula');
    return inner;
  }
  if (token.text === '?' || token.text === ':')
    throw new NotationProblem(`has "${token.text}" for an extent; ${DATA_DEPENDENT}`);
  throw new NotationProblem(`has "${token.text}" where a number or a name should stand`);
}

function takeCall(name: string, tokens: Tokens): Formula {
  if (!isCall(name)) {
    const meant = CEIL_DIV.includes(name.toLowerCase()) ? 'ceil_div' : nearest(name, CALLS);
    const advice = meant === undefined ? DATA_DEPENDENT : `did you mean "${meant}"?`;
    throw new NotationProblem(`calls "${name}", but formulas have only ${CALLS.join(', ')}; ${advice}`);
  }
  const [first, ...others] = takeList(tokens, ')', `behind what "${name}" is called with`);
  const count = others.length + (first === undefined ? 0 : 1);
  if (first === undefined || others.length === 0 || (name === 'ceil_div' && others.length > 1))
    throw new NotationProblem(
      `calls "${name}" with ${count} ${count === 1 ? 'number' : 'numbers'}; it takes two${name === 'ceil_div' ? '' : ' or more'}`,
    );
  return others.reduce((left, right) => operation(name, left, right), first);
}

/** Takes formulas between commas up to `end`, which is taken too. */
export function takeList(tokens: Tokens, end: ')' | ']', where: string): Formula[] {
  const list: Formula[] = [];
  if (tokens.takeIf(end)) return list;
  do {
    if (tokens.isNext(',') || tokens.isNext(end))
      throw new NotationProblem(
        end === ']' ? 'has an empty extent between its commas' : 'has nothing between its commas',
      );
    list.push(takeFormula(tokens));
  } while (tokens.takeIf(','));
  const found = tokens.peek()?.text;
  if (end === ']' && found !== undefined && found !== end)
    throw new NotationProblem(`has "${found}" where a comma or "]" should stand`);
  tokens.expect(end, where);
  return list;
}

function integerOf(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new NotationProblem(
    /^\d+$/.test(text) ? `has ${text}, which goes beyond 2^53` : `has ${text}; formulas are made of integers`,
  );
}

function isCall(name: string): name is Call {
  return (CALLS as readonly string[]).includes(name);
}
