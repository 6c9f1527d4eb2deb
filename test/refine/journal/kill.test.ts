import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseJournal } from '../../../src/refine/journal/read.ts';
import { randomOf } from '../../measure/samples.ts';
import { journaledSearch } from './journaled-search.ts';

const PROGRAM = fileURLToPath(new URL('search-process.ts', import.meta.url));
const KILLS = 20;
/** A moment is so many things asked for after the start, and then some time: in milliseconds alone a busy machine would get nowhere. */
const MOST_ASKED = 6;
const MOST_MILLISECONDS = 25;

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

interface Moment {
  readonly asked: number;
  readonly milliseconds: number;
}

/** Lets the search go on until the moment comes, or without one until it ends. */
async function attempt(path: string, policy: string, moment?: Moment): Promise<Attempt> {
  const log = join(folder, 'asked.log');
  writeFileSync(log, '');
  const child = spawn(process.execPath, [PROGRAM, path, log, policy], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    if (lines.length === moment?.asked) setTimeout(() => child.kill('SIGKILL'), moment.milliseconds);
  }
  await closed;
  return {
    outcome: lines.find((line) => line.startsWith('{')),
    asked: readFileSync(log, 'utf8').split('\n').filter(Boolean),
  };
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
      const { asked, ...one } = await attempt(path, policy, kills < KILLS ? momentBy(random) : undefined);
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

function momentBy(random: () => number): Moment {
  return { asked: 1 + Math.floor(random() * MOST_ASKED), milliseconds: random() * MOST_MILLISECONDS };
}
