import { afterEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../measure/fake-harness.ts';
import { descendants, lookAtUsage, readStatus, USAGE_HEAD, usageRow } from './usage.ts';

afterEach(() => vi.unstubAllEnvs());

describe('usage', () => {
  it('reads the status of a process of any name', () => {
    expect(readStatus('42 (a) b (c)) S 7 42 42 0 -1')).toEqual({ state: 'S', parent: 7 });
    expect(readStatus('')).toBeUndefined();
  });

  it('finds processes at any depth', () => {
    const process = (pid: number, parent: number) => ({ pid, parent, command: [] });
    const all = [process(1, 0), process(2, 1), process(3, 2), process(4, 1), process(5, 9)];
    expect(descendants(all, 1).map(({ pid }) => pid)).toEqual([2, 3, 4]);
  });

  it('sees this machine', async () => {
    vi.stubEnv('TMPDIR', temporaryFolder());
    const usage = await lookAtUsage();
    expect(usage.temporaryFiles).toBe(0);
    expect(usage.processes).toBeGreaterThan(0);
    expect(usage.processesBelowJudge).toBe(0);
    expect(usage.judgeFiles).toBeUndefined();
    expect(usageRow(usage)).toHaveLength(USAGE_HEAD.length);
  });
});
