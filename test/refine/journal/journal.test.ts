import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigurationError, EnvironmentError } from '../../../src/core/errors.ts';
import type { TargetOutcome } from '../../../src/core/outcome.ts';
import type { Account } from '../../../src/refine/budget.ts';
import { openJournal } from '../../../src/refine/journal/journal.ts';
import { parseJournal } from '../../../src/refine/journal/read.ts';
import type { RunDescription } from '../../../src/refine/journal/run-record.ts';
import type { JournalRecord } from '../../../src/refine/journal/schema.ts';
import { BASELINE, EMULATED, H200, TARGET } from '../samples.ts';
import { journaledSearch } from './journaled-search.ts';
import { describedRun, planOf } from './scripted-run.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  path = join(folder, 'journal.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

const linesOf = () => readFileSync(path, 'utf8').split('\n').slice(0, -1);
const recordsOf = () => parseJournal(readFileSync(path), path).records;
const ofKind = <Kind extends JournalRecord['kind']>(kind: Kind) =>
  recordsOf().filter((record): record is Extract<JournalRecord, { kind: Kind }> => record.kind === kind);

async function search(resume: boolean, options: Partial<Parameters<typeof journaledSearch>[0]> = {}) {
  const told: string[] = [];
  const outcome = await journaledSearch({ path, resume, told: (what) => told.push(what), ...options });
  return { outcome, told };
}

/** Cuts the journal off behind so many lines, as a killed run does. */
function cutAfter(lines: number): void {
  const kept = linesOf().slice(0, lines).join('\n');
  truncateSync(path, Buffer.byteLength(kept) + 1);
}

describe('a journal', () => {
  it('holds each text once, and prompts and files by reference', async () => {
    const { outcome } = await search(false);
    // Ten screenings and two confirmations of two seconds each.
    expect(outcome.gpuSeconds).toBe(24);
    const texts = ofKind('text');
    expect(new Set(texts.map(({ hash }) => hash)).size).toBe(texts.length);
    const hashes = new Set(texts.map(({ hash }) => hash));
    const completions = ofKind('completion');
    expect(completions).toHaveLength(12);
    for (const { system, messages } of completions) {
      expect([system, ...messages.map(({ text }) => text)].filter((hash) => !hashes.has(hash))).toEqual([]);
    }
    // Versions 2.1 and 3.1 are the same, and 1.2 is none.
    expect(ofKind('candidate')).toHaveLength(10);
    expect(ofKind('turn')).toHaveLength(12);
    expect(ofKind('turn').find(({ trajectory, turn }) => trajectory === 1 && turn === 2)).toMatchObject({
      after: { trajectory: 1, turn: 1 },
      problem: expect.stringContaining('Your answer holds no file'),
    });
    expect(recordsOf().at(-1)).toMatchObject({
      kind: 'end',
      targets: [{ name: 'scale', turns: 12, best: { trajectory: 3, turn: 4, verdict: 'faster' } }],
    });
  });

  it('keeps that of an earlier run beside it', async () => {
    await search(false);
    const first = readFileSync(path, 'utf8');
    await search(false);
    const [earlier = ''] = readdirSync(folder).filter((name) => name.startsWith('journal.until-'));
    expect(readFileSync(join(folder, earlier), 'utf8')).toBe(first);
  });

  it('is never written through a link', async () => {
    const elsewhere = join(folder, 'elsewhere');
    writeFileSync(elsewhere, 'mine');
    symlinkSync(elsewhere, path);
    await expect(search(true)).rejects.toThrow(EnvironmentError);
    await search(false);
    expect(readFileSync(elsewhere, 'utf8')).toBe('mine');
    expect(statSync(path).size).toBeGreaterThan(1000);
  });

  it('belongs to one run at a time, which leaves no lock behind', async () => {
    const open = (resume: boolean) => openJournal({ path, resume, log: () => {} }, describedRun());
    const journal = await open(false);
    for (const resume of [true, false]) {
      await expect(open(resume)).rejects.toThrow(
        `The journal ${path} belongs to a run that is going on; wait for its end, or end it.`,
      );
    }
    await journal[Symbol.asyncDispose]();
    await using again = await open(true);
    expect(again.recorded).toBe(0);
    expect(readdirSync(folder)).toEqual(['journal.jsonl']);
  });

  it('that cannot be written any more does not end the run', async () => {
    const heard: string[] = [];
    const journal = await openJournal({ path, resume: false, log: (line) => heard.push(line) }, describedRun());
    // As a disk that is gone: its descriptor is no longer any.
    await journal[Symbol.asyncDispose]();
    await journal.append([{ kind: 'text', hash: '0'.repeat(64), text: 'late' }]);
    await journal.append([{ kind: 'text', hash: '0'.repeat(64), text: 'later' }]);
    expect(heard).toEqual([
      expect.stringMatching(/^the journal .* cannot be written any more \(.*\); the run goes on/),
    ]);
  });
});

describe('a resumed run', () => {
  it.each(['serial', 'restart', 'best-of'] as const)(
    'ends as the whole one, whichever line it was cut off behind (%s)',
    async (policy) => {
      const { outcome: whole } = await search(false, { policy });
      const text = readFileSync(path);
      const lines = linesOf().length;
      for (let kept = 1; kept < lines; kept += 3) {
        writeFileSync(path, text);
        cutAfter(kept);
        const known = recordsOf().filter(({ kind }) => kind === 'completion' || kind === 'evidence').length;
        const { outcome, told } = await search(true, { policy });
        expect(outcome).toEqual(whole);
        // 12 answers, 10 screenings, and the confirmations of 2.2, which is refuted, and of 3.4.
        expect(told.length + known).toBe(24);
      }
    },
  );

  it('drops a line that was being written, and writes on behind the last whole one', async () => {
    const { outcome: whole } = await search(false);
    truncateSync(path, statSync(path).size - 400);
    appendFileSync(path, '{"kind":"compl');
    expect((await search(true)).outcome).toEqual(whole);
    expect(linesOf().map((line) => JSON.parse(line).kind)).toContain('resumed');
    // And once more, now that all is there.
    const { outcome, told } = await search(true);
    expect(outcome).toEqual(whole);
    expect(told).toEqual([]);
  });

  it('counts what was spent and measured before', async () => {
    let before: Account | undefined;
    const budget = { usd: 1.5, gpuMinutes: 2 };
    const { outcome: whole } = await search(false, { budget });
    expect(whole.ended).toContain('The budget of $1.50 has');
    cutAfter(linesOf().length - 1);
    const { outcome, told } = await search(true, {
      budget,
      onAccount: (account) => {
        before = account;
      },
    });
    expect(told).toEqual([]);
    expect(outcome).toEqual(whole);
    expect(await before?.reserve({ ...whole.usage, usd: 1.5 })).toMatch(/^The budget of \$1\.50 has /);
  });

  it('goes on with the clock of the attempts before', async () => {
    const began = performance.now();
    await search(false, { began: began - 90_000 });
    cutAfter(linesOf().length - 1);
    const seconds = ofKind('completion').map(({ at_s }) => at_s);
    expect(Math.min(...seconds)).toBeGreaterThanOrEqual(90);
    await search(true, { began: performance.now() });
    expect(ofKind('end')[0]?.at_s).toBeGreaterThanOrEqual(90);
    expect(ofKind('end')[0]?.at_s).toBeLessThan(100);
  });

  it('decides about its time as it did then', async () => {
    // 90 seconds of a budget of two minutes are gone when the first answer comes.
    const { outcome: whole } = await search(false, { began: performance.now() - 90_000, budget: { minutes: 2 } });
    cutAfter(linesOf().length - 1);
    const resumed = await search(true, { budget: { minutes: 2 } });
    expect(resumed).toEqual({ outcome: whole, told: [] });
  });
});

describe('a run that would be another one', () => {
  const refused = async (overrides: Partial<RunDescription>): Promise<string> => {
    await (await openJournal({ path, resume: false, log: () => {} }, describedRun()))[Symbol.asyncDispose]();
    const size = statSync(path).size;
    const error = await openJournal({ path, resume: true, log: () => {} }, describedRun(overrides)).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(statSync(path).size).toBe(size);
    return (error as Error).message.replace(path, 'PATH');
  };
  const because = (reason: string) =>
    `The run of PATH cannot be resumed: ${reason}. Begin a new one by leaving out --resume.`;
  const [file] = BASELINE;
  const other = { ...TARGET, name: 'other' };

  it.each<[string, Partial<RunDescription>, string]>([
    [
      'a source',
      { targets: [{ target: TARGET, baseline: [{ path: file?.path ?? '', content: '// new\n' }] }] },
      'kernels/scale.cu has changed since',
    ],
    [
      'a header more',
      { targets: [{ target: TARGET, baseline: [...BASELINE, { path: 'kernels/a.cuh', content: '' }] }] },
      'kernels/a.cuh has changed since',
    ],
    [
      'the configuration',
      { targets: [{ target: { ...TARGET, reference: 'x * 3' }, baseline: BASELINE }] },
      'the configuration of scale has changed since',
    ],
    [
      'a call of it',
      {
        targets: [
          {
            target: TARGET,
            baseline: BASELINE,
            callers: [{ path: 'tests/t.cu', line: 3, excerpt: 'scale_forward();' }],
          },
        ],
      },
      'a file that calls scale has changed since',
    ],
    ['a target less', { targets: [] }, 'it was to optimize scale too'],
    [
      'a target more',
      {
        targets: [
          { target: TARGET, baseline: BASELINE },
          { target: other, baseline: BASELINE },
        ],
      },
      'it was not to optimize other',
    ],
    ['the model', { model: 'another' }, 'it asked scripted, and this would ask another'],
    [
      'the plan',
      { plan: { ...planOf('restart'), turns: 8 } },
      'it was planned as 3 × 4 turns, serial, and this as 3 × 8 turns, restart',
    ],
    [
      'the device',
      { device: EMULATED },
      'it measured on NVIDIA H200, sm_90, driver 580.95, CUDA 13.0, and this would on emulated CPU, sm_90, nvcc 13.0',
    ],
    [
      'the driver',
      { device: { ...H200, versions: { ...H200.versions, driver: '590.1' } } },
      'it measured on NVIDIA H200, sm_90, driver 580.95, CUDA 13.0, and this would on NVIDIA H200, sm_90, driver 590.1, CUDA 13.0',
    ],
    ['the sandbox', { sandbox: 'off' }, "its sandbox was bubblewrap, and this one's is off"],
    ['Kernelwright', { version: '2.0.0' }, 'Kernelwright 1.2.3 began it, and this is 2.0.0, which may ask otherwise'],
  ])('by %s is refused, and nothing is written', async (_what, overrides, reason) => {
    expect(await refused(overrides)).toBe(because(reason));
  });

  it('but may have another budget', async () => {
    await search(false, { budget: { usd: 3 } });
    const { outcome } = await search(true, { budget: { usd: 9 } });
    expect(outcome.turns).toHaveLength(12);
    expect(ofKind('resumed')[0]?.budget).toEqual({ usd: 9 });
  });

  it('is a bug where nothing changed and yet the prompt did', async () => {
    await search(false);
    const changed = readFileSync(path, 'utf8').replace(
      /"conversation":"[0-9a-f]{64}"/g,
      `"conversation":"${'0'.repeat(64)}"`,
    );
    writeFileSync(path, changed);
    const outcome: Promise<{ outcome: TargetOutcome }> = search(true);
    await expect(outcome).rejects.toThrow(
      'in turn 1.1 of scale the model was told something else than it would be now',
    );
  });
});
