import type { UserError } from '../core/errors.ts';

/** What a failed attempt means. */
export interface Failure {
  /** True where the same request may succeed a little later. */
  readonly transient: boolean;
  /** How long the API asks to wait, in milliseconds. */
  readonly retryAfter?: number;
  /** One sentence for whoever must act. Without a `cause`: the client's own error may quote the request, and so the key. */
  readonly error: UserError;
  /** A few words for the log line of a retry. */
  readonly what: string;
}

export interface Endpoint {
  readonly baseUrl: string;
  readonly model: string;
  readonly apiKey: string;
}

/** Trying again will not help. */
export function permanent(error: UserError): Failure {
  return { transient: false, what: error.message, error };
}

/** What the other side said, on one line, short, and without the key should it echo it. */
export function quote(text: string, apiKey: string): string {
  // A shorter key is a dummy for a local server, such as "none", and may be a part of any word.
  const safe = apiKey.length >= 8 ? text.replaceAll(apiKey, '***') : text;
  const line = safe.replace(/\s+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line || 'nothing more was said';
}
