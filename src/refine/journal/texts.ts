import { createHash } from 'node:crypto';
import type { Conversation } from '../../core/model.ts';
import type { SourceFile } from '../../core/source.ts';
import type { CompletionRecord, JournalRecord, TextRecord } from './schema.ts';

/** SHA-256, in hex, of a text's UTF-8. */
export function hashText(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** A conversation by the hashes of its texts, and the hash of all of them. */
export type ConversationReference = Pick<CompletionRecord, 'conversation' | 'system' | 'messages'>;

export function referTo({ system, messages }: Conversation): ConversationReference {
  const references = {
    system: hashText(system),
    messages: messages.map(({ role, text, aside }) => ({
      role,
      text: hashText(text),
      ...(aside === undefined ? {} : { aside: hashText(aside) }),
    })),
  };
  return { ...references, conversation: hashText(JSON.stringify([references.system, references.messages])) };
}

export function textsOf({ system, messages }: Conversation): string[] {
  return [system, ...messages.flatMap(({ text, aside }) => (aside === undefined ? [text] : [text, aside]))];
}

export function referToFiles(files: readonly SourceFile[]): { path: string; text: string }[] {
  return files.map(({ path, content }) => ({ path, text: hashText(content) }));
}

/** Knows which texts a journal holds, so that none is written twice. */
export class KnownTexts {
  readonly #hashes: Set<string>;

  constructor(records: readonly JournalRecord[]) {
    this.#hashes = new Set(records.flatMap((record) => (record.kind === 'text' ? [record.hash] : [])));
  }

  /** The records for those of `texts` that are not there yet; from now on they count as there. */
  add(texts: readonly string[]): TextRecord[] {
    return texts.flatMap((text) => {
      const hash = hashText(text);
      if (this.#hashes.has(hash)) return [];
      this.#hashes.add(hash);
      return [{ kind: 'text' as const, hash, text }];
    });
  }
}
