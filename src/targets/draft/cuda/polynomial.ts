import { type Formula, formatFormula } from '../../formula.ts';

/** A product of names with a number in front. */
export interface Term {
  readonly coefficient: number;
  /** Names, and the text of what is neither sum nor product: `n / 4`. Sorted. */
  readonly factors: readonly string[];
}

/** More terms than any index has. */
const MOST_TERMS = 64;

/** A formula as a sum of products; undefined when that is too long. */
export function termsOf(formula: Formula): readonly Term[] | undefined {
  if (typeof formula === 'number') return [{ coefficient: formula, factors: [] }];
  if (typeof formula === 'string') return [{ coefficient: 1, factors: [formula] }];
  const { operator, operands } = formula;
  if (operator !== '+' && operator !== '-' && operator !== '*')
    return [{ coefficient: 1, factors: [formatFormula(formula)] }];
  const [left, right] = [termsOf(operands[0]), termsOf(operands[1])];
  if (left === undefined || right === undefined) return undefined;
  const terms =
    operator === '*'
      ? left.flatMap((one) => right.map((other) => product(one, other)))
      : [...left, ...right.map((term) => (operator === '-' ? { ...term, coefficient: -term.coefficient } : term))];
  return terms.length > MOST_TERMS ? undefined : terms;
}

/** The same text for the same sum, whatever its order. */
export function canonical(formula: Formula): string {
  const terms = termsOf(formula) ?? [];
  return terms
    .map(({ coefficient, factors }) => `${coefficient} ${factors.join('*')}`)
    .sort()
    .join(' + ');
}

function product(one: Term, other: Term): Term {
  return { coefficient: one.coefficient * other.coefficient, factors: [...one.factors, ...other.factors].sort() };
}
