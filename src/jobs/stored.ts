import { gunzipSync, gzipSync } from 'node:zlib';
import { ConfigurationError } from '../core/errors.ts';
import { parseStoredResult, type StoredResult } from '../deliver/stored-result.ts';
import { ANSWER_ROOM } from '../report/comment.ts';
import { COMMENT_LIMIT } from '../report/fit.ts';

/*
 * Confirmed results wait for `/optimize apply` in the comment that shows them, unseen. Whoever may edit that comment may push to the branch
 * as well; and nobody else's comment is ever read.
 */

const BEGIN = '<!-- kernelwright:stored ';
const END = ' -->';
/** At the very end, where a comment without results has our own words: anywhere above, the same may stand in code that is shown. */
const STORED = new RegExp(`\\n${BEGIN}([A-Za-z0-9+/]+={0,2})${END}\\s*$`);
/** Unpacked; a bomb is none. */
const MOST_BYTES = 16 * 1024 * 1024;

/** The comment with the results at its end; without them where there is no room for them and for an answer to a later command. */
export function withStored(body: string, results: readonly StoredResult[]): string {
  if (results.length === 0) return body;
  const packed = gzipSync(JSON.stringify(results)).toString('base64');
  const whole = `${body.trimEnd()}

${BEGIN}${packed}${END}`;
  return whole.length <= COMMENT_LIMIT.size - ANSWER_ROOM ? whole : body;
}

/**
 * The results in our own comment; none where it holds none.
 * @throws ConfigurationError where what is there is not as we write it
 */
export function storedIn(body: string): readonly StoredResult[] {
  const [, text] = STORED.exec(body) ?? [];
  if (text === undefined) return [];
  try {
    const packed = gunzipSync(Buffer.from(text, 'base64'), { maxOutputLength: MOST_BYTES });
    const results: unknown = JSON.parse(packed.toString('utf8'));
    if (!Array.isArray(results)) throw new TypeError('no list');
    return results.map((result) => parseStoredResult(JSON.stringify(result)));
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw new ConfigurationError('The result that the comment holds cannot be read; run /optimize again', {
      cause: error,
    });
  }
}

/** Several results of one head as one, for one commit; undefined where two of them change the same file. */
export function combined(results: readonly StoredResult[]): StoredResult | undefined {
  const [first] = results;
  if (first === undefined || results.length === 1) return first;
  const changed = results.flatMap(changedFiles);
  if (new Set(changed.map(({ path }) => path.toLowerCase())).size < changed.length) return undefined;
  const same = new Map(results.flatMap(({ before }) => before).map((file) => [file.path, file]));
  return {
    ...first,
    target: results.map(({ target }) => target).join(', '),
    before: [...same.values()].filter(({ path }) => changed.some((file) => file.path === path)),
    files: changed,
  };
}

/** Without the headers that a target shares with others, which no candidate changes. */
function changedFiles({ before, files }: StoredResult): StoredResult['files'] {
  return files.filter((file) => before.every(({ path, sha256 }) => path !== file.path || sha256 !== file.sha256));
}
