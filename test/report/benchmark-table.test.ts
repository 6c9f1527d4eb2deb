import { describe, expect, it } from 'vitest';
import type { Benchmark, BenchmarkRun } from '../../src/core/benchmark.ts';
import { renderBenchmarks } from '../../src/report/benchmark-table.ts';
import { EMULATED, H200 } from './samples.ts';

const CHECKS = [
  { name: 'oracle', status: 'passed' as const, detail: 'agrees' },
  { name: 'timing', status: 'skipped' as const, detail: 'there is no GPU here' },
];

const render = (targets: readonly Benchmark[], changes: Partial<BenchmarkRun> = {}) =>
  renderBenchmarks({ device: H200, sandbox: 'bubblewrap', targets, ...changes }, { color: false });

it('shows times, floors and the other revision of each workload under each other', () => {
  const workloads = [
    { name: 'rows=4096, cols=4096', us: 36.4, floor_us: 16.8, base_us: 46.1, speedup: 1.269, low: 1.266, high: 1.272 },
    { name: 'rows=512, cols=32000', us: 75.8, base_us: 164.5, speedup: 2.173, low: 2.167, high: 2.179 },
  ];
  const comparison = { kind: 'measured', verdict: 'faster', reason: 'Correct and 1.66× faster.' } as const;
  const text = render([{ target: 'softmax', outcome: 'measured', workloads, checks: CHECKS, comparison }], {
    base: 'main',
  });
  expect(text).toBe(`softmax: faster against main. Correct and 1.66× faster.
workload              base µs  µs    speedup  99 % interval  floor µs  of the floor
rows=4096, cols=4096  46.1     36.4  1.27×    1.26–1.28      16.8      46 %
rows=512, cols=32000  165      75.8  2.17×    2.16–2.18      –         –

NVIDIA H200, sm_90, driver 580.65.06, CUDA 13.0, PyTorch 2.13.0`);
});

it('shows no column of another revision where there is none', () => {
  const workloads = [{ name: 'n=1', us: 3.7, floor_us: 2.5 }];
  const text = render([{ target: 'scale', outcome: 'measured', workloads, checks: CHECKS }]);
  expect(text.split('\n')[1]).toBe('workload  µs    floor µs  of the floor');
  expect(text.split('\n')[2]).toBe('n=1       3.70  2.50      68 %');
});

describe('the other modes of a module', () => {
  const workloads = [
    { name: 'n=1', us: 36.4, floor_us: 16.8 },
    { name: 'n=2', us: 75.8 },
  ];
  const timedAt = (...us: number[]) => ({
    kind: 'timed' as const,
    workloads: us.map((time, index) => ({
      name: `n=${index + 1}`,
      us: time,
      baseline_us: 36.4,
      speedup: 36.4 / time,
      low: 36 / time,
      high: 37 / time,
    })),
  });
  const mlp = { target: 'mlp', outcome: 'measured', workloads, checks: CHECKS } as const;

  it('stand beside its own times', () => {
    const text = render([{ ...mlp, modes: { eager: timedAt(36.9, 76.2), compiled: timedAt(21.3, 40) } }]);
    expect(text.split('\n\n')[0]).toBe(`mlp
workload  µs    eager µs  torch.compile µs  floor µs  of the floor
n=1       36.4  36.9      21.3              16.8      46 %
n=2       75.8  76.2      40.0              –         –`);
  });

  it('say where they are not possible or failed, and what was said there', () => {
    const modes = { eager: timedAt(36.9), compiled: { kind: 'not-possible', reason: 'no triton\u001b[2J' } } as const;
    const text = render([{ ...mlp, modes }]);
    expect(text.split('\n\n')[0]).toBe(`mlp
workload  µs    eager µs  torch.compile µs   floor µs  of the floor
n=1       36.4  36.9      not possible here  16.8      46 %
n=2       75.8  –         not possible here  –         –
torch.compile: not possible here: no triton`);
  });

  it('have one sentence and no column where nothing was timed', () => {
    const column = { kind: 'not-possible', reason: 'there is no GPU here' } as const;
    const text = render([{ ...mlp, workloads: [], modes: { eager: column, compiled: column } }], { device: EMULATED });
    expect(text).toContain(
      'mlp\n1 checks passed; nothing was timed\neager, torch.compile: not possible here: there is no GPU here\n\n',
    );
  });
});

it.each([
  ['the same', { kind: 'same' }, 'scale: the same code as at main'],
  ['absent', { kind: 'absent' }, 'scale: not there at main'],
  ['failed', { kind: 'failed', reason: 'it crashed' }, 'scale: its code at main could not be measured: it crashed'],
] as const)('tells of a revision that is %s', (_, comparison, told) => {
  const benchmark = { target: 'scale', outcome: 'measured', workloads: [], checks: CHECKS, comparison } as const;
  expect(render([benchmark], { base: 'main' }).split('\n')[0]).toBe(told);
});

it('says what was done without a GPU, and what failed', () => {
  const failed = { name: 'oracle', status: 'failed' as const, detail: 'y is wrong' };
  const text = render(
    [
      { target: 'scale', outcome: 'measured', workloads: [], checks: [...CHECKS, failed] },
      { target: 'other', outcome: 'failed', reason: 'k.cu itself does not compile:\nk.cu(1): error\u001b[2J' },
    ],
    { device: EMULATED, sandbox: 'off' },
  );
  expect(text).toContain('scale\n1 checks passed; nothing was timed\noracle failed: y is wrong');
  expect(text).toContain('other: k.cu itself does not compile:\nk.cu(1): error');
  expect(text).not.toContain('\u001b');
  expect(text).toContain('sandbox: off.');
  expect(text).toContain('No GPU: results were checked on an emulated CPU');
});
