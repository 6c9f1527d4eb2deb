import type { Node } from 'web-tree-sitter';
import type { Limit, Place } from './space.ts';

/** An integer that a source writes down, and what it is there. */
export interface Constant {
  /** Its own name; else what it is: `unroll in line 12`. */
  readonly name: string;
  /**
   * `named`: a constant, a macro, a variable; `default`: of a template's or function's parameter; `argument`: at a kernel's call, by name or as
   * a template argument; `block`: the threads of a block, written at the launch; `bounds`, `residents`: the two numbers of `__launch_bounds__`;
   * `unroll`: of the pragma. With the value 0, what is not written and left to the compiler: `loops`, the pragma of a function's loops; `occupancy`, the
   * `__launch_bounds__` of a kernel.
   */
  readonly kind: 'named' | 'default' | 'argument' | 'block' | 'bounds' | 'residents' | 'unroll' | 'loops' | 'occupancy';
  readonly value: number;
  readonly line: number;
  /** The digits, and those of literals that only make sense together with them. */
  readonly places: readonly Omit<Place, 'path'>[];
}

/** What a source holds that can be tuned, and what bounds it. */
export interface Constants {
  readonly found: readonly Constant[];
  readonly limits: readonly Limit[];
}

/** A decimal integer at the start of a literal; its suffix stays where it is. Undefined for hex, octal and anything with a point. */
export function decimal(text: string): { readonly value: number; readonly length: number } | undefined {
  const digits = /^(0|[1-9]\d{0,8})(?=[uUlL]*$)/.exec(text)?.[1];
  return digits === undefined ? undefined : { value: Number(digits), length: digits.length };
}

/** The constant that a literal is; undefined where it is no decimal integer. */
export function constantAt(node: Node, name: string, kind: Constant['kind']): Constant | undefined {
  const read = decimal(node.text);
  if (read === undefined) return undefined;
  const { row } = node.startPosition;
  const place = { start: node.startIndex, end: node.startIndex + read.length };
  return { name, kind, value: read.value, line: row + 1, places: [place] };
}

export function isPresent<T>(value: T | undefined): value is T {
  return value !== undefined;
}

/** The nearest node of one of these types around it. */
export function around(node: Node, ...types: readonly string[]): Node | undefined {
  for (let outer = node.parent; outer !== null; outer = outer.parent) {
    if (types.includes(outer.type)) return outer;
  }
  return undefined;
}
