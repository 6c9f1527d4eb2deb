import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AgainstBase } from '../../../src/core/benchmark.ts';
import { openJournal } from '../../../src/refine/journal/journal.ts';
import { journaledComparison } from '../../../src/refine/journal/journaled-comparison.ts';
import { journalJsonSchema } from '../../../src/refine/journal/json-schema.ts';
import { hashText } from '../../../src/refine/journal/texts.ts';
import { describedRun } from './scripted-run.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'comparison-'));
  path = join(folder, 'journal.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

const HASHES = { target: 'scale', head: hashText('head'), base: hashText('base') };
const FOUND: AgainstBase = {
  kind: 'measured',
  verdict: 'slower',
  reason: 'Correct, but slower.',
  speedup: { estimate: 0.87, low: 0.85, high: 0.89, judge_clock: 0.871 },
  workloads: [{ name: 'n=4096', us: 20, base_us: 17.4, speedup: 0.87, low: 0.85, high: 0.89, floor_us: 9 }],
  checks: [{ name: 'oracle', status: 'passed', detail: 'agrees' }],
  seconds: 11,
};

async function compared(of: Parameters<typeof journaledComparison>[0], resume: boolean, found = FOUND) {
  let measured = 0;
  await using journal = await openJournal({ path, resume, log: () => {} }, describedRun());
  const measure = async () => {
    measured++;
    return found;
  };
  const first = await journaledComparison(of, measure, journal);
  return { first, measured };
}

const records = () =>
  readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

describe('journaledComparison', () => {
  it('is measured once, however often the run is resumed', async () => {
    expect(await compared(HASHES, false)).toEqual({ first: FOUND, measured: 1 });
    expect(await compared(HASHES, true)).toEqual({ first: FOUND, measured: 0 });
    expect(await compared(HASHES, true)).toEqual({ first: FOUND, measured: 0 });
    const written = records().filter(({ kind }) => kind === 'comparison');
    expect(written).toEqual([{ kind: 'comparison', at_s: expect.any(Number), ...HASHES, found: FOUND }]);
    const schema = z.fromJSONSchema(JSON.parse(JSON.stringify(journalJsonSchema())));
    expect(written.map((record) => schema.safeParse(record).success)).toEqual([true]);
  });

  it('is measured again where the base branch has moved on', async () => {
    await compared(HASHES, false);
    const failed = { kind: 'failed', reason: 'it does not compile' } as const;
    const moved = { ...HASHES, base: hashText('moved') };
    expect(await compared(moved, true, failed)).toEqual({ first: failed, measured: 1 });
    expect(await compared(moved, true)).toEqual({ first: failed, measured: 0 });
    expect(await compared(HASHES, true)).toEqual({ first: FOUND, measured: 0 });
  });

  it('writes nothing where nothing is measured', async () => {
    await compared({ ...HASHES, base: HASHES.head }, false, { kind: 'same' });
    const { base: _, ...absent } = HASHES;
    await compared(absent, true, { kind: 'absent' });
    expect(records().filter(({ kind }) => kind === 'comparison')).toEqual([]);
  });
});
