import type { IssuePath } from './issues.ts';

/** What to write in place of a value of the wrong type, to follow "got …"; empty where the expected type says enough. */
export function formHint([key, ...rest]: IssuePath, input: unknown): string {
  switch (key) {
    case 'inputs':
    case 'inouts':
    case 'outputs':
      return rest.length === 0
        ? '; write each tensor by its name, such as { x: "f32[rows, cols]" }'
        : '; write a tensor in quotes, such as "f32[rows, cols]"';
    case 'scalars':
      return rest.length === 0
        ? '; write the type of each by its name, such as { eps: "f32 = 1e-5" }'
        : '; write its type, and a default behind it, such as "f32 = 1e-5"';
    case 'workloads':
    case 'emulate':
      return rest.length === 2
        ? numberHint(input)
        : '; write a list of workloads, such as [ { rows: 4096, cols: 4096 } ]';
    case 'vary':
      if (rest.length === 2) return numberHint(input);
      return '; write a list of values for each number to vary, such as { rows: [1, 7] }';
    case 'source':
      return Array.isArray(input) ? '; name one file here, and what is compiled with it under "sources"' : '';
    case 'sources':
      return '; write a list of files that are compiled with "source", such as ["kernels/scan.cu"]';
    case 'include':
      return '; write a list of folders, such as ["third_party/include"]';
    case 'flags':
      return '; write a list with one flag in each entry, such as ["-DTILE=32", "--use_fast_math"]';
    case 'new-files':
      return '; write a list of patterns, such as ["kernels/fast/*.cuh"]';
    case 'architectures':
      return '; write a list, such as [80, "90a"]';
    default:
      return '';
  }
}

function numberHint(input: unknown): string {
  if (typeof input === 'boolean') return `; write ${input ? 1 : 0}`;
  if (Array.isArray(input)) return '; write one workload for each value, or let "vary" combine them';
  if (typeof input !== 'string') return '';
  const digits = input.replaceAll(/[_,' ]/g, '');
  if (/^-?\d+(\.\d+)?$/.test(digits)) return `; write ${digits}`;
  return /[-+*/%(]/.test(input) ? '; formulas go into extents, such as "f32[2 * rows]"' : '';
}
