import type { CFunction } from './c-function.ts';
import { elementOf } from './c-type.ts';

/** What a template is instantiated with in a draft: its arguments, and the types that stand for its parameters. */
export interface Instance {
  /** `<float, 256>`; empty for a plain function. */
  readonly text: string;
  readonly types: ReadonlyMap<string, string>;
  /** Whether some of it is made up. */
  readonly isGuess: boolean;
}

/** The numbers that a template's parameters have in one launch. */
export function templateConstants({ template = [] }: CFunction, given: readonly string[]): Map<string, number> {
  return new Map(
    template.flatMap(({ name }, index): [string, number][] => {
      const value = Number(given[index] ?? Number.NaN);
      return Number.isSafeInteger(value) ? [[name, value]] : [];
    }),
  );
}

/** The instance that a launch names; where it names none that stands alone, as in `<scalar_t, kThreads>`, `float` and the constants. */
export function instanceOf(
  { template }: CFunction,
  given: readonly string[],
  constants: ReadonlyMap<string, number>,
): Instance | undefined {
  if (template === undefined) return { text: '', types: new Map(), isGuess: false };
  const types = new Map<string, string>();
  const parts: string[] = [];
  let isGuess = false;
  for (const [index, { name, kind }] of template.entries()) {
    const written = given[index] ?? '';
    if (kind === 'type') {
      const known = elementOf(written) !== undefined;
      isGuess ||= !known;
      types.set(name, known ? written : 'float');
      parts.push(known ? written : 'float');
      continue;
    }
    const value = /^\d+$/.test(written) ? Number(written) : constants.get(written);
    if (value === undefined && !/^(true|false)$/.test(written)) return undefined;
    parts.push(value === undefined ? written : `${value}`);
  }
  return { text: `<${parts.join(', ')}>`, types, isGuess };
}
