import { splitArguments } from '../usage/calls.ts';
import { numberOf, type Values } from '../usage/known-values.ts';
import type { PyClass } from './py-source.ts';
import type { Shaped } from './tensor-shapes.ts';

/** A layer of `torch.nn` whose sizes say what goes through it. */
interface Layer {
  readonly kind: string;
  /** Its first two sizes; undefined where they cannot be told. */
  readonly sizes: readonly (number | undefined)[];
}

const LAYERS =
  /\bnn\.(Linear|LazyLinear|Conv1d|Conv2d|Conv3d|Embedding|LayerNorm|RMSNorm|BatchNorm1d|BatchNorm2d|GroupNorm)\s*\(/g;
const SPATIAL = ['height', 'width', 'depth'];

/** The layers in what is assigned to each attribute of `self` in a constructor, by the attribute's name. */
function layersOf({ constructs }: PyClass, known: Values): Map<string, readonly Layer[]> {
  return new Map(
    (constructs?.assignments ?? []).flatMap(({ targets: [target = ''], value }): [string, Layer[]][] => {
      const [, name] = /^self\.(\w+)$/.exec(target) ?? [];
      const layers = [...value.matchAll(LAYERS)].map(({ index, 0: head, 1: kind = '' }): Layer => {
        const args = (splitArguments(value, index + head.length) ?? []).slice(0, 2);
        return { kind, sizes: args.map((each) => numberOf(each.replace(/^\w+\s*=\s*/, ''), known)) };
      });
      return name === undefined || layers.length === 0 ? [] : [[name, layers]];
    }),
  );
}

/** The shape that a module's first layer wants of an input, which is called with it; undefined where none tells. */
export function inputByLayers(input: string, code: PyClass, known: Values): Omit<Shaped, 'name' | 'note'> | undefined {
  const [, attribute = ''] = new RegExp(`self\\.(\\w+)\\(\\s*${input}\\b`).exec(code.forward?.text ?? '') ?? [];
  const layer = layersOf(code, known).get(attribute)?.[0];
  const [size] = layer?.sizes ?? [];
  if (layer === undefined || size === undefined) return undefined;
  const dimensions = /^(?:Conv|BatchNorm)(\d)d$/.exec(layer.kind)?.[1];
  if (layer.kind === 'Embedding') return { dtype: 'i64', extents: ['batch', 'seq'], range: `0..${size}` };
  if (layer.kind === 'GroupNorm') return undefined;
  const spatial = layer.kind === 'BatchNorm1d' ? [] : SPATIAL.slice(0, Number(dimensions ?? 0));
  return { dtype: 'f32', extents: ['batch', size, ...spatial] };
}

/** What comes out of a module by the layer that is called last: undefined where that cannot be told. */
export function outputByLayers(
  code: PyClass,
  known: Values,
  inputs: readonly Shaped[],
): Omit<Shaped, 'name' | 'note'> | undefined {
  const [first] = inputs;
  const layers = layersOf(code, known);
  let expression = code.forward?.returns[0] ?? '';
  // `x = self.fc1(x); return x` is what `x` was made by last.
  for (let depth = 0; depth < 3 && /^\w+$/.test(expression); depth++) {
    const name = expression;
    expression = code.forward?.assignments.findLast(({ targets }) => targets.join() === name)?.value ?? '';
  }
  const [, attribute = ''] = /^self\.(\w+)\(/.exec(expression) ?? [];
  const layer = layers.get(attribute)?.findLast(({ kind }) => !kind.endsWith('Norm'));
  if (first === undefined) return undefined;
  const { dtype, extents } = first;
  const size = layer?.sizes[1];
  if (layer === undefined) return layers.has(attribute) ? { dtype, extents } : undefined;
  if (size === undefined || layer.kind.startsWith('Conv') || layer.kind.startsWith('Batch')) return undefined;
  if (layer.kind === 'Embedding') return { dtype: 'f32', extents: [...extents, size] };
  return { dtype, extents: [...extents.slice(0, -1), size] };
}
