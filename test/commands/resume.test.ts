import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readResumed, settingsOfResumed } from '../../src/commands/resume.ts';
import type { LocalSettings } from '../../src/events/settings.ts';
import { readLocalSettings } from '../../src/events/settings.ts';
import { journaledSearch } from '../refine/journal/journaled-search.ts';
import { planOf } from '../refine/journal/scripted-run.ts';

let folder: string;
let path: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'resume-'));
  path = join(folder, 'journal.jsonl');
  await journaledSearch({ path, resume: false, policy: 'restart', budget: { usd: 4 } });
  await journaledSearch({ path, resume: true, policy: 'restart', budget: { usd: 6, tokens: 1e6 } });
});
afterAll(() => rmSync(folder, { recursive: true }));

const none = { names: [], all: false };
const settings = (flags: Readonly<Record<string, string>> = {}): LocalSettings =>
  readLocalSettings((name) => flags[name] ?? '', { GITHUB_WORKSPACE: folder }, { model: false });

describe('--resume', () => {
  it('takes a journal, its folder, or the report folder', async () => {
    expect((await readResumed(path, '/nowhere', none)).path).toBe(path);
    expect((await readResumed(folder, '/nowhere', none)).path).toBe(path);
    const { recorded } = await readResumed(true, folder, none);
    expect(recorded.run.targets.map(({ name }) => name)).toEqual(['scale']);
  });

  it('takes no targets beside it', async () => {
    const named = readResumed(path, folder, { names: ['scale'], all: false });
    await expect(named).rejects.toThrow('--resume goes on with the targets of the journal; leave out scale.');
    await expect(readResumed(path, folder, { names: [], all: true })).rejects.toThrow('leave out --all.');
  });

  it('says where there is nothing to resume', async () => {
    await expect(readResumed(true, join(folder, 'none'), none)).rejects.toThrow(
      /^There is no journal .*none\/journal\.jsonl; name one/,
    );
  });
});

describe('the settings of a resumed run', () => {
  const resumedWith = async (flags: Readonly<Record<string, string>>) =>
    settingsOfResumed(settings(flags), await readResumed(path, folder, none), (flag) => flag in flags);

  it("are its journal's, with the budget of its last attempt", async () => {
    expect(await resumedWith({})).toMatchObject({
      model: 'scripted',
      plan: planOf('restart'),
      budget: { usd: 6, tokens: 1e6 },
    });
  });

  it('are those of flags that are given', async () => {
    const given = await resumedWith({ model: 'other', turns: '2', 'budget-usd': '9' });
    expect(given).toMatchObject({ model: 'other', plan: { turns: 2 }, budget: { usd: 9, tokens: 1e6 } });
  });
});
