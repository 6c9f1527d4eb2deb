import { describe, expect, it } from 'vitest';
import { occupancyOf } from '../../src/measure/occupancy.ts';
import cases from './occupancy-cases.json' with { type: 'json' };

describe('occupancy', () => {
  it("is what NVIDIA's header says, for every architecture, number of registers and size of a block", () => {
    const different = cases.filter(([arch = 0, registers = 0, threads = 0, sharedBytes = 0, blocks = 0]) => {
      const known = occupancyOf(`sm_${arch}`, { registers, threads, sharedBytes });
      return (known?.warps ?? 0) !== blocks * Math.ceil(threads / 32);
    });
    expect(cases.length).toBeGreaterThan(1000);
    expect(different).toEqual([]);
  });

  it.each([
    [
      { registers: 32, threads: 256, sharedBytes: 0 },
      { warps: 64, limited_by: 'warps' },
    ],
    [
      { registers: 128, threads: 256, sharedBytes: 0 },
      { warps: 16, limited_by: 'registers' },
    ],
    [
      { registers: 32, threads: 32, sharedBytes: 0 },
      { warps: 32, limited_by: 'blocks' },
    ],
    [
      { registers: 32, threads: 256, sharedBytes: 100 * 1024 },
      { warps: 16, limited_by: 'shared memory' },
    ],
  ])('names what limits %o', (needs, seen) => {
    expect(occupancyOf('sm_90a', needs)).toEqual({
      block_threads: needs.threads,
      block_shared_bytes: needs.sharedBytes,
      most_warps: 64,
      ...seen,
    });
  });

  it('is not told of what cannot be launched, nor of an architecture that is not known', () => {
    expect(occupancyOf('sm_90', { registers: 128, threads: 1024, sharedBytes: 0 })).toBeUndefined();
    expect(occupancyOf('sm_90', { registers: 32, threads: 1025, sharedBytes: 0 })).toBeUndefined();
    expect(occupancyOf('sm_90', { registers: 32, threads: 0, sharedBytes: 0 })).toBeUndefined();
    expect(occupancyOf('sm_90', { registers: 32, threads: 32, sharedBytes: 228 * 1024 })).toBeUndefined();
    expect(occupancyOf('sm_999', { registers: 32, threads: 32, sharedBytes: 0 })).toBeUndefined();
  });
});
