/** The files of a small project below `folder`, which is the root or ends with a slash. */
export function aProject(folder = '', kernel = 'depends = ["torch"]'): Record<string, string> {
  const files = {
    'build.toml': `[general]
name = "relu"
[torch]
src = ["torch-ext/torch_binding.cpp", "torch-ext/torch_binding.h"]
[kernel.relu]
backend = "cuda"
src = ["relu_cuda/relu.cu", "relu_cuda/tile.cuh"]
include = ["shared"]
${kernel}
[kernel.relu_metal]
backend = "metal"
depends = ["metal-cpp"]
src = ["relu_metal/relu.mm"]
`,
    'relu_cuda/relu.cu': '#include "tile.cuh"\n#include "limits.h"\n',
    'relu_cuda/tile.cuh': '',
    'shared/limits.h': '',
    'torch-ext/torch_binding.cpp': '#include "registration.h"\n#include "torch_binding.h"\n',
    'torch-ext/torch_binding.h': '',
    'torch-ext/relu/__init__.py': 'from . import layers\n',
    'torch-ext/relu/layers/__init__.py': '',
    'torch-ext/relu/notes.md': '',
    'tests/test_relu.py': '',
    'benchmarks/benchmark.py': '',
    'README.md': '',
  };
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [folder + path, text]));
}
