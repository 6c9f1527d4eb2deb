/** One of the many honest kernels that compute y = gelu(x) in float32. */
export interface GeluVariant {
  /** Threads in a block. */
  readonly threads: number;
  /** Elements that each thread computes. */
  readonly perThread: number;
  /** Part of the kernel's name, which makes the source unlike any that was built before. */
  readonly name: string;
  /** Share of the blocks that are done twice: work that nobody needs. Their data have long left the L2 when their turn comes again. */
  readonly extra?: number;
}

export const BASELINE_GELU = { threads: 128, perThread: 1 } as const;

/** The source, as a `.cu` file with the launcher `gelu_forward`. */
export function geluSource({ threads, perThread, name, extra = 0 }: GeluVariant): string {
  return `// y = gelu(x), ${perThread} elements a thread.
#include <cuda_runtime.h>

constexpr int kThreads = ${threads}, kPerThread = ${perThread};
constexpr double kExtra = ${extra};

__global__ void gelu_${name}(const float* x, float* y, int n, int blocks) {
  // Blocks beyond the last repeat the first.
  const size_t first = static_cast<size_t>(blockIdx.x % blocks) * (kThreads * kPerThread) + threadIdx.x;
#pragma unroll
  for (int k = 0; k < kPerThread; ++k) {
    const size_t i = first + k * kThreads;
    if (i < n) y[i] = 0.5f * x[i] * (1.0f + erff(x[i] * 0.70710678f));
  }
}

extern "C" void gelu_forward(const float* x, float* y, int n, cudaStream_t stream) {
  const int blocks = (n + kThreads * kPerThread - 1) / (kThreads * kPerThread);
  gelu_${name}<<<blocks + static_cast<int>(kExtra * blocks), kThreads, 0, stream>>>(x, y, n, blocks);
}
`;
}

const MOST_PER_THREAD = 8;

/**
 * The `index`-th of a series of candidates, each with other constants as long as there are some (232 of them) and a name of its own.
 *
 * @param salt other for every run, letters and digits: what an earlier run has left in a build cache is of no use to this one
 */
export function geluCandidate(salt: string, index: number): string {
  const [least, most, step] = [128, 1024, 32];
  const sizes = (most - least) / step + 1;
  return geluSource({
    threads: least + step * (Math.floor(index / MOST_PER_THREAD) % sizes),
    perThread: 1 + (index % MOST_PER_THREAD),
    name: `${salt}_${index}`,
  });
}
