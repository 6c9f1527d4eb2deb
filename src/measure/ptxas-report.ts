import type { KernelResources } from '../core/kernel-resources.ts';

/** A source can hold any number of kernels. */
const MOST_KERNELS = 32;
const LONGEST_NAME = 120;

/**
 * What ptxas says of each kernel under `-Xptxas -v`, in its order: at most 32, and none where it said nothing. The log is untrusted, since a
 * source can have anything printed when it is compiled.
 *
 * @param arch only what was compiled for it, such as `sm_90`: a target can ask for others
 */
export function ptxasReport(log: string, arch: string): KernelResources[] {
  const [, ...parts] = log.split(/^ptxas info\s*:\s*(?=Compiling entry function ')/m);
  return parts
    .flatMap((part) => {
      const entry = /^Compiling entry function '([\w$.]+)' for '(\w+)'/.exec(part);
      const used = /^ptxas info\s*: Used (\d{1,3}) registers[^\n]*/m.exec(part);
      if (entry === null || used === null || entry[2] !== arch) return [];
      const bytes = (what: string, text = part) => Number(new RegExp(`(\\d{1,9}) bytes ${what}`).exec(text)?.[1] ?? 0);
      return {
        name: readableName(entry[1] ?? ''),
        registers: Number(used[1]),
        shared_bytes: bytes('smem', used[0]),
        spill_store_bytes: bytes('spill stores'),
        spill_load_bytes: bytes('spill loads'),
        stack_bytes: bytes('stack frame'),
      };
    })
    .slice(0, MOST_KERNELS);
}

/**
 * The name in a symbol of the Itanium C++ ABI, https://itanium-cxx-abi.github.io/cxx-abi/abi.html#mangling: `_ZN2ns4tmplILi256EEvPf` as
 * `ns::tmpl<…>`, without unnamed namespaces, for which nvcc makes up names. What is no such symbol stays as it is.
 */
export function readableName(symbol: string): string {
  const start = /^_ZN?L?/.exec(symbol);
  if (start === null) return symbol.slice(0, LONGEST_NAME);
  const names: string[] = [];
  let at = start[0].length;
  for (;;) {
    const length = /^L?(\d{1,4})/.exec(symbol.slice(at));
    if (length === null) break;
    at += length[0].length;
    const name = symbol.slice(at, at + Number(length[1]));
    at += name.length;
    if (!/^_(GLOBAL__N_|INTERNAL_)/.test(name)) names.push(name);
    if (!start[0].includes('N')) break;
  }
  if (names.length === 0) return symbol.slice(0, LONGEST_NAME);
  return `${names.join('::').slice(0, LONGEST_NAME)}${symbol[at] === 'I' ? '<…>' : ''}`;
}
