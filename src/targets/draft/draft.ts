import type { Json, TargetKind } from '../../core/target.ts';

/** A line of a file, from 1. */
export interface Spot {
  readonly path: string;
  readonly line: number;
}

/** Why something stands in a draft that nobody wrote down: where it was taken from, or what a person has to say. */
export type Note = { readonly kind: 'guess'; readonly from: string } | { readonly kind: 'todo'; readonly what: string };

/** A tensor or a scalar, with its notation: `f32[rows, cols]`. */
export interface Declared {
  readonly name: string;
  readonly notation: string;
  readonly note?: Note;
}

export interface DraftedWorkload {
  readonly values: Readonly<Record<string, number>>;
  readonly note: Note;
}

/** What a draft says of one target, in the words of the configuration. */
export interface TargetDraft {
  readonly name: string;
  readonly kind: TargetKind;
  /** Where it is defined. */
  readonly spot: Spot;
  /** Name of the launcher, kernel, class or function; empty for a project, whose benchmarks tell it. */
  readonly entry: string;
  /** How the code declares it, on one line. */
  readonly declaration: string;
  /** In the order of the call; absent where the order of the declarations is that of the call. */
  readonly args?: readonly string[];
  /** Of a kernel. */
  readonly launch?: { readonly value: Json; readonly note: Note };
  /** Of a module whose constructor is passed something. */
  readonly init?: { readonly value: Json; readonly note: Note };
  readonly inputs: readonly Declared[];
  readonly inouts: readonly Declared[];
  readonly outputs: readonly Declared[];
  readonly scalars: readonly Declared[];
  readonly workloads: readonly DraftedWorkload[];
  readonly emulate: DraftedWorkload | undefined;
  /** What holds for the target as a whole. */
  readonly notes: readonly Note[];
}

/** Code of a kind that can be a target, of which this one cannot, or not as it is. */
export interface LeftOut {
  readonly name: string;
  readonly spot: Spot;
  /** To follow "because", without a full stop. */
  readonly because: string;
}

export function guess(from: string): Note {
  return { kind: 'guess', from };
}

export function todo(what: string): Note {
  return { kind: 'todo', what };
}

export function at({ path, line }: Spot): string {
  return `${path.replace(/\p{Cc}+/gu, ' ')}:${line}`;
}

/** On one line, and not a long one. */
export function oneLine(text: string, most = 160): string {
  const line = text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/\( /g, '(')
    .replace(/ \)/g, ')')
    .trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
