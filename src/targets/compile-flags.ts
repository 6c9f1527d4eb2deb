import { didYouMean } from '../core/nearest.ts';
import type { Parsed } from './parsed.ts';
import { REFUSED_FLAGS } from './refused-flags.ts';

/** A flag of nvcc that a configuration may have. */
interface AllowedFlag {
  /** The spelling that is handed on. */
  readonly name: string;
  /** Other spellings that nvcc takes for it. */
  readonly also?: readonly string[];
  /** What stands between name and value; without a value, nothing does. */
  readonly joint?: '' | '=';
  /** All of the value. A first group names what several values of this flag can set beside each other. */
  readonly value?: RegExp;
  /** The values, for people. */
  readonly takes?: string;
  /** What is near to a flag that is misspelt; all of them are valid. */
  readonly examples: readonly string[];
}

const SWITCH = { joint: '=', value: /true|false/, takes: 'true or false' } as const;

/*
 * The one table of what may be written. A flag is on it when it changes nothing but the code that is made of the sources, or what they mean: none
 * reads or writes a file, runs a program or changes where anything goes. Values have only characters that neither a shell nor nvcc's
 * own lists (which end at a comma) take for more. docs/configuration.md tells of each; the builder checks the same forms again (`build/flags.py`).
 */
export const ALLOWED_FLAGS: readonly AllowedFlag[] = [
  { name: '-O', joint: '', value: /[0-3]/, takes: '0, 1, 2 or 3', examples: ['-O0', '-O1', '-O2', '-O3'] },
  {
    name: '-std',
    also: ['--std'],
    joint: '=',
    value: /c\+\+(?:14|17|20)/,
    takes: 'c++14, c++17 or c++20',
    examples: ['-std=c++14', '-std=c++17', '-std=c++20'],
  },
  {
    name: '-D',
    also: ['--define-macro='],
    joint: '',
    value: /((?!kernelwright|__CUDA_ARCH|__CUDACC)[A-Za-z_][A-Za-z0-9_]*)(?:=[A-Za-z0-9_.:+-]*)?/i,
    takes:
      'the name of a macro, none of nvcc or Kernelwright, and behind "=" letters, digits and "_.:+-"; write whatever else as a #define into a header',
    examples: ['-DTILE=32', '-DNDEBUG'],
  },
  {
    name: '-U',
    also: ['--undefine-macro='],
    joint: '',
    value: /((?!kernelwright|__CUDA_ARCH|__CUDACC)[A-Za-z_][A-Za-z0-9_]*)/i,
    takes: 'the name of a macro, none of nvcc or Kernelwright',
    examples: ['-U__CUDA_NO_HALF_OPERATORS__'],
  },
  { name: '--use_fast_math', also: ['-use_fast_math'], examples: ['--use_fast_math'] },
  { name: '--ftz', also: ['-ftz'], ...SWITCH, examples: ['--ftz=true'] },
  { name: '--prec-div', also: ['-prec-div'], ...SWITCH, examples: ['--prec-div=false'] },
  { name: '--prec-sqrt', also: ['-prec-sqrt'], ...SWITCH, examples: ['--prec-sqrt=false'] },
  { name: '--fmad', also: ['-fmad'], ...SWITCH, examples: ['--fmad=false'] },
  {
    name: '--maxrregcount',
    also: ['-maxrregcount'],
    joint: '=',
    value: /(?:1[6-9]|[2-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])/,
    takes: 'a number of registers from 16 to 255',
    examples: ['--maxrregcount=64'],
  },
  {
    name: '--extra-device-vectorization',
    also: ['-extra-device-vectorization'],
    examples: ['--extra-device-vectorization'],
  },
  { name: '--restrict', also: ['-restrict'], examples: ['--restrict'] },
  { name: '--expt-relaxed-constexpr', also: ['-expt-relaxed-constexpr'], examples: ['--expt-relaxed-constexpr'] },
  {
    name: '--extended-lambda',
    also: ['-extended-lambda', '--expt-extended-lambda', '-expt-extended-lambda'],
    examples: ['--extended-lambda', '--expt-extended-lambda'],
  },
  { name: '-lineinfo', also: ['--generate-line-info'], examples: ['-lineinfo'] },
  {
    name: '-Xptxas',
    also: ['--ptxas-options'],
    joint: '=',
    value:
      /(-O)[0-3]|(-v)|(-dlcm)=(?:ca|cg|cs|cv)|(-dscm)=(?:wb|cg|cs|wt)|(--allow-expensive-optimizations)=(?:true|false)/,
    takes: '-O0 to -O3, -v, -dlcm=ca|cg|cs|cv, -dscm=wb|cg|cs|wt and --allow-expensive-optimizations=true|false',
    examples: ['-Xptxas=-O3', '-Xptxas=-v', '-Xptxas=-dlcm=ca', '-Xptxas=--allow-expensive-optimizations=true'],
  },
  {
    name: '-l',
    joint: '',
    value: /(cublas|cublasLt|curand|cusparse|cufft|cusolver|cudnn)/,
    takes: 'cublas, cublasLt, curand, cusparse, cufft, cusolver or cudnn; no other libraries can be linked',
    examples: ['-lcublas', '-lcublasLt', '-lcurand', '-lcusparse', '-lcufft', '-lcusolver', '-lcudnn'],
  },
];

/** A flag as it is handed on, and what it sets: of two flags that set the same thing only one can stand. */
export interface Flag {
  readonly canonical: string;
  readonly sets: string;
}

/** Reads one entry of `flags`. */
export function parseFlag(text: string): Parsed<Flag> {
  const problem = (words: string): Parsed<Flag> => ({ ok: false, problem: words });
  const flag = allowed(text);
  if (flag !== undefined) return { ok: true, value: flag };
  if (/[\r\n]/.test(text.trim())) return problem('goes over the end of a line; write each flag as an entry of its own');
  if (/\s/.test(text)) return problem(aboutSpaces(text));
  const refused = REFUSED_FLAGS.find(({ form }) => form.test(text));
  if (refused !== undefined) return problem(refused.problem);
  const { entry, spelling } = entryOf(text) ?? {};
  if (entry?.value !== undefined)
    return problem(`has no value that it can have here: ${spelling} takes ${entry.takes}`);
  const near = didYouMean(
    text,
    ALLOWED_FLAGS.flatMap(({ examples }) => examples),
  );
  return problem(`is not among the flags that a target may have${near || '; docs/configuration.md lists them'}`);
}

function allowed(text: string): Flag | undefined {
  for (const { name, also = [], joint, value } of ALLOWED_FLAGS) {
    for (const spelling of [name, ...also]) {
      if (value === undefined && text === spelling) return { canonical: name, sets: name };
      // A spelling may bring its own joint.
      const head = `${spelling}${spelling.endsWith('=') ? '' : joint}`;
      if (value === undefined || !text.startsWith(head)) continue;
      const rest = text.slice(head.length);
      const match = new RegExp(`^(?:${value.source})$`, value.flags).exec(rest);
      if (match === null) continue;
      return { canonical: `${name}${joint}${rest}`, sets: [name, ...match.slice(1).filter(Boolean)].join(' ') };
    }
  }
  return undefined;
}

/** The flag that is meant, whatever its value. Single letters come last: `-D` is not the beginning of `-Debug` for sure. */
function entryOf(text: string): { readonly entry: AllowedFlag; readonly spelling: string } | undefined {
  const spelled = ALLOWED_FLAGS.flatMap((entry) =>
    [entry.name, ...(entry.also ?? [])].map((spelling) => ({ entry, spelling: spelling.replace(/=$/, '') })),
  );
  return (
    spelled.find(({ spelling }) => text === spelling || text.startsWith(`${spelling}=`)) ??
    spelled.find(({ entry, spelling }) => entry.joint === '' && text.startsWith(spelling))
  );
}

function aboutSpaces(text: string): string {
  const words = text.trim().split(/\s+/);
  const one = [words.join(''), words.join('=')].find((joined) => allowed(joined) !== undefined);
  if (one !== undefined) return `has a space in it; write "${one}"`;
  if (words.length > 1 && words.every((word) => word.startsWith('-')))
    return `holds several flags; write each as an entry of its own: [${words.map((word) => `"${word}"`).join(', ')}]`;
  // `-I include` is refused for what it is, and not for its space.
  const refused = REFUSED_FLAGS.find(({ form }) => form.test(words.join('')));
  return (
    refused?.problem ?? 'has a space in it, which no flag here can; write what needs one as a #define into a header'
  );
}
