import { describe, expect, it, test } from 'vitest';
import { ConfigurationError } from '../../../src/core/errors.ts';
import { parseBuildFile } from '../../../src/targets/kernel-builder/build-file.ts';

const read = (text: string) => parseBuildFile(text, 'build.toml');

/** The same project as each edition writes it. */
const EDITIONS: readonly (readonly [number, string])[] = [
  [
    1,
    `[general]
name = "silu-and-mul"
[torch]
src = ["torch-ext/torch_binding.cpp"]
include = ["torch-ext"]
[kernel.silu]
cuda-capabilities = ["8.0", "9.0"]
src = ["silu/silu.cu"]
depends = ["torch"]
`,
  ],
  [
    2,
    `[general]
name = "silu-and-mul"
universal = false
cuda-minver = "12.4"
[torch]
src = ["torch-ext/torch_binding.cpp"]
include = ["torch-ext"]
[kernel.silu]
backend = "cuda"
cuda-capabilities = ["8.0", "9.0"]
src = ["silu/silu.cu"]
depends = ["torch"]
`,
  ],
  [
    3,
    `[general]
name = "silu-and-mul"
backends = ["cuda"]
[torch]
src = ["torch-ext/torch_binding.cpp"]
include = ["torch-ext"]
[kernel.silu]
backend = "cuda"
cuda-capabilities = ["8.0", "9.0"]
src = ["silu/silu.cu"]
depends = ["torch"]
`,
  ],
  [
    4,
    `[general]
name = "silu-and-mul"
version = 1
license = "apache-2.0"
backends = ["cuda"]
[torch]
src = ["torch-ext/torch_binding.cpp"]
include = ["torch-ext"]
[kernel.silu]
backend = "cuda"
cuda-capabilities = ["8.0", "9.0"]
src = ["silu/silu.cu"]
depends = ["torch"]
`,
  ],
  [
    5,
    `[general]
name = "silu-and-mul"
version = 1
edition = 5
license = "apache-2.0"
backends = ["cuda"]
kernel-depends = [{ repo-id = "example/other", version = 1 }]
[torch]
src = ["torch-ext/torch_binding.cpp"]
include = ["torch-ext"]
[torch.stable-abi]
rocm = "2.9"
[kernel.silu]
backend = "cuda"
cuda-capabilities = ["8.0", "9.0"]
src = ["silu/silu.cu"]
depends = ["torch"]
[something.of.edition.six]
is = "tolerated"
`,
  ],
];

test.each(EDITIONS)('edition %i says what all editions say', (_, text) => {
  expect(read(text)).toEqual({
    name: 'silu_and_mul',
    framework: 'torch',
    binding: { src: ['torch-ext/torch_binding.cpp'], include: ['torch-ext'], cxxFlags: [] },
    extensions: ['py', 'pyi'],
    kernels: [
      {
        name: 'silu',
        backend: 'cuda',
        depends: ['torch'],
        src: ['silu/silu.cu'],
        include: [],
        cudaFlags: [],
        cxxFlags: [],
        capabilities: ['8.0', '9.0'],
      },
    ],
  });
});

describe('parseBuildFile', () => {
  it('reads the flags of kernels and the name under which they are published', () => {
    const file = read(`[general]
name = "relu"
[general.hub]
repo-id = "example/relu"
[torch]
src = ["b.cpp"]
pyext = ["py", "json"]
[kernel.a]
backend = "cuda"
src = ["a.cu"]
cuda-flags = ["-DFAST"]
cxx-flags = ["-O2"]
`);
    expect(file).toMatchObject({ repoId: 'example/relu', extensions: ['py', 'json'] });
    expect(file.kernels[0]).toMatchObject({ cudaFlags: ['-DFAST'], cxxFlags: ['-O2'], depends: [] });
  });

  it.each([
    ['edition 1 calls the backend a language', 'language = "cuda-hipify"', 'cuda'],
    ['edition 1 knows Metal', 'language = "metal"', 'metal'],
  ])('%s', (_, line, backend) => {
    expect(read(`[general]\nname = "a"\n[torch]\n[kernel.k]\n${line}\nsrc = ["k"]\n`).kernels[0]).toMatchObject({
      backend,
    });
  });

  it.each([
    ['[torch]\nuniversal = true', 'noarch'],
    ['universal = true\n[torch]', 'noarch'],
    ['[torch-noarch]', 'noarch'],
    ['[tvm-ffi]\nsrc = []\n[kernel.k]\nsrc = ["k.cu"]', 'tvm-ffi'],
  ])('tells what %j is made with', (rest, framework) => {
    expect(read(`[general]\nname = "a"\n${rest}\n`).framework).toBe(framework);
  });

  it.each([
    ['[general\nname = 1\n', 'build.toml:1:9: '],
    ['[general]\nname = "a"\nname = "b"\n', 'build.toml:3:'],
    ['[kernel.a]\nsrc = ["a.cu"]\n', 'build.toml: "general" is not what kernel-builder takes there'],
    ['[general]\nname = "a"\n[kernel.k]\nsrc = "k.cu"\n', 'build.toml: "kernel.k.src" is not what'],
    ['[general]\nname = "../a"\n', 'build.toml: "general.name" is "../a", which no package can have'],
  ])('says where %j is none', (text, message) => {
    expect(() => read(text)).toThrow(ConfigurationError);
    expect(() => read(text)).toThrow(message);
  });
});
