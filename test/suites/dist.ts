import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'rolldown';
import { bundles } from '../../rolldown.config.ts';
import { failed, PASSED, type Suite } from './suite.ts';

/** `dist/` is committed because GitHub runs an action as it is checked out; this finds a `dist/` that is not what `src/` builds. */
export function distMatchesSource(root: string): Suite {
  return {
    name: 'dist',
    async run() {
      const fresh = mkdtempSync(join(tmpdir(), 'kernelwright-dist-'));
      try {
        for (const options of bundles(root, fresh)) await build({ ...options, logLevel: 'warn' });
        const differing = differences(fresh, join(root, 'dist'));
        if (differing.length === 0) return PASSED;
        return failed(
          `dist: ${differing.join(', ')} differ from what src/ builds. Run npm run build and commit dist/.`,
        );
      } finally {
        rmSync(fresh, { recursive: true });
      }
    },
  };
}

function differences(expected: string, actual: string): string[] {
  const [left, right] = [filesOf(expected), filesOf(actual)];
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((name) => left.get(name)?.compare(right.get(name) ?? Buffer.alloc(0)) !== 0)
    .sort();
}

function filesOf(folder: string): Map<string, Buffer> {
  try {
    return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw error;
  }
}
