import { createHash } from 'node:crypto';

/**
 * Text from a repository, a compiler or a runner, between markers that it cannot close: their name is a hash of the text, so
 * whoever wrote the text would have to know the hash before it. The same text has the same markers, for the prompt cache.
 */
export function dataBlock(kind: string, text: string): string {
  const body = text.endsWith('\n') ? text : `${text}\n`;
  const tag = boundaryFor(kind, body);
  return `<${tag} ${kind}>\n${body}</${tag}>`;
}

/** Only a text that guessed its hash is hashed again. */
function boundaryFor(kind: string, body: string): string {
  for (let salt = 0; ; salt++) {
    const tag = `data-${createHash('sha256').update(`${salt}:${kind}:${body}`).digest('hex').slice(0, 16)}`;
    if (!body.includes(tag)) return tag;
  }
}

/** A name or path on one line, for use outside a data block. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
