import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { KernelResources } from '../../src/core/kernel-resources.ts';
import type { Candidate } from '../../src/core/source.ts';
import type { Target } from '../../src/core/target.ts';
import { createAnthropicModel } from '../../src/models/anthropic.ts';
import { openAccount } from '../../src/refine/budget.ts';
import { refineTarget } from '../../src/refine/search.ts';
import { readSkills, skillsFor } from '../../src/skills/shipped.ts';
import { parseConfiguration } from '../../src/targets/configuration.ts';
import { type CachedBytes, PromptCache } from '../models/prompt-cache.ts';
import { answer, startWire } from '../models/wire.ts';
import { H200, timed } from '../refine/samples.ts';

const EXAMPLE = join(import.meta.dirname, '../../examples/kernels');
const { targets } = parseConfiguration(
  readFileSync(join(EXAMPLE, '.github/kernelwright.yml'), 'utf8'),
  'kernelwright.yml',
);
const RESOURCES: readonly KernelResources[] = [
  {
    name: 'kernel',
    registers: 32,
    shared_bytes: 1024,
    spill_store_bytes: 0,
    spill_load_bytes: 0,
    stack_bytes: 0,
    occupancy: [{ block_threads: 256, block_shared_bytes: 1024, warps: 64, most_warps: 64, limited_by: 'warps' }],
  },
];

/** A search on the wire, with the recorded answers, a comment in each so that no two trajectories propose the same. */
async function search(target: Target, trajectories: number, skills: readonly string[] = []) {
  const cache = new PromptCache();
  const requests: { readonly turn: number; readonly bytes: CachedBytes }[] = [];
  const folder = join(EXAMPLE, 'answers', target.name);
  const answers = readdirSync(folder)
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8'));
  await using wire = await startWire((response, body) => {
    const turn = (body as { messages: { role: string }[] }).messages.filter(({ role }) => role === 'user').length;
    const bytes = cache.take(body);
    requests.push({ turn, bytes });
    const text = (answers[turn - 1] ?? '').replace(/^(```cuda path=.*)$/m, `$1\n// ${requests.length}`);
    const usage = {
      input_tokens: bytes.rest,
      cache_read_input_tokens: bytes.read,
      cache_creation_input_tokens: bytes.written,
      output_tokens: 1,
    };
    answer(text, 'end_turn', usage)(response, body);
  });
  const evidence = async ({ hash }: Candidate) => ({
    ...timed(1.5),
    resources: RESOURCES,
    hashes: { baseline: '', candidate: hash },
    workloads: target.workloads.map(({ name }) => ({
      name,
      baseline_us: 58.12,
      candidate_us: 38.75,
      speedup: 1.5,
      low: 1.48,
      high: 1.52,
      floor_us: 31.2,
    })),
  });
  const outcome = await refineTarget({
    target,
    baseline: [{ path: target.source, content: readFileSync(join(EXAMPLE, target.source), 'utf8') }],
    device: H200,
    skills,
    ceilings: { bytes_per_us: 4.3e6, flops_per_us: 7.9e8 },
    baselineTimes: (await evidence({ files: [], hash: '' })).workloads,
    model: createAnthropicModel({ baseUrl: wire.url, model: 'local', maxTokens: 100, log: () => {} }),
    verifier: { screen: evidence, confirm: evidence, modes: async () => undefined },
    plan: { trajectories, turns: answers.length, policy: 'serial', patience: 9 },
    account: openAccount({}),
  });
  return { requests, outcome };
}

const allOf = ({ read, written, rest }: CachedBytes) => read + written + rest;
const SHIPPED = await readSkills(join(import.meta.dirname, '../../skills'));

describe.each(targets.map((target) => [target.name, target] as const))('requests about %s', (_name, target) => {
  it('read from the cache all that an earlier request of the trajectory held, and the task from the first trajectory', async () => {
    const { requests, outcome } = await search(target, 3);
    expect(requests).toHaveLength(3 * 5);
    const [first, ...others] = requests.map(({ bytes }) => bytes);
    expect(first).toMatchObject({ read: 0, rest: 0 });
    const sizes = requests.map(({ bytes }) => allOf(bytes));
    for (const { read, rest } of others) {
      expect(sizes).toContain(read);
      expect(rest).toBe(0);
    }
    const of = (turn: number) => requests.filter((request) => request.turn === turn).map(({ bytes }) => bytes);
    expect(
      of(1)
        .slice(1)
        .map(({ written }) => written),
    ).toEqual([0, 0]);
    // In each turn what is new is the last answer and its result, and nothing of it is sent twice.
    const fresh = requests.reduce((sum, { bytes }) => sum + bytes.written, 0);
    const longest = Math.max(...of(5).map(allOf));
    expect(fresh).toBeLessThanOrEqual(longest * 3);
    expect(outcome.usage.cache_read_tokens).toBe(requests.reduce((sum, { bytes }) => sum + bytes.read, 0));
  });

  it('repeat at least 80 % of their bytes from behind a breakpoint, with the skills that ship', async () => {
    const { requests } = await search(
      target,
      3,
      skillsFor(SHIPPED, target, H200).map(({ text }) => text),
    );
    const shares = requests.filter(({ turn }) => turn > 1).map(({ bytes }) => bytes.read / allOf(bytes));
    expect(shares).toHaveLength(3 * 4);

    expect(Math.min(...shares)).toBeGreaterThanOrEqual(0.8);
  });

  it('repeat more than half of them without any', async () => {
    const { requests } = await search(target, 1);
    const shares = requests.filter(({ turn }) => turn > 1).map(({ bytes }) => bytes.read / allOf(bytes));
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(0.6);
  });
});
