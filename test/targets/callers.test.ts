import { expect, it } from 'vitest';
import { ConfigurationError } from '../../src/core/errors.ts';
import { callersOf } from '../../src/targets/callers.ts';

function repositoryWith(files: Readonly<Record<string, string>>) {
  const read: string[] = [];
  return {
    read,
    async listFiles(folder: string) {
      return Object.keys(files).filter((path) => path.startsWith(`${folder}/`));
    },
    async readFile(path: string) {
      read.push(path);
      const text = files[path];
      if (text === 'binary') throw new ConfigurationError('no text');
      return text;
    },
  };
}

const SOFTMAX = { entry: 'softmax_forward', source: 'csrc/softmax.cu' };
const BINDING = `#include "softmax.h"

extern "C" void softmax_forward(const float* x, float* y, int rows, int cols, cudaStream_t stream);

torch::Tensor softmax(torch::Tensor x) {
  auto y = torch::empty_like(x.contiguous());
  softmax_forward(x.data_ptr<float>(), y.data_ptr<float>(), x.size(0), x.size(1), stream);
  return y;
}
`;

it('shows a call with the lines around it, and no declaration', async () => {
  const files = {
    'csrc/softmax.cu': 'extern "C" void softmax_forward() { softmax_forward(); }',
    'csrc/bind.cpp': BINDING,
    'csrc/other.cu': 'softmax_forward_2(x);',
    'csrc/picture.png': 'binary',
    'csrc/broken.py': 'binary',
    'docs/use.py': 'softmax_forward(x)',
    'tests/test_softmax.py': 'def test():\n    y = lib.softmax_forward(x, y, 4096, 32000, 0)\n',
  };
  const own = [{ path: 'csrc/softmax.cu', content: '' }];
  const callers = await callersOf(repositoryWith(files), 'head', SOFTMAX, own);
  expect(callers.map(({ path, line }) => [path, line])).toEqual([
    ['csrc/bind.cpp', 7],
    ['tests/test_softmax.py', 2],
  ]);
  expect(callers[0]?.excerpt).toBe(BINDING);
  expect(callers[1]?.excerpt).toContain('4096, 32000');
});

it('stops at three callers and forty files, and cuts what is long', async () => {
  const calling = Object.fromEntries(
    Array.from({ length: 9 }, (_, index) => [`csrc/${index}.py`, `softmax_forward(x)${' '.repeat(5_000)}#`]),
  );
  const repository = repositoryWith(calling);
  const callers = await callersOf(repository, 'head', SOFTMAX, []);
  expect(callers).toHaveLength(3);
  expect(callers[0]?.excerpt.length).toBe(300);
  expect(repository.read).toHaveLength(3);

  const silent = repositoryWith(Object.fromEntries(Array.from({ length: 90 }, (_, i) => [`csrc/${i}.cu`, 'nothing'])));
  expect(await callersOf(silent, 'head', SOFTMAX, [])).toEqual([]);
  expect(silent.read).toHaveLength(40);
});

it('looks at tests alone where the target lies in the root, and at nothing where a project has no entry', async () => {
  const files = { 'model.py': 'Model()', 'scripts/run.py': 'Model()', 'tests/test_model.py': 'Model()(x)\n' };
  const repository = repositoryWith(files);
  const found = await callersOf(repository, 'head', { entry: 'Model', source: 'model.py' }, []);
  expect(found.map(({ path }) => path)).toEqual(['tests/test_model.py']);
  expect(await callersOf(repository, 'head', { entry: '', source: 'build.toml' }, [])).toEqual([]);
});
