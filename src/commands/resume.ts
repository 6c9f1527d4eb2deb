import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConfigurationError } from '../core/errors.ts';
import type { Budget } from '../core/search-plan.ts';
import type { LocalSettings } from '../events/settings.ts';
import { JOURNAL_FILE } from '../refine/journal/journal.ts';
import { type RecordedRun, readJournal } from '../refine/journal/read.ts';

/** A run that is to go on. */
export interface Resumed {
  /** Of its journal. */
  readonly path: string;
  readonly recorded: RecordedRun;
}

/**
 * The run that `--resume` names: by a journal, by the folder that holds one, or by nothing, which means the report folder.
 *
 * @throws ConfigurationError where there is none, or targets are named beside it
 */
export async function readResumed(
  flag: string | true,
  reportDir: string,
  named: { readonly names: readonly string[]; readonly all: boolean },
): Promise<Resumed> {
  if (named.names.length > 0 || named.all) {
    const what = named.all ? '--all' : named.names.join(', ');
    throw new ConfigurationError(`--resume goes on with the targets of the journal; leave out ${what}.`);
  }
  const path = flag === true ? join(reportDir, JOURNAL_FILE) : await journalAt(resolve(flag));
  return { path, recorded: await readJournal(path) };
}

/** The journal that a path means: its own, or that in the folder that it names. */
async function journalAt(path: string): Promise<string> {
  const stats = await stat(path).catch(() => undefined);
  return stats?.isDirectory() ? join(path, JOURNAL_FILE) : path;
}

/**
 * The settings with which a run goes on: its own model and plan, unless flags ask for others, which are then compared; its own budget, with
 * what flags give in place of it. Which model stands in where none is named is no news, since the journal names one.
 *
 * @param given whether a flag, by commander's name, was given
 */
export function settingsOfResumed(
  { modelNotice: _, ...settings }: LocalSettings,
  { recorded: { run, records } }: Resumed,
  given: (flag: string) => boolean,
): LocalSettings {
  const planned = ['effort', 'trajectories', 'turns', 'policy'].some(given);
  const budget = records.reduce<Budget>(
    (last, record) => (record.kind === 'resumed' ? record.budget : last),
    run.budget,
  );
  return {
    ...settings,
    model: given('model') ? settings.model : run.model,
    plan: planned ? settings.plan : run.plan,
    budget: { ...budget, ...settings.budget },
  };
}
