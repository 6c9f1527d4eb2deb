import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../src/core/errors.ts';
import type { PolicyName } from '../../../src/core/search-plan.ts';
import { readJournal } from '../../../src/refine/journal/read.ts';
import { dpoLines } from '../../../src/refine/training/dpo.ts';
import { grpoLines } from '../../../src/refine/training/grpo.ts';
import type { Sample } from '../../../src/refine/training/sample.ts';
import { samplesOf } from '../../../src/refine/training/samples.ts';
import { sftLines } from '../../../src/refine/training/sft.ts';
import { searchedSamples } from './exports.ts';

let folder: string;
const samples = new Map<PolicyName, Sample[]>();
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'training-'));
  for (const policy of ['serial', 'restart', 'best-of'] as const) {
    samples.set(policy, await searchedSamples(join(folder, `${policy}.jsonl`), policy));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const of = (policy: PolicyName) => samples.get(policy) ?? [];
function at(policy: PolicyName, place: string): Sample {
  const found = of(policy).find(({ trajectory, turn }) => `${trajectory}.${turn}` === place);
  if (found === undefined) throw new Error(`There is no turn ${place}.`);
  return found;
}

describe('a sample', () => {
  it('is none where a line of its conversation was taken out of the journal', async () => {
    const run = await readJournal(join(folder, 'serial.jsonl'));
    const records = run.records.filter((record) => record.kind !== 'text');
    expect(() => samplesOf({ ...run, records })).toThrow(ConfigurationError);
    expect(() => samplesOf({ ...run, records })).toThrow(/lacks the text [0-9a-f]{64}, to which a completion refers/);
  });

  it('holds the conversation as the model had it, its answer, and what came of it', () => {
    const sample = at('serial', '3.4');
    expect(sample.prompt.map(({ role }) => role)).toEqual([
      'system',
      ...Array.from({ length: 3 }, () => ['user', 'assistant']).flat(),
      'user',
    ]);
    expect(sample.prompt[1]?.content).toMatch(/^Target: scale\n/);
    expect(sample.prompt.at(-1)?.content).toMatch(/^Result of turn 3: correct/);
    expect(sample.completion).toEqual([{ role: 'assistant', content: expect.stringContaining('Idea 3.4.') }]);
    expect(sample).toMatchObject({
      id: `${sample.group}/3.4`,
      after: `${sample.group}/3.3`,
      target: 'scale',
      model: 'scripted',
      device: 'NVIDIA H200',
      verdict: 'not-proven',
      confirmed: 'faster',
      correct: true,
      speedup: 1 + 11 / 16,
      score: 0.3 + 1 + 11 / 16,
    });
    expect(sample.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('of a malformed answer, and of one that a confirmation refuted, scores nothing', () => {
    expect(at('serial', '1.2')).toMatchObject({ verdict: 'malformed', hash: '', correct: false, score: 0, speedup: 0 });
    expect(at('serial', '2.2')).toMatchObject({
      verdict: 'not-proven',
      confirmed: 'incorrect',
      correct: false,
      score: 0,
    });
  });

  it('returns what came after it in its trajectory', () => {
    const returns = (policy: PolicyName, trajectory: number) =>
      of(policy)
        .filter((sample) => sample.trajectory === trajectory)
        .map(({ discounted_return }) => discounted_return);
    // Scores of trajectory 1: 0.3 + 19/16, 0, 0.3 + 23/16; and 1.4 is wrong.
    const third = 0.3 + 23 / 16;
    expect(returns('serial', 1)).toEqual([0.3 + 19 / 16 + 0.4 * (0 + 0.4 * third), 0.4 * third, third, 0].map(near));
    // Where no turn saw another, nothing follows.
    expect(returns('best-of', 1)).toEqual([0.3 + 19 / 16, 0, third, 0].map(near));
  });

  it('that was restarted from another trajectory begins a chain of its own', () => {
    const restarted = of('restart').filter(
      ({ after, group, trajectory }) => after !== '' && !after.startsWith(`${group}/${trajectory}.`),
    );
    expect(restarted.length).toBeGreaterThan(0);
    for (const { trajectory, turn } of restarted) {
      const before = at('restart', `${trajectory}.${turn - 1}`);
      expect(before.discounted_return).toBe(before.score);
    }
  });
});

describe('sft', () => {
  it('takes correct versions above the threshold, each once', () => {
    const lines = sftLines(of('serial'), 1.4);
    expect(lines.map(({ trajectory, turn }) => `${trajectory}.${turn}`)).toEqual(['1.3', '2.4', '3.3', '3.4']);
    const all = sftLines(of('serial'), 0);
    expect(all.length).toBeGreaterThan(lines.length);
    expect(new Set(all.map(({ hash }) => hash)).size).toBe(all.length);
    expect(all.every(({ correct }) => correct)).toBe(true);
  });
});

describe('grpo', () => {
  it('compares each turn with all of its task', () => {
    const lines = grpoLines([...of('serial'), ...of('best-of')]);
    expect(lines).toHaveLength(24);
    expect(new Set(lines.map(({ group_mean }) => group_mean)).size).toBe(2);
    expect(lines.every(({ group_size }) => group_size === 12)).toBe(true);
    const sum = lines.slice(0, 12).reduce((total, { advantage }) => total + advantage, 0);
    expect(sum).toBeCloseTo(0, 9);
    expect(lines[13]?.extra_info).toEqual({ split: 'train', index: 13, id: lines[13]?.id });
  });

  it('knows no advantage in a group of one', () => {
    expect(grpoLines([at('serial', '3.4')])[0]).toMatchObject({ group_std: 0, advantage: 0 });
  });
});

describe('dpo', () => {
  it('pairs answers to one prompt: the best with each that is clearly worse', () => {
    const lines = dpoLines(of('serial'));
    // The first turns of the three trajectories; 2.1 and 3.1 gave the same answer.
    expect(
      lines.map(({ chosen_id, rejected_id }) => [chosen_id, rejected_id].map((id) => id.split('/').at(-1))),
    ).toEqual([['2.1', '1.1']]);
    for (const { prompt, chosen, rejected, score_chosen, score_rejected } of lines) {
      expect(prompt.map(({ role }) => role)).toEqual(['system', 'user']);
      expect(chosen).not.toEqual(rejected);
      expect(score_chosen).toBeGreaterThan(score_rejected);
    }
    expect(dpoLines(of('best-of')).length).toBeGreaterThan(5);
    expect(new Set(dpoLines(of('best-of')).map(({ chosen_id }) => chosen_id)).size).toBe(1);
  });
});

it('no field is null or missing in one line and there in another', () => {
  const all = [...samples.values()].flat();
  const shapes = new Set(
    all.map((sample) =>
      JSON.stringify(Object.entries(sample).map(([name, value]) => [name, value === null ? 'null' : typeof value])),
    ),
  );
  expect(shapes.size).toBe(1);
});

function near(value: number): unknown {
  return expect.closeTo(value, 12);
}
