import type { Verdict } from '../../src/core/verdict.ts';
import { geluCandidate } from './gelu-source.ts';

export type SoakKind = 'honest' | 'crashing' | 'hanging';

/** Every tenth does harm, by turns in one way and the other. */
export function kindOf(index: number): SoakKind {
  if (index % 10 !== 9) return 'honest';
  return index % 20 === 9 ? 'crashing' : 'hanging';
}

const EXPECTED: Readonly<Record<SoakKind, readonly Verdict[]>> = {
  honest: ['faster', 'not-proven', 'slower'],
  crashing: ['crashed'],
  hanging: ['timed-out', 'crashed'],
};

export function expectedOf(kind: SoakKind): readonly Verdict[] {
  return EXPECTED[kind];
}

/** The `index`-th candidate of a soak, with the launcher `gelu_forward`. */
export function soakSource(salt: string, index: number): string {
  const kind = kindOf(index);
  return kind === 'honest' ? geluCandidate(salt, index) : harmful(`${kind}_${salt}_${index}`, BODIES[kind]);
}

const BODIES: Readonly<Record<Exclude<SoakKind, 'honest'>, string>> = {
  // 16 TiB beyond the output nothing is mapped.
  crashing: 'y[size_t{1} << 42] = x[0];',
  hanging: 'for (const volatile float* first = x;;) y[0] = first[0];',
};

function harmful(name: string, body: string): string {
  return `#include <cuda_runtime.h>

__global__ void ${name}(const float* x, float* y) { ${body} }

extern "C" void gelu_forward(const float* x, float* y, int n, cudaStream_t stream) {
  (void)n;
  ${name}<<<1, 1, 0, stream>>>(x, y);
}
`;
}
