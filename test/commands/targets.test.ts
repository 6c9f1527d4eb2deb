import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { targetsCommand } from '../../src/commands/targets.ts';

const target = (name: string, kind: string) => `  ${name}:
    ${kind}
    outputs: { y: "f32[n]" }
    workloads: [{ n: 16 }]
`;
const CONFIGURATION = `targets:
${target('scale', 'source: kernels/scale.cu\n    entry: scale\n    args: [y, n]')}${target('sum', 'source: kernels/sum.cu\n    entry: sum\n    args: [y, n]')}${target('gone', 'source: kernels/gone.cu\n    entry: gone\n    args: [y, n]')}${target('mlp', 'module: models/mlp.py:Mlp')}`;

const CONVENTION = `from torch import nn
from . import layers
class Model(nn.Module): ...
def get_inputs(): ...
def get_init_inputs(): ...
`;

const stepped: string[] = [];
let folder: string;
const git = (...args: string[]) =>
  execa('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], { cwd: folder });

function write(files: Record<string, string>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'targets-'));
  await git('init', '--quiet', '--initial-branch=main');
  write({
    '.github/kernelwright.yml': CONFIGURATION,
    'kernels/scale.cu': '/* scale */\n#include "warp.cuh"\n',
    'kernels/sum.cu': '// #include "reduce.cuh"\n',
    'kernels/gone.cu': '',
    'include/warp.cuh': '#include "reduce.cuh"\n',
    'include/reduce.cuh': '// sums up\n',
    'models/mlp.py': 'from . import layers\n',
    'models/layers.py': '',
  });
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'first');
  await git('switch', '--quiet', '--create', 'topic');
  await git('rm', '--quiet', 'kernels/gone.cu');
  write({ 'include/reduce.cuh': '// sums up twice\n', 'models/layers.py': 'x = 1\n' });
  await git('commit', '--quiet', '--all', '--message', 'second');
  write({ 'kernels/new.cu': '' });
});
afterAll(() => rmSync(folder, { recursive: true }));

async function targets(...flags: string[]): Promise<string> {
  const printed: string[] = [];
  const door = {
    env: { PATH: process.env.PATH, KERNELWRIGHT_PYTHON: process.env.KERNELWRIGHT_PYTHON },
    color: false,
    print: (text: string) => printed.push(text),
    step: (line: string) => stepped.push(line),
    exit: () => {},
  };
  await targetsCommand(door).parseAsync(['-C', folder, ...flags], { from: 'user' });
  return printed.join('\n');
}

describe('kernelwright targets', () => {
  it('lists what the changes reach, and why the rest is left out', async () => {
    expect(await targets('--base', 'main')).toBe(
      `2 targets would be optimized:
  scale  include/reduce.cuh was modified, which kernels/scale.cu includes through include/warp.cuh
  mlp    models/layers.py was modified, which models/mlp.py imports

Left out:
  sum             kernels/sum.cu did not change
  gone            kernels/gone.cu was removed
  kernels/new.cu  no target names it; add one to .github/kernelwright.yml`,
    );
  });

  it('says the same as JSON', async () => {
    expect(JSON.parse(await targets('--base', 'main', '--json'))).toEqual({
      targets: [
        {
          target: 'scale',
          kind: 'launcher',
          source: 'kernels/scale.cu',
          entry: 'scale',
          because: 'include/reduce.cuh was modified, which kernels/scale.cu includes through include/warp.cuh',
        },
        {
          target: 'mlp',
          kind: 'module',
          source: 'models/mlp.py',
          entry: 'Mlp',
          because: 'models/layers.py was modified, which models/mlp.py imports',
        },
      ],
      left_out: [
        { target: 'sum', because: 'kernels/sum.cu did not change' },
        { target: 'gone', because: 'kernels/gone.cu was removed' },
        { file: 'kernels/new.cu', because: 'no target names it; add one to .github/kernelwright.yml' },
      ],
    });
  });

  it('compares with the last commit when there is no base', async () => {
    expect(await targets()).toBe(
      `Nothing would be optimized.

Left out:
  scale           neither kernels/scale.cu nor anything that it includes changed
  sum             kernels/sum.cu did not change
  gone            there is no kernels/gone.cu
  mlp             models/mlp.py did not change
  kernels/new.cu  no target names it; add one to .github/kernelwright.yml`,
    );
  });

  it('lists changed files in the convention, and of other changed .py files why they are none', async () => {
    write({
      'models/attention.py': CONVENTION,
      'models/partial.py': CONVENTION.replace('get_init_inputs()', 'get_init_inputs(device)'),
      'setup.py': 'x = 1\n',
    });
    try {
      const text = await targets('--base', 'main');
      expect(text).toContain('3 targets would be optimized:');
      expect(text).toContain(
        "  models.attention  models/attention.py was added and follows KernelBench's convention\n",
      );
      const none = "no target names it, and it does not follow KernelBench's convention";
      expect(text).toContain(
        `  models/partial.py  ${none}: it lacks a function get_init_inputs() that needs no arguments\n`,
      );
      expect(text).toMatch(/^ {2}setup\.py {2,}no target names it, and it does not follow KernelBench's convention$/m);
      expect(text).not.toContain('models/layers.py  no target');
      const { targets: listed } = JSON.parse(await targets('--base', 'main', '--json', '--config', 'nope.yml'));
      expect(listed).toMatchObject([{ target: 'models.attention', kind: 'module', entry: 'Model' }]);
      const without = await targets('--base', 'main', '--python', '/nowhere/python');
      expect(without).toContain('2 targets would be optimized:');
      expect(stepped.at(-1)).toMatch(
        /^whether changed \.py files follow .* cannot be told here: --python is "\/nowhere/,
      );
    } finally {
      for (const path of ['models/attention.py', 'models/partial.py', 'setup.py']) rmSync(join(folder, path));
    }
  }, 60_000);

  it('says what is missing', async () => {
    await expect(targets('--config', 'nope.yml')).rejects.toThrow(/^There is no nope\.yml here/);
    await expect(targets('--base', 'nowhere')).rejects.toThrow('"nowhere" is no commit of this repository');
  });
});
