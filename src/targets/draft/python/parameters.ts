import type { PyFunction, PyParameter } from './py-source.ts';

/** What a parameter of a function on tensors is, as far as it can be told. */
export type Passed =
  | { readonly kind: 'tensor'; readonly name: string }
  | {
      readonly kind: 'scalar';
      readonly name: string;
      readonly isInteger: boolean;
      readonly default: number | undefined;
    };

/** The parameters that a call passes, in their order; or why none can be made. */
export type PassedParameters =
  | { readonly ok: true; readonly passed: readonly Passed[] }
  | { readonly ok: false; readonly because: string };

/** What a parameter is often called that is a number; most others are tensors where nothing says what they are. */
const NUMBER_NAME =
  /^(n|m|p|eps|epsilon|axis|dim|seed|alpha|beta|scale|factor|temperature|causal|num_\w+|\w*(size|stride|heads|groups))$/i;

/**
 * What a call passes by position: tensors and numbers. At the first other parameter that has a default it ends, and the rest keeps its defaults.
 *
 * @param isSeenAs what calls in the repository pass for a parameter
 */
export function passedParameters(
  { parameters }: PyFunction,
  isSeenAs: (name: string) => 'tensor' | 'number' | undefined,
): PassedParameters {
  const passed: Passed[] = [];
  for (const parameter of parameters) {
    if (parameter.kind === 'rest') continue;
    const { name, default: usual } = parameter;
    const isKeyword = parameter.kind === 'keyword';
    const kind = isKeyword ? undefined : kindOf(parameter, isSeenAs(name));
    if (kind === undefined) {
      if (usual !== undefined && isKeyword) continue;
      if (usual !== undefined) return { ok: true, passed };
      const how = isKeyword ? 'is passed by name alone' : 'is neither a tensor nor a number';
      return { ok: false, because: `its parameter ${name} ${how} and has no default` };
    }
    passed.push(kind === 'tensor' ? { kind, name } : { kind: 'scalar', name, ...kind });
  }
  return { ok: true, passed };
}

function kindOf(
  { name, annotation = '', default: usual }: PyParameter,
  seen: 'tensor' | 'number' | undefined,
): 'tensor' | { readonly isInteger: boolean; readonly default: number | undefined } | undefined {
  const value = usual?.value;
  if (typeof value === 'number')
    return {
      isInteger: /^int$/.test(annotation) || (annotation !== 'float' && /^-?\d+$/.test(usual?.text ?? '')),
      default: value,
    };
  if (usual !== undefined) return undefined;
  if (/\bTensor\b/.test(annotation)) return 'tensor';
  if (annotation === 'int' || annotation === 'float') return { isInteger: annotation === 'int', default: undefined };
  if (annotation !== '') return undefined;
  if (seen !== undefined) return seen === 'tensor' ? 'tensor' : { isInteger: false, default: undefined };
  return NUMBER_NAME.test(name) ? { isInteger: false, default: undefined } : 'tensor';
}
