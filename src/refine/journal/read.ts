import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ConfigurationError, messageOf } from '../../core/errors.ts';
import { JOURNAL_VERSION, type JournalRecord, journalRecordSchema, type RunRecord } from './schema.ts';
import { hashText } from './texts.ts';

/** A journal as it lies on the disk. */
export interface RecordedRun {
  readonly run: RunRecord;
  /** All lines after the first, in their order. */
  readonly records: readonly JournalRecord[];
  /** Bytes of the complete lines: what stands behind them was being written when the run was cut off. */
  readonly bytes: number;
}

/**
 * Reads a journal. A last line without its end is what a killed run leaves and is dropped.
 *
 * @throws ConfigurationError where there is no journal, or a line is not what the schema says: with file and line
 */
export async function readJournal(path: string): Promise<RecordedRun> {
  return parseJournal(await readBytes(path), path);
}

/** @param bytes as they lie in the file at `path`, which is named in messages */
export function parseJournal(bytes: Buffer, path: string): RecordedRun {
  const complete = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
  const lines = complete.toString('utf8').split('\n').slice(0, -1);
  const [first, ...records] = lines.map((line, index) => parseLine(line, index + 1, path));
  if (first === undefined) {
    throw new ConfigurationError(`${path} holds no complete line: its run ended before anything was done.`);
  }
  if (first.kind !== 'run') {
    throw new ConfigurationError(`${path}:1 is no beginning of a journal: its first line should be of kind "run".`);
  }
  const second = records.findIndex(({ kind }) => kind === 'run');
  if (second >= 0) {
    throw new ConfigurationError(`${path}:${second + 2} begins another run: a journal is of one run.`);
  }
  return { run: first, records, bytes: complete.length };
}

const versioned = z.object({ kind: z.literal('run'), schema: z.number() });

function parseLine(line: string, number: number, path: string): JournalRecord {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new ConfigurationError(`${path}:${number} is not JSON: the file was changed, or is no journal.`);
  }
  const { data: begun } = versioned.safeParse(value);
  if (begun !== undefined && begun.schema !== JOURNAL_VERSION) {
    throw new ConfigurationError(
      `${path} is a journal of version ${begun.schema}, and this Kernelwright reads version ${JOURNAL_VERSION}: use the one that wrote it.`,
    );
  }
  const parsed = journalRecordSchema.safeParse(value);
  if (parsed.success) {
    requireItsHash(parsed.data, `${path}:${number}`);
    return parsed.data;
  }
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new ConfigurationError(
    `${path}:${number} is no line of a journal: ${where === '' ? '' : `${where}: `}${issue?.message}.`,
  );
}

/** What refers to a text means the text that was written. */
function requireItsHash(record: JournalRecord, where: string): void {
  if (record.kind !== 'text' || hashText(record.text) === record.hash) return;
  throw new ConfigurationError(`${where} holds another text than its hash is of: the file was changed.`);
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new ConfigurationError(`There is no journal ${path}; name one, or the report folder that holds one.`);
    throw new ConfigurationError(
      `The journal ${path} cannot be read (${messageOf(error)}); name a journal, or the report folder that holds one.`,
      { cause: error },
    );
  }
}
