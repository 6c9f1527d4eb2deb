import { rename, writeFile } from 'node:fs/promises';
import type { PartResult } from './part.ts';
import type { Machine } from './report.ts';

/** All results as JSON, in a file that is whole at any time. */
export interface Journal {
  record(part: string, machine: Machine, result: PartResult): Promise<void>;
}

/** @param path without one nothing is written */
export function openJournal(path: string | undefined): Journal {
  const results: Record<string, PartResult> = {};
  return {
    record: async (part, machine, result) => {
      results[part] = result;
      if (path === undefined) return;
      // Whoever stops the benchmark while this is written still finds the last whole file.
      await writeFile(`${path}.part`, `${JSON.stringify({ machine, results }, null, 2)}\n`);
      await rename(`${path}.part`, path);
    },
  };
}
