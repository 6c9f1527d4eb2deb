import type { SourceFile } from '../../core/source.ts';
import type { Formula } from '../../targets/formula.ts';

/** Where a constant stands as decimal digits, in UTF-16 units from the start of its file. */
export interface Place {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  /** What is written there more than the constant: -1 for the 255 of `(n + 255) / 256`. */
  readonly offset?: number;
  /** What is written before and after the digits, where nothing stands yet. */
  readonly around?: readonly [string, string];
}

/** A number in the text of a target that may be changed. */
export interface Tunable {
  /** Unique in its space: the constant's own name, or what it is: `unroll in line 12`. */
  readonly name: string;
  /** All of them change together. */
  readonly places: readonly Place[];
  /** What is written now. */
  readonly value: number;
  /** What may be tried in its place; without `value`. */
  readonly alternatives: readonly number[];
}

/** What a combination has to keep to, as far as the text says: an amount over names, such as the threads of a block. */
export interface Limit {
  readonly amount: Formula;
  readonly most: number;
}

/** All that the combinations of some constants are made from. */
export interface TuneSpace {
  readonly files: readonly SourceFile[];
  readonly tunables: readonly Tunable[];
  readonly limits: readonly Limit[];
  /** Constants that limits may name beside the tunables. */
  readonly constants: Values;
}

/** Numbers by the names of their constants. */
export type Values = Readonly<Record<string, number>>;

export function presentValues({ tunables }: Pick<TuneSpace, 'tunables'>): Values {
  return Object.fromEntries(tunables.map(({ name, value }) => [name, value]));
}

/** The files with these numbers in them, and nothing else changed. A tunable that is not named keeps its value. */
export function filesWith({ files, tunables }: TuneSpace, values: Values): readonly SourceFile[] {
  const edits = tunables.flatMap(({ name, places, value: present }) => {
    const value = values[name] ?? present;
    if (value === present) return [];
    return places.map(({ offset = 0, around: [before, after] = ['', ''], ...place }) => ({
      ...place,
      text: `${before}${value + offset}${after}`,
    }));
  });
  return files.map((file) => {
    const content = edits
      .filter(({ path }) => path === file.path)
      .toSorted((a, b) => b.start - a.start)
      .reduce((text, { start, end, text: digits }) => text.slice(0, start) + digits + text.slice(end), file.content);
    return content === file.content ? file : { ...file, content };
  });
}

/** `BLOCK=256 VEC=4` */
export function valuesText(values: Values, names: readonly string[] = Object.keys(values)): string {
  return names.map((name) => `${name}=${values[name]}`).join(' ');
}
