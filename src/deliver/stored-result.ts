import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ConfigurationError, messageOf } from '../core/errors.ts';
import type { SourceFile } from '../core/source.ts';
import { VERDICTS, type Verdict } from '../core/verdict.ts';
import type { Delivery } from './delivery.ts';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256');
/** A target has a handful of sources; what has more or larger ones was not written by us. */
const MOST_FILES = 200;
const LARGEST_FILE = 5_000_000;

const StoredResultSchema = z.object({
  version: z.literal(1),
  /** The pull request's head that was measured. */
  head: z.string().regex(/^[0-9a-f]{40}$/, 'is no commit'),
  target: z.string().min(1).max(1_000),
  verdict: z.enum(VERDICTS),
  /** The head's own files. */
  before: z.array(z.object({ path: z.string(), sha256: Sha256 })).max(MOST_FILES),
  /** The confirmed candidate's. */
  files: z
    .array(z.object({ path: z.string(), sha256: Sha256, content: z.string().max(LARGEST_FILE) }))
    .min(1)
    .max(MOST_FILES),
});

/** A result as it waits for `/optimize apply`: the bytes, and the hashes that bind them to what was measured. */
export type StoredResult = Readonly<z.output<typeof StoredResultSchema>>;

export function storedResultOf(
  { head, target, before, after }: Pick<Delivery, 'head' | 'target' | 'before' | 'after'>,
  verdict: Verdict,
): StoredResult {
  return {
    version: 1,
    head: head.sha,
    target,
    verdict,
    before: before.map(({ path, content }) => ({ path, sha256: sha256(content) })),
    files: after.map(({ path, content }: SourceFile) => ({ path, sha256: sha256(content), content })),
  };
}

/** @throws ConfigurationError when the text is no stored result. */
export function parseStoredResult(text: string): StoredResult {
  const parsed = StoredResultSchema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw notStored(`${issue?.path.join('.') || 'the whole'}: ${issue?.message}`, parsed.error);
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw notStored(messageOf(error), error);
  }
}

function notStored(why: string, cause: unknown): ConfigurationError {
  return new ConfigurationError(
    `The stored result is not as Kernelwright writes it (${why.replace(/\s+/g, ' ').slice(0, 200)}); run /optimize again`,
    { cause },
  );
}
