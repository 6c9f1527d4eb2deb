import { z } from 'zod';
import { JOURNAL_VERSION, journalRecordSchema } from './schema.ts';

/** The JSON Schema (draft 2020-12) of one line of a journal, for readers in other languages. */
export function journalJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(journalRecordSchema, { io: 'input' });
  return {
    $schema,
    title: `Kernelwright's journal, version ${JOURNAL_VERSION}`,
    description: 'One line of journal.jsonl',
    ...schema,
  };
}
