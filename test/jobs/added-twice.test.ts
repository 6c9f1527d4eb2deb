import { expect, it } from 'vitest';
import { candidateOf, hashFiles } from '../../src/core/source.ts';
import { type StoredResult, sha256 } from '../../src/deliver/stored-result.ts';
import { deliverProven } from '../../src/jobs/deliver-proven.ts';
import type { Asked, JobDoor } from '../../src/jobs/door.ts';
import { combined } from '../../src/jobs/stored.ts';
import { TARGET } from '../refine/samples.ts';
import { outcomeOf, runOf } from './samples.ts';

/** Two targets of which each adds a file; on some machines both names are one. */
const PATHS = ['kernels/fast/tile.cuh', 'kernels/fast/Tile.cuh'] as const;

it('is not committed at once by two targets', async () => {
  const targets = PATHS.map((path, index) => {
    const name = `scale-${index}`;
    const outcome = outcomeOf({ ...TARGET, name, source: `kernels/${name}.cu` });
    if (outcome.best === undefined) return expect.unreachable('the sample has a best version');
    const baseline = [{ path: `kernels/${name}.cu`, content: '// before\n' }];
    const candidate = candidateOf([
      { path: `kernels/${name}.cu`, content: '// after\n' },
      { path, content: '// tile\n' },
    ]);
    const hashes = { baseline: hashFiles(baseline), candidate: candidate.hash };
    return {
      ...outcome,
      baseline,
      best: { ...outcome.best, candidate, evidence: { ...outcome.best.evidence, hashes } },
    };
  });
  // It is refused before anybody is asked.
  const asked = { settings: { deliver: 'commit' } } as Asked;
  expect(await deliverProven({} as JobDoor, asked, runOf(...targets))).toEqual({
    urls: [],
    problems: [
      'Two targets were improved in kernels/fast/Tile.cuh, and no measurement is of both together; nothing was committed',
    ],
  });
});

it('is not applied at once from two results', () => {
  const results = PATHS.map(
    (path): StoredResult => ({
      ...{ version: 1, head: 'a'.repeat(40), target: path, verdict: 'faster', before: [] },
      files: [{ path, content: '// tile\n', sha256: sha256('// tile\n') }],
    }),
  );
  expect(combined(results)).toBeUndefined();
  expect(combined(results.slice(0, 1))).toBe(results[0]);
});
