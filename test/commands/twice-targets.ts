/** Targets that double a vector, each of a source of its own: `good.cu` has the launcher `good`. */

const KERNEL = `extern "C" void NAME(const float* x, float* y, int n, cudaStream_t stream);
__global__ void NAME_kernel(const float* x, float* y, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = 2.0f * x[i];
}
extern "C" void NAME(const float* x, float* y, int n, cudaStream_t stream) {
  NAME_kernel<<<(n + 63) / 64, 64, 0, stream>>>(x, y, n);
}
`;
export const kernel = (name: string) => KERNEL.replaceAll('NAME', name);
const target = (name: string) => `  ${name}:
    source: ${name}.cu
    entry: ${name}
    args: [x, y, n, stream]
    inputs: { x: "f32[n]" }
    outputs: { y: "f32[n]" }
    workloads: [{ n: 256 }]
`;

export const configuration = (...names: string[]) => `targets:\n${names.map(target).join('')}`;
