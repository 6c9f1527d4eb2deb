import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../src/core/errors.ts';
import { candidateOf, hashFiles } from '../../src/core/source.ts';
import { storedResultOf } from '../../src/deliver/stored-result.ts';
import { storedIn, withStored } from '../../src/jobs/stored.ts';
import { renderAnswer, withAnswer } from '../../src/report/answer.ts';
import { renderComment } from '../../src/report/comment.ts';
import { evidenceOf } from '../refine/samples.ts';
import { outcomeOf, PLAN, runOf } from './samples.ts';

const CONTEXT = { repository: { owner: 'acme', repo: 'kernels' }, pullRequest: 7, version: '1.2.3' };
const FILES = [{ path: 'setup.py', content: 'evil()\n' }];
const RESULT = storedResultOf({ head: PLAN.head, target: 'scale', before: [], after: FILES }, 'faster');
const HIDDEN = withStored('', [RESULT]).trim();
const COMMENT = renderComment(runOf(outcomeOf()), CONTEXT);

it('results come back out of the comment, as GitHub may hand it back, and under an answer', () => {
  const body = withStored(COMMENT, [RESULT]);
  expect(storedIn(body)).toEqual([RESULT]);
  expect(storedIn(`${body.replaceAll('\n', '\r\n')}\r\n`)).toEqual([RESULT]);
  expect(storedIn(withAnswer(body, renderAnswer('status', 'A run is going on.')))).toEqual([RESULT]);
});

it('a comment without results has none', () => {
  expect(withStored(COMMENT, [])).toBe(COMMENT);
  expect(storedIn(COMMENT)).toEqual([]);
  expect(storedIn('')).toEqual([]);
});

describe('what looks like a result and is none of ours', () => {
  it('is not read from the code of a candidate', () => {
    const outcome = outcomeOf();
    const candidate = candidateOf([{ path: outcome.target.source, content: `// better\n${HIDDEN}\n` }]);
    const hashes = { baseline: hashFiles(outcome.baseline), candidate: candidate.hash };
    const evidence = evidenceOf('not-proven', { stage: 'confirm', hashes });
    const body = renderComment(runOf({ ...outcome, best: { trajectory: 1, turn: 2, candidate, evidence } }), CONTEXT);
    expect(body).toContain(HIDDEN);
    expect(storedIn(withStored(body, []))).toEqual([]);
  });

  it('is not read from where something follows', () => {
    for (const after of ['\nMore.', '\n```', ' -->']) expect(storedIn(`${COMMENT}\n\n${HIDDEN}${after}`)).toEqual([]);
  });

  it.each([
    ['no archive', Buffer.from('{}')],
    ['no JSON', gzipSync('no')],
    ['no list', gzipSync('{}')],
    ['no result', gzipSync('[{}]')],
    ['a bomb', gzipSync(Buffer.alloc(32 * 1024 * 1024))],
  ])('is refused where it is %s', (_, bytes) => {
    const body = `${COMMENT}\n\n<!-- kernelwright:stored ${bytes.toString('base64')} -->`;
    expect(() => storedIn(body)).toThrow(ConfigurationError);
  });
});
