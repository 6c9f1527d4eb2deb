import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseJournal } from '../../../src/refine/journal/read.ts';
import { randomOf } from '../../measure/samples.ts';
import { journaledSearch } from './journaled-search.ts';

const PROGRAM = fileURLToPath(new URL('search-process.ts', import.meta.url));
const KILLS = 20;
/** An uninterrupted search takes about half a second. */
const LONGEST_LIFE_MS = 150;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kill-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Attempt {
  /** What the search found, as JSON; undefined when it was killed before. */
  readonly outcome: string | undefined;
  readonly asked: readonly string[];
}

/** Lets the search go on for at most so many milliseconds from when it is ready. */
async function attempt(path: string, policy: string, life: number): Promise<Attempt> {
  const log = join(folder, 'asked.log');
  writeFileSync(log, '');
  const child = spawn(process.execPath, [PROGRAM, path, log, policy], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    printed += text;
  });
  const closed = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), closed]);
  await Promise.race([delay(life), closed]);
  child.kill('SIGKILL');
  await closed;
  const [, outcome] = printed.split('\n');
  return { outcome: outcome || undefined, asked: readFileSync(log, 'utf8').split('\n').filter(Boolean) };
}

/** What a journal has, in the words of the log. */
function recordedIn(path: string): Set<string> {
  const bytes = readFileSync(path);
  if (!bytes.includes(0x0a)) return new Set();
  const { records } = parseJournal(bytes, path);
  const texts = new Map(records.flatMap((record) => (record.kind === 'text' ? [[record.hash, record.text]] : [])));
  const candidates = new Map(
    records.flatMap((record) =>
      record.kind === 'candidate' ? [[record.hash, texts.get(record.files[0]?.text ?? '')?.trim()]] : [],
    ),
  );
  return new Set(
    records.flatMap((record) => {
      if (record.kind === 'completion') return [`ask ${record.trajectory}.${record.turn}`];
      if (record.kind !== 'evidence') return [];
      return [`${record.evidence.stage} ${candidates.get(record.evidence.hashes.candidate)}`];
    }),
  );
}

it(`a search that is killed at ${KILLS} random moments ends as if it had not been, and asks for nothing twice`, async () => {
  const random = randomOf(20);
  const policies = ['serial', 'restart', 'best-of'] as const;
  let kills = 0;
  let lostAnswers = 0;
  for (let run = 0; kills < KILLS; run++) {
    const policy = policies[run % policies.length] ?? 'serial';
    const path = join(folder, `journal-${run}.jsonl`);
    const uninterrupted = JSON.stringify(
      await journaledSearch({ path: join(folder, `whole-${run}.jsonl`), resume: false, policy }),
    );
    let recorded = new Set<string>();
    let outcome: string | undefined;
    while (outcome === undefined) {
      const { asked, ...one } = await attempt(path, policy, kills < KILLS ? random() * LONGEST_LIFE_MS : 60_000);
      expect(asked.filter((what, index) => recorded.has(what) || asked.indexOf(what) !== index)).toEqual([]);
      recorded = recordedIn(path);
      // What is lost is what was under way in the three trajectories.
      const lost = asked.filter((what) => !recorded.has(what));
      expect(lost.length).toBeLessThanOrEqual(3);
      lostAnswers += lost.length;
      outcome = one.outcome;
      if (outcome === undefined) kills++;
    }
    expect(JSON.parse(outcome)).toEqual(JSON.parse(uninterrupted));
  }
  expect(kills).toBe(KILLS);
  // Otherwise the moments were all beside the point.
  expect(lostAnswers).toBeGreaterThan(KILLS / 4);
});
