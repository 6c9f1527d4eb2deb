import type { SourceFile } from '../../../core/source.ts';
import type { Json } from '../../../core/target.ts';
import { at, guess, type Note, type Spot, todo } from '../draft.ts';
import { callsOf, type WrittenCall } from '../usage/calls.ts';
import { valuesBefore } from '../usage/known-values.ts';
import { jsonOf } from './literal.ts';
import type { PyClass } from './py-source.ts';

/** What a module is constructed with. */
export type Construction =
  | {
      readonly ok: true;
      /** Absent where it takes nothing, or its defaults do. */
      readonly init?: { readonly value: Json; readonly note: Note };
      /** Arguments and defaults by name. */
      readonly known: Readonly<Record<string, Json>>;
    }
  | { readonly ok: false; readonly because: string };

/** A call in the repository that makes the module, of which all arguments are known. */
export interface SeenConstruction {
  readonly call: WrittenCall;
  readonly file: SourceFile;
  readonly spot: Spot;
  readonly positional: readonly Json[];
  readonly keywords: Readonly<Record<string, Json>>;
}

/** What constructors often take, by the name of the parameter. */
const USUAL: readonly (readonly [RegExp, Json])[] = [
  [/head_?dim/i, 64],
  [/heads?$/i, 16],
  [/^(p|dropout|drop_?(rate|prob))$/i, 0],
  [/eps/i, 1e-5],
  [/^(temperature|scale|alpha|beta|gamma|slope|negative_slope)$/i, 0.5],
  [/kernel_?size/i, 3],
  [/stride|dilation|groups/i, 1],
  [/padding/i, 1],
  [/bias|affine/i, true],
  [/vocab|num_embeddings/i, 32_000],
  [/channels|planes/i, 64],
  [/hidden|inter|ffn|mlp/i, 4096],
  [/dim|width|features|size|embed|d_model|^(n|d|in|out|cols)$/i, 1024],
];

export function seenConstructions({ name }: PyClass, usage: readonly SourceFile[]): SeenConstruction[] {
  return usage
    .filter(({ path }) => path.endsWith('.py'))
    .flatMap((file) =>
      callsOf(name, file.content)
        .filter(({ before }) => !/\bclass\s+$/.test(before))
        .flatMap((call): SeenConstruction[] =>
          valuesBefore(file.content, call.index)
            .slice(0, 1)
            .flatMap((known) => {
              const keywords: Record<string, Json> = {};
              const positional: Json[] = [];
              for (const argument of call.args) {
                const [, keyword, value] = /^(\w+)\s*=\s*([^=].*)$/s.exec(argument) ?? [];
                const json = jsonOf(value ?? argument, known);
                if (json === undefined) return [];
                if (keyword === undefined) positional.push(json);
                else keywords[keyword] = json;
              }
              return [{ call, file, spot: { path: file.path, line: call.line }, positional, keywords }];
            }),
        ),
    );
}

/** The arguments of a call that was seen; else those without a default by what they are called. */
export function constructionOf({ constructs }: PyClass, [seen]: readonly SeenConstruction[]): Construction {
  const parameters = (constructs?.parameters ?? []).filter(({ kind }) => kind !== 'rest');
  const defaults = Object.fromEntries(
    parameters.flatMap(({ name, default: usual }): [string, Json][] =>
      usual?.value === undefined ? [] : [[name, usual.value]],
    ),
  );
  if (seen !== undefined) {
    const { positional, keywords, spot } = seen;
    const named = Object.fromEntries(
      positional.flatMap((value, index): [string, Json][] => {
        const name = parameters[index]?.name;
        return name === undefined ? [] : [[name, value]];
      }),
    );
    const all = { ...named, ...keywords };
    const value: Json = Object.keys(keywords).length === 0 ? positional : all;
    const isEmpty = positional.length === 0 && Object.keys(keywords).length === 0;
    return {
      ok: true,
      ...(!isEmpty && { init: { value, note: guess(`from ${at(spot)}`) } }),
      known: { ...defaults, ...all },
    };
  }
  const needed = parameters.filter((each) => each.default === undefined);
  const guessed: Record<string, Json> = {};
  for (const { name } of needed) {
    const value = USUAL.find(([pattern]) => pattern.test(name))?.[1];
    if (value === undefined)
      return { ok: false, because: `nothing in the repository shows what its constructor is given for ${name}` };
    guessed[name] = value;
  }
  if (needed.length === 0) return { ok: true, known: defaults };
  const note = todo(
    `what ${needed.map(({ name }) => name).join(', ')} ${needed.length === 1 ? 'is' : 'are'}; no call in the repository tells`,
  );
  return { ok: true, init: { value: guessed, note }, known: { ...defaults, ...guessed } };
}
