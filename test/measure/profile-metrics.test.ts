import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROFILE_METRICS, tellingLines } from '../../src/measure/profile-metrics.ts';

const DRAM = 'gpu__dram_throughput.avg.pct_of_peak_sustained_elapsed';
const OCCUPANCY = 'sm__warps_active.avg.pct_of_peak_sustained_active';
const LONG = 'smsp__average_warps_issue_stalled_long_scoreboard_per_issue_active.ratio';
const CONFLICTS = 'l1tex__data_bank_conflicts_pipe_lsu_mem_shared_op_ld.sum';
const PASSES = 'l1tex__data_pipe_lsu_wavefronts_mem_shared_op_ld.sum';

describe('the counters', () => {
  it('are few, each once, by names that the judge passes on', () => {
    const names = PROFILE_METRICS.map(({ name }) => name);
    expect(names.length).toBeGreaterThanOrEqual(25);
    expect(names.length).toBeLessThanOrEqual(30);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9_]{2,99}(\.[a-z0-9_]{1,60}){1,3}$/);
  });

  it('are told in words where they are worth it', () => {
    expect(
      tellingLines({ [DRAM]: 91.3, [OCCUPANCY]: 48.6, [LONG]: 12.34, [CONFLICTS]: 5000, [PASSES]: 20_000, unknown: 1 }),
    ).toEqual([
      'device memory works at 91 % of its peak',
      'achieved occupancy 49 %',
      '12.3 cycles of waiting for each instruction on device memory, L2 or local memory',
      '5000 bank conflicts of reads of shared memory',
    ]);
  });

  it('are not told where they say nothing', () => {
    expect(tellingLines({ [LONG]: 0.4, [CONFLICTS]: 5, [PASSES]: 20_000 })).toEqual([]);
    expect(tellingLines({ [CONFLICTS]: 5000 })).toEqual([]);
    expect(tellingLines({})).toEqual([]);
  });

  it('stand in the documentation', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/search.md'), 'utf8');
    for (const { name } of PROFILE_METRICS) expect(page).toContain(`\`${name}\``);
  });
});
