import type { DType } from '../../../core/target.ts';
import { dtypeMeantBy } from '../../dtype-notation.ts';
import { splitArguments } from './calls.ts';
import { numberOf, type Values } from './known-values.ts';

/** A tensor as a program makes it. */
export interface SeenTensor {
  readonly extents: readonly number[];
  readonly dtype: DType;
  /** What `randint` draws from, half open. */
  readonly range?: readonly [number, number];
}

const MAKERS =
  /(?:^|[^\w.])(?:torch|np|numpy)\s*\.\s*(?:random\s*\.\s*)?(randn|rand|zeros|ones|empty|full|randint|normal)\s*\(/;
const CONVERSION =
  /\.\s*(half|bfloat16|double|float|long|int)\(\)|\.to\((?:[^()]*?,\s*)?(?:dtype\s*=\s*)?torch\.(\w+)/g;
const CONVERTED: Readonly<Record<string, DType>> = {
  half: 'f16',
  bfloat16: 'bf16',
  double: 'f64',
  float: 'f32',
  long: 'i64',
  int: 'i32',
};

/**
 * The tensor that an expression is: a call such as `torch.randn(rows, cols, dtype=torch.float16)`, or a variable that is set to one in the text
 * ahead of it. Undefined for all else.
 */
export function tensorIn(expression: string, head: string, known: Values, depth = 0): SeenTensor | undefined {
  const [, variable] = /^(\w+)(?:\.(?:cuda|contiguous|clone|detach)\(\))*$/.exec(expression.trim()) ?? [];
  if (variable !== undefined) {
    const value = depth > 3 ? undefined : lastValueOf(variable, head);
    return value === undefined ? undefined : tensorIn(value, head, known, depth + 1);
  }
  const like = /^torch\.\w+_like\(\s*(\w+)/.exec(expression.trim())?.[1];
  if (like !== undefined) return depth > 3 ? undefined : tensorIn(like, head, known, depth + 1);
  const maker = MAKERS.exec(expression);
  if (maker === null) return undefined;
  const args = splitArguments(expression, maker.index + maker[0].length) ?? [];
  const positional = args.filter((argument) => !/^\w+\s*=[^=]/.test(argument));
  const keywords = new Map(
    args.flatMap((argument): [string, string][] => {
      const [, name, value] = /^(\w+)\s*=\s*([^=].*)$/s.exec(argument) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
  const isInteger = maker[1] === 'randint';
  const sizes = keywords.get('size') ?? (isInteger ? positional.at(-1) : undefined);
  const extents = extentsIn(sizes === undefined ? positional : [sizes], known);
  if (extents === undefined) return undefined;
  const bounds = isInteger
    ? positional.slice(0, sizes === positional.at(-1) ? -1 : undefined).map((each) => numberOf(each, known))
    : [];
  const [low, high] = bounds.length === 1 ? [0, bounds[0]] : bounds;
  return {
    extents,
    dtype: dtypeIn(expression, keywords.get('dtype'), head) ?? (isInteger ? 'i64' : 'f32'),
    ...(low !== undefined && high !== undefined && low < high && { range: [low, high] as const }),
  };
}

/** What the variable was set to last, on one line or in parentheses. */
function lastValueOf(variable: string, head: string): string | undefined {
  const found = [...head.matchAll(new RegExp(`(?:^|[\\n;])[ \\t]*${variable}\\s*(?::[^=\\n]+)?=(?!=)\\s*`, 'g'))].at(
    -1,
  );
  if (found === undefined) return undefined;
  const start = found.index + found[0].length;
  const line = head.slice(start, start + 600);
  let depth = 0;
  for (let index = 0; index < line.length; index++) {
    const character = line[index] ?? '';
    if ('([{'.includes(character)) depth += 1;
    if (')]}'.includes(character)) depth -= 1;
    if (character === '\n' && depth === 0) return line.slice(0, index).trim();
  }
  return line.trim();
}

/** Of `(rows, cols)`, and of `rows, cols`. */
function extentsIn(args: readonly string[], known: Values): number[] | undefined {
  const [first = ''] = args;
  const items = args.length === 1 && /^[[(]/.test(first) ? splitArguments(first, 1) : args;
  const numbers = items?.map((item) => numberOf(item, known));
  if (numbers === undefined || numbers.length === 0) return undefined;
  const whole = numbers.filter((each): each is number => each !== undefined && Number.isSafeInteger(each) && each > 0);
  return whole.length === numbers.length ? whole : undefined;
}

function dtypeIn(expression: string, written: string | undefined, head: string): DType | undefined {
  const [, method = '', name = ''] = [...expression.matchAll(CONVERSION)].at(-1) ?? [];
  const variable = written !== undefined && /^\w+$/.test(written) ? lastValueOf(written, head) : undefined;
  // Of a parametrized test, the first that it is run with.
  const [, listed] =
    new RegExp(`["']${/^\w+$/.test(written ?? '') ? written : '-'}["']\\s*,\\s*[[(]\\s*([\\w.]+)`).exec(head) ?? [];
  return CONVERTED[method] ?? dtypeMeantBy(name) ?? dtypeMeantBy(variable ?? listed ?? written ?? '');
}
