import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigurationError } from '../../../src/core/errors.ts';
import { journalJsonSchema } from '../../../src/refine/journal/json-schema.ts';
import { parseJournal, readJournal } from '../../../src/refine/journal/read.ts';
import { journaledSearch } from './journaled-search.ts';

const PUBLISHED = fileURLToPath(new URL('../../../kernelwright-journal.schema.json', import.meta.url));
const TEXT = `${JSON.stringify(journalJsonSchema(), null, 2)}\n`;

let folder: string;
let lines: readonly string[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'read-'));
  const path = join(folder, 'journal.jsonl');
  await journaledSearch({ path, resume: false });
  lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
});
afterAll(() => rmSync(folder, { recursive: true }));

const parse = (text: string) => parseJournal(Buffer.from(text), 'a.jsonl');
const whole = (some: readonly string[]) => some.map((line) => `${line}\n`).join('');

describe('a journal is read', () => {
  it('without the line that was being written', () => {
    const complete = whole(lines.slice(0, 5));
    for (const torn of ['', '{', lines[5]?.slice(0, -1), '\0\0\0']) {
      const { records, bytes } = parse(complete + torn);
      expect(records).toHaveLength(4);
      expect(bytes).toBe(Buffer.byteLength(complete));
    }
  });

  it('with fields that it does not know', () => {
    const record = JSON.parse(lines.find((line) => line.includes('"kind":"evidence"')) ?? '');
    record.evidence.novelty = { dram: 0.5 };
    record.evidence.timings_s.novelty = 3;
    const { records } = parse(whole([lines[0] ?? '', JSON.stringify(record)]));
    expect(records[0]).toEqual(record);
  });

  it.each([
    ['nothing', () => '', 'a.jsonl holds no complete line: its run ended before anything was done.'],
    ['no beginning', () => whole(lines.slice(1)), 'a.jsonl:1 is no beginning of a journal'],
    ['two runs', () => whole([...lines, lines[0] ?? '']), /^a\.jsonl:\d+ begins another run/],
    ['no JSON', () => whole([lines[0] ?? '', 'x', lines[1] ?? '']), 'a.jsonl:2 is not JSON'],
    [
      'another version',
      () => whole([lines[0]?.replace('"schema":1', '"schema":2') ?? '']),
      'a.jsonl is a journal of version 2, and this Kernelwright reads version 1: use the one that wrote it.',
    ],
    [
      'a wrong field',
      () => whole([lines[0] ?? '', '{"kind":"text","hash":"00","text":""}']),
      'a.jsonl:2 is no line of a journal: hash: Invalid',
    ],
    [
      'a text that was changed',
      () => whole([lines[0] ?? '', `{"kind":"text","hash":"${'0'.repeat(64)}","text":"x"}`]),
      'a.jsonl:2 holds another text than its hash is of: the file was changed.',
    ],
    ['an unknown kind', () => whole([lines[0] ?? '', '{"kind":"x"}']), 'a.jsonl:2 is no line of a journal: kind:'],
  ])('and %s is one sentence', (_what, text, message) => {
    expect(() => parse(text())).toThrow(ConfigurationError);
    expect(() => parse(text())).toThrow(message);
  });

  it('or is not there', async () => {
    await expect(readJournal(join(folder, 'none.jsonl'))).rejects.toThrow(
      /^There is no journal .*none\.jsonl; name one, or the report folder that holds one\.$/,
    );
  });
});

describe('the published schema', () => {
  it('is that by which journals are read; vitest -u writes it anew', async () => {
    await expect(TEXT).toMatchFileSnapshot(PUBLISHED);
  });

  it('takes every line that is written', () => {
    const schema = z.fromJSONSchema(JSON.parse(TEXT));
    expect(lines.filter((line) => !schema.safeParse(JSON.parse(line)).success)).toEqual([]);
    expect(new Set(lines.map((line) => JSON.parse(line).kind))).toEqual(
      new Set(['run', 'text', 'completion', 'candidate', 'evidence', 'turn', 'end']),
    );
  });
});
