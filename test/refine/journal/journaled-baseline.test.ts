import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { PreparedVerifier } from '../../../src/measure/verifier.ts';
import { openJournal } from '../../../src/refine/journal/journal.ts';
import { journaledBaseline } from '../../../src/refine/journal/journaled-baseline.ts';
import { candidateWith, TARGET, timed } from '../samples.ts';
import { describedRun } from './scripted-run.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'baseline-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const CEILINGS = { bytes_per_us: 4e6, flops_per_us: 6e8 };

/** A prepared machine that says what it is asked. */
function machine(told: string[]): () => Promise<PreparedVerifier> {
  return async () => {
    told.push('prepare');
    return {
      target: TARGET,
      baselineTimes: timed(1).workloads,
      ceilings: CEILINGS,
      baselineChecks: [],
      screen: async (_candidate, options) => {
        told.push(`screen ${JSON.stringify(options)}`);
        return timed(1.5);
      },
      confirm: async () => {
        told.push('confirm');
        return timed(1.4);
      },
      modes: async (of) => {
        told.push(`modes of ${of === undefined ? 'the baseline' : 'a candidate'}`);
        return { eager: { kind: 'timed', workloads: [] }, compiled: { kind: 'not-possible', reason: 'no Triton' } };
      },
    };
  };
}

async function inJournal(resume: boolean, told: string[]): Promise<PreparedVerifier> {
  const place = { path: join(folder, 'journal.jsonl'), resume, log: () => {} };
  await using journal = await openJournal(place, describedRun());
  return await journaledBaseline(TARGET.name, machine(told), journal);
}

it('is found again as it was, and the machine is prepared once, when it has something to measure', async () => {
  const first = await inJournal(false, []);
  const told: string[] = [];
  const again = await inJournal(true, told);
  expect({ ...again, screen: 0, confirm: 0, modes: 0 }).toEqual({ ...first, screen: 0, confirm: 0, modes: 0 });
  expect(told).toEqual([]);
  const candidate = candidateWith('// new\n');
  await Promise.all([again.screen(candidate, { profile: true }), again.screen(candidate)]);
  await again.confirm(candidate);
  expect(await again.modes()).toMatchObject({ eager: { kind: 'timed' } });
  await again.modes(candidate);
  expect(told).toEqual([
    'prepare',
    'screen {"profile":true}',
    'screen undefined',
    'confirm',
    'modes of the baseline',
    'modes of a candidate',
  ]);
});
