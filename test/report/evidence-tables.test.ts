import { describe, expect, it } from 'vitest';
import type { ModeColumns } from '../../src/core/mode-column.ts';
import { workloadsTable } from '../../src/report/evidence-tables.ts';
import { renderVerdict } from '../../src/report/terminal.ts';
import { evidenceOf } from './samples.ts';

const TIMES = { name: 'n=8', baseline_us: 60, candidate_us: 25, speedup: 2.4, low: 2.35, high: 2.45 };
const column = (us: number) => ({
  kind: 'timed' as const,
  workloads: [{ name: 'n=8', us, baseline_us: 60, speedup: 60 / us, low: 59 / us, high: 61 / us }],
});
const TIMED: ModeColumns = { eager: column(60.4), compiled: column(33.1) };
const FAILED: ModeColumns = { eager: column(60.4), compiled: { kind: 'failed', reason: 'it <b>crashed</b>' } };

describe('the times of a module in a report', () => {
  it('have its other modes between those of the baseline and of the candidate', () => {
    expect(workloadsTable({ workloads: [TIMES], modes: TIMED })).toBe(
      `| Workload | Baseline µs | Eager µs | torch.compile µs | Candidate µs | Speedup | 99 % interval |
| :- | -: | -: | -: | -: | -: | -: |
| <code>n=8</code> | 60.0 | 60.4 | 33.1 | 25.0 | 2.40× | 2.35–2.45 |`,
    );
  });

  it('say below what failed, in words that are no markup', () => {
    const text = workloadsTable({ workloads: [TIMES], modes: FAILED });
    expect(text).toContain('| 60.0 | 60.4 | failed | 25.0 |');
    expect(text.split('\n\n')[1]).toMatch(/^torch\.compile: failed: it /);
    expect(text).not.toContain('<b>');
  });

  it('have the same columns on a terminal', () => {
    const evidence = evidenceOf('mlp', {
      workloads: [TIMES],
      modes: FAILED,
      speedup: { estimate: 2.4, low: 2.35, high: 2.45, judge_clock: 2.4 },
    });
    expect(renderVerdict(evidence, { color: false })).toContain(
      `workload        baseline µs  eager µs  torch.compile µs  candidate µs  speedup  99 % interval
n=8             60.0         60.4      failed            25.0          2.40×    2.35–2.45
geometric mean                                                         2.40×    2.35–2.45
torch.compile: failed: it <b>crashed</b>`,
    );
  });
});
