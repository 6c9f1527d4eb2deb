import { writeJson } from '../write-json.ts';
import type { PartResult } from './part.ts';
import type { Machine } from './report.ts';

/** All results as JSON, in a file that is whole at any time. */
export interface Journal {
  record(part: string, machine: Machine, result: PartResult): void;
}

/** @param path without one nothing is written */
export function openJournal(path: string | undefined): Journal {
  const results: Record<string, PartResult> = {};
  return {
    record: (part, machine, result) => {
      results[part] = result;
      if (path !== undefined) writeJson(path, { machine, results });
    },
  };
}
