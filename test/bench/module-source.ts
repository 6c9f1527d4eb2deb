const CONSTANTS = /^THREADS = .*\nNAME = .*$/m;

/**
 * The `index`-th of a series of module candidates: `kernels/scaled_gelu_fused.py` with another block size and another name of the kernel.
 *
 * @param text what that file holds
 * @param salt other for every run, letters and digits
 */
export function moduleCandidate(text: string, salt: string, index: number): string {
  if (!CONSTANTS.test(text)) throw new Error('scaled_gelu_fused.py has no lines THREADS and NAME to change');
  const threads = 128 + 32 * (index % 29);
  return text.replace(CONSTANTS, `THREADS = ${threads}\nNAME = "scaled_gelu_${salt}_${index}"`);
}
