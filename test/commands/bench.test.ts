import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Checkout, makeCheckout } from './checkout.ts';
import { configuration, kernel } from './twice-targets.ts';

let checkout: Checkout;
beforeEach(() => {
  checkout = makeCheckout();
});
afterEach(() => checkout.remove());

const configure = (...names: string[]) => checkout.write('.github/kernelwright.yml', configuration(...names));
const reasons = (text: string) =>
  JSON.parse(text).targets.map(({ target, outcome, reason }: Record<string, string>) => [target, outcome, reason]);

it('measures the targets that can be read, and says of each other one what is wrong with which file', async () => {
  configure('good', 'gone', 'long', 'linked');
  checkout.write('good.cu', kernel('good'));
  checkout.write('long.cu', `#include "table.h"\n${kernel('long')}`);
  checkout.write('table.h', '/'.repeat(5 * 1024 * 1024));
  symlinkSync('/etc/hostname', join(checkout.folder, 'linked.cu'));
  const { status, text } = await checkout.run('bench', '--device', 'emulated', '--json');
  expect(status).toBe(2);
  expect(reasons(text)).toEqual([
    ['good', 'measured', undefined],
    ['gone', 'failed', 'there is no gone.cu in the working tree; correct "source" in the configuration.'],
    ['long', 'failed', 'table.h has 5242880 bytes; files of up to 4 MiB are read (long.cu includes it)'],
    ['linked', 'failed', expect.stringMatching(/^linked\.cu is a link that leads out of the repository/)],
  ]);
});

it('says of a target that another revision cannot be read, and measures it by itself', async () => {
  configure('good');
  checkout.write('good.cu', `#include "table.h"\n${kernel('good')}`);
  checkout.write('table.h', '/'.repeat(5 * 1024 * 1024));
  await checkout.commit();
  checkout.write('table.h', '');
  const { status, text } = await checkout.run('bench', '--device', 'emulated', '--base', 'HEAD', '--json');
  expect(status).toBe(0);
  expect(JSON.parse(text).targets).toMatchObject([
    {
      outcome: 'measured',
      comparison: {
        kind: 'failed',
        reason: 'table.h has 5242880 bytes; files of up to 4 MiB are read (good.cu includes it)',
      },
    },
  ]);
});

it('needs no machine where no target can be read, and names them all', async () => {
  configure('gone', 'folder');
  mkdirSync(join(checkout.folder, 'folder.cu'));
  await expect(checkout.run('bench', '--python', '/no/such/python')).rejects.toThrow(
    /^gone: there is no gone\.cu in the working tree; .*\nfolder: folder\.cu is a folder; only plain files are read/,
  );
});

it('leaves nothing to `targets` that it could not measure', async () => {
  configure('good', 'long', 'linked');
  checkout.write('README.md', '');
  await checkout.commit();
  checkout.write('good.cu', kernel('good'));
  checkout.write('long.cu', '#include "table.h"\n');
  checkout.write('table.h', '/'.repeat(5 * 1024 * 1024));
  symlinkSync('/etc/hostname', join(checkout.folder, 'linked.cu'));
  const { text } = await checkout.run('targets', '--json');
  const { targets, left_out } = JSON.parse(text);
  expect(targets.map(({ target }: { target: string }) => target)).toEqual(['good']);
  expect(left_out).toMatchObject([
    { target: 'long', because: expect.stringMatching(/^table\.h has/) },
    { target: 'linked', because: expect.stringMatching(/^linked\.cu is a link/) },
  ]);
});

it.each([
  ['is empty', '', /^There is no \.github\/kernelwright\.yml here, and build\.toml lacks the sections \[general\] and/],
  [
    'is no text',
    Buffer.of(0xff, 0xfe),
    /here, and build\.toml is not UTF-8 text; save it as UTF-8: let "kernelwright init"/,
  ],
])('tells why a build.toml is not enough that %s', async (_, content, message) => {
  writeFileSync(join(checkout.folder, 'build.toml'), content);
  await expect(checkout.run('bench')).rejects.toThrow(message);
});

it('takes names for arguments that C++ has another use for', async () => {
  checkout.write(
    '.github/kernelwright.yml',
    `targets:
  twice:
    source: twice.cu
    kernel: twice
    launch: { grid: "ceil_div(n, 64)", block: 64 }
    args: [class, twice, n]
    inputs: { class: "f32[n]" }
    outputs: { twice: "f32[n]" }
    workloads: [{ n: 256 }]
`,
  );
  checkout.write(
    'twice.cu',
    '__global__ void twice(const float* x, float* y, int n) { int i = blockIdx.x * 64 + threadIdx.x; if (i < n) y[i] = 2 * x[i]; }\n',
  );
  const { text } = await checkout.run('bench', '--device', 'emulated', '--json');
  expect(reasons(text)).toEqual([['twice', 'measured', undefined]]);
});

it.each([
  ['draws random numbers', 'return x + torch.rand_like(x)'],
  ['keeps state', 'self.calls += 1; return x * self.calls'],
  ['rounds', 'return x.softmax(-1)'],
])('says of a module that %s whether two runs of it differ', async (what, body) => {
  checkout.write(
    'model.py',
    `import torch
from torch import nn
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.calls = 0
    def forward(self, x):
        ${body}
def get_inputs(): return [torch.randn(8, 16)]
def get_init_inputs(): return []
`,
  );
  const { status, text } = await checkout.run('bench', 'model.py', '--device', 'emulated', '--json');
  const [found] = JSON.parse(text).targets;
  const check = found.checks.find(({ name }: { name: string }) => name === 'determinism');
  expect([status, check.status]).toEqual([0, what === 'rounds' ? 'passed' : 'failed']);
});

const TWICE = `targets:
  twice:
    source: twice.cu
    kernel: twice
    launch: { grid: "ceil_div(n, 64)", block: 64 }
    args: [x, y, n]
    inputs: { x: "f32[n]" }
    outputs: { y: "f32[n]" }
    workloads: [{ n: 256 }]
`;
const TWICE_KERNEL =
  '__global__ void twice(const float* x, float* y, int n) { int i = blockIdx.x * 64 + threadIdx.x; if (i < n) y[i] = 2 * x[i]; }\n';

it.each([
  [
    'passes too little',
    TWICE.replace('[x, y, n]', '[x, y]'),
    '"args" passes 2 (x, y), and twice in twice.cu takes 3 (const float* x, float* y, int n); correct "args" in the configuration.',
  ],
  [
    'passes something in the place of something else',
    TWICE.replace('[x, y, n]', '[n, x, y]'),
    '"args" passes n, a number of type i32, at place 1, where twice in twice.cu takes "const float* x"; correct "args" in the configuration.',
  ],
  [
    'says another type',
    TWICE.replace('x: "f32[n]"', 'x: "f16[n]"'),
    '"args" passes x, a tensor of f16, at place 1, where twice in twice.cu takes "const float* x"; correct "args" in the configuration.',
  ],
  [
    'names no kernel of the file',
    TWICE.replace('kernel: twice', 'kernel: double_all'),
    'twice.cu has no __global__ function double_all; correct "kernel" in the configuration: it has twice.',
  ],
])('says what is wrong where the configuration %s', async (_, text, reason) => {
  checkout.write('.github/kernelwright.yml', text);
  checkout.write('twice.cu', TWICE_KERNEL);
  const ran = await checkout.run('bench', '--device', 'emulated', '--json');
  expect([ran.status, reasons(ran.text)]).toEqual([2, [['twice', 'failed', reason]]]);
});

it('names the targets that are in a file, where the file is named', async () => {
  checkout.write(
    '.github/kernelwright.yml',
    `${TWICE}  other:\n    function: ops/other.py:f\n    inputs: { x: "f32[4]" }\n    outputs: { y: "f32[4]" }\n    workloads: [{}]\n`,
  );
  checkout.write('ops/other.py', 'def f(x): return x\n');
  await expect(checkout.run('bench', 'twice.cu')).rejects.toThrow(
    'There is no target "twice.cu"; did you mean what is in it: twice?',
  );
  await expect(checkout.run('bench', 'ops/other.py')).rejects.toThrow(
    'There is no target "ops/other.py"; did you mean what is in it: other?',
  );
});

it('tells a source that is not there from one that did not change, and a folder without git', async () => {
  checkout.write('.github/kernelwright.yml', TWICE);
  await expect(checkout.run('targets')).rejects.toThrow(
    `${checkout.folder} lies in no git repository. What changed is only known in one; name its root by -C.`,
  );
  await checkout.commit();
  const { text } = await checkout.run('targets');
  expect(text).toMatch(/twice {2}there is no twice\.cu; correct "source" in the configuration/);
});
