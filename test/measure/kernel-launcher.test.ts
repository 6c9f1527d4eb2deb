import { describe, expect, it } from 'vitest';
import type { Target } from '../../src/core/target.ts';
import { asLaunched, withLauncher } from '../../src/measure/kernel-launcher.ts';
import { parseConfiguration } from '../../src/targets/configuration.ts';
import { TARGET } from './samples.ts';

function kernel(launch: string, name = 'scale'): Target {
  const [target] = parseConfiguration(
    `targets:
  scale:
    source: kernels/scale.cu
    kernel: ${name}
    launch: ${launch}
    args: [x, y, n]
    inputs: { x: "f32[n]" }
    outputs: { y: "f32[n]" }
    workloads: [{ n: 1000 }]
`,
    'kernelwright.yml',
  ).targets;
  if (target === undefined) throw new Error('one target');
  return target;
}

const built = (target: Target, content = '') =>
  withLauncher(target, [
    { path: target.source, content },
    { path: 'other.cuh', content: 'other' },
  ]).map((file) => file.content);

describe('a kernel', () => {
  const target = kernel('{ grid: "(n + 255) / 256", block: [256, 1], shared: "4 * 256" }');

  it('is judged as a launcher that is passed the numbers of its launch', () => {
    const judged = asLaunched(target);
    expect(judged).toMatchObject({ kind: 'launcher', entry: 'kernelwright_launch_scale' });
    expect(judged.arguments.map(({ name }) => name)).toEqual(['x', 'y', 'n', 'kernelwright_stream', '(n + 255) / 256']);
    expect(target.workloads[0]?.values).toEqual({ n: 1000, '(n + 255) / 256': 4 });
  });

  it('gets its launcher behind the end of its source, and behind no other file', () => {
    const [source, other] = built(target, 'one\ntwo');
    expect(other).toBe('other');
    expect(source?.startsWith('one\ntwo\n')).toBe(true);
    expect(source?.split('\n').slice(-5).join('\n')).toBe(`// How scale is launched.
extern "C" void kernelwright_launch_scale(const float* kernelwright_argument_0, float* kernelwright_argument_1, int kernelwright_argument_2, cudaStream_t kernelwright_stream, int64_t kernelwright_number_0) {
  scale<<<dim3((unsigned)(kernelwright_number_0), (unsigned)(1), (unsigned)(1)), dim3((unsigned)(256), (unsigned)(1), (unsigned)(1)), (size_t)(1024), kernelwright_stream>>>(kernelwright_argument_0, kernelwright_argument_1, kernelwright_argument_2);
}
`);
  });

  it('cannot change its launch by a macro', () => {
    const undefined_ = built(target)[0]?.match(/^#undef (\w+)$/gm) ?? [];
    for (const word of [
      'scale',
      'dim3',
      'unsigned',
      'kernelwright_number_0',
      'kernelwright_argument_0',
      'extern',
      'cudaStream_t',
    ])
      expect(undefined_).toContain(`#undef ${word}`);
  });

  it('asks for shared memory beyond 48 KiB, and for less not', () => {
    expect(built(target)[0]).not.toContain('cudaFuncSetAttribute');
    expect(built(kernel('{ grid: 1, block: 32, shared: 65536 }'))[0]).toContain(
      '  if (65536 > 49152) cudaFuncSetAttribute(scale, cudaFuncAttributeMaxDynamicSharedMemorySize, (int)65536);\n',
    );
    expect(built(kernel('{ grid: 1, block: 32, shared: "4 * n" }'))[0]).toContain('if (kernelwright_number_0 > 49152)');
  });

  it('may be a template in a namespace', () => {
    const template = kernel('{ grid: 1, block: 32 }', 'ops::scale<float, 4>');
    expect(asLaunched(template).entry).toBe('kernelwright_launch_ops_scale_float_4_');
    expect(built(template)[0]).toContain('  ops::scale<float, 4><<<dim3(');
  });
});

it('leaves every other target as it is', () => {
  expect(asLaunched(TARGET)).toBe(TARGET);
  const files = [{ path: TARGET.source, content: 'x' }];
  expect(withLauncher(TARGET, files)).toBe(files);
});
