import type { FileHandle } from 'node:fs/promises';
import { messageOf } from '../../core/errors.ts';
import type { RunOutcome } from '../../core/outcome.ts';
import { createJournalClock } from './clock.ts';
import { endRecord } from './end-record.ts';
import { openJournalFile } from './file.ts';
import { parseJournal, type RecordedRun } from './read.ts';
import { type Recall, recall } from './recall.ts';
import { Replay } from './replay.ts';
import { type RunDescription, runRecord } from './run-record.ts';
import { requireSameRun } from './same-run.ts';
import type { JournalRecord } from './schema.ts';
import { KnownTexts } from './texts.ts';

/** The file in a report folder. */
export const JOURNAL_FILE = 'journal.jsonl';

/** Where a run is written down, and what earlier attempts of it wrote. */
export interface Journal extends AsyncDisposable {
  readonly path: string;
  readonly recall: Recall;
  readonly replay: Replay;
  readonly texts: KnownTexts;
  /** Answers and measurements that are there from earlier attempts. */
  readonly recorded: number;
  /** Milliseconds that the run has gone on for: while it is replayed, those of then. For an account too. */
  now(): number;
  /** The same in seconds, as records have it. */
  at(): number;
  /** Resolves once the records are on the disk. Never rejects: a run goes on without its journal, and `log` hears why. */
  append(records: readonly JournalRecord[]): Promise<void>;
  /** The last line of a run that was not cut off. */
  end(outcome: RunOutcome): Promise<void>;
}

export interface JournalPlace {
  readonly path: string;
  /** Whether the run of the journal that is there goes on; otherwise a new one is begun, and the earlier one kept beside it. */
  readonly resume: boolean;
  /** One line for people. */
  readonly log: (line: string) => void;
  /** When this attempt began, by `performance.now()`; without it, now. */
  readonly began?: number;
}

/**
 * Opens the journal of a run, for this process alone.
 *
 * @throws ConfigurationError where there is nothing to resume, the run was begun otherwise, or another process is at it
 * @throws EnvironmentError where it cannot be written
 */
export async function openJournal(place: JournalPlace, description: RunDescription): Promise<Journal> {
  const file = await openJournalFile(place.path, place.resume);
  try {
    return place.resume ? await resume(file, place, description) : await begin(file, place, description);
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function begin(file: FileHandle, place: JournalPlace, description: RunDescription): Promise<Journal> {
  const journal = journalIn(file, place, []);
  const files = description.targets.flatMap(({ baseline }) => baseline.map(({ content }) => content));
  await journal.append([runRecord(description), ...journal.texts.add(files)]);
  return journal;
}

async function resume(file: FileHandle, place: JournalPlace, description: RunDescription): Promise<Journal> {
  const { run, records, bytes } = parseJournal(await file.readFile(), place.path);
  requireSameRun(run, runRecord(description), place.path);
  // What stands behind the last complete line is half a record; the next one must not be glued to it.
  await file.truncate(bytes);
  const journal = journalIn(file, place, records);
  await journal.append([
    { kind: 'resumed', at_s: lastTime(records), began: new Date().toISOString(), budget: { ...description.budget } },
  ]);
  place.log(`resuming the run of ${run.began}: ${journal.recorded} answers and measurements are in ${place.path}`);
  return journal;
}

function journalIn(file: FileHandle, { path, log, began }: JournalPlace, records: RecordedRun['records']): Journal {
  const clock = createJournalClock(began);
  const replay = new Replay((position) => {
    const record = records[position];
    if (record !== undefined && 'at_s' in record) clock.replayedUntil(record.at_s);
  });
  let writing: Promise<void> = Promise.resolve();
  let broken = false;

  async function write(lines: string): Promise<void> {
    if (broken) return;
    try {
      // All in one go: whatever cuts it off leaves whole lines and at most one half.
      await file.appendFile(lines);
      await file.datasync();
    } catch (error) {
      broken = true;
      log(`the journal ${path} cannot be written any more (${messageOf(error)}); the run goes on without it`);
    }
  }

  const journal: Journal = {
    path,
    recall: recall(records),
    replay,
    texts: new KnownTexts(records),
    recorded: records.filter(({ kind }) => kind === 'completion' || kind === 'evidence').length,
    now: clock.now,
    at: () => clock.now() / 1000,
    append(more) {
      if (more.length === 0) return writing;
      const lines = more.map((record) => `${JSON.stringify(record)}\n`).join('');
      writing = writing.then(() => write(lines));
      return writing;
    },
    end: (outcome) => journal.append([endRecord(outcome, journal.at())]),
    async [Symbol.asyncDispose]() {
      await writing;
      await file.close();
    },
  };
  return journal;
}

function lastTime(records: RecordedRun['records']): number {
  return records.reduce((last, record) => ('at_s' in record ? Math.max(last, record.at_s) : last), 0);
}
