import { createHash } from 'node:crypto';
import type { Device, Evidence } from '../../src/core/evidence.ts';
import type { Conversation, Model, Usage } from '../../src/core/model.ts';
import type { SearchPlan } from '../../src/core/search-plan.ts';
import type { Candidate, SourceFile } from '../../src/core/source.ts';
import type { Target } from '../../src/core/target.ts';
import type { Verifier } from '../../src/core/verifier.ts';
import { priceOf } from '../../src/models/price.ts';
import { openAccount } from '../../src/refine/budget.ts';
import { refineTarget } from '../../src/refine/search.ts';
import { normalOf, randomOf } from '../measure/samples.ts';

/*
 * The search itself, with a model and a judge whose luck is drawn. The model knows of earlier turns only what its conversation shows, so a
 * policy that shows it less gets less.
 */

/** How lucky a model is with one task. Speedups are over the baseline; spreads are of the speedup's natural logarithm. */
export interface Luck {
  /** Chance that an attempt is correct while the model has seen no correct version. */
  readonly first: number;
  /** By what part of the chance to fail each failure that it has seen lowers it. */
  readonly learning: number;
  /** Chance that a change of a correct version is correct. */
  readonly change: number;
  /** Logarithm of the speedup of a first correct version, and its spread. */
  readonly start: number;
  readonly startSpread: number;
  /** What a change of the best version seen adds to the logarithm, and its spread. */
  readonly gain: number;
  readonly gainSpread: number;
  /** Logarithm of the speedup that the hardware allows: no version is faster. */
  readonly ceiling: number;
}

/**
 * Luck with a task, drawn so that the shares of tasks solved and the mean speedups are about those of Kevin's table on KernelBench: 128
 * single attempts 0.65, 16 trajectories of 8 turns 1.10 (arXiv 2507.11948). Tasks differ most in how likely a first attempt is correct.
 */
function luckWith(task: number): Luck {
  const random = randomOf(7_919 * (task + 1));
  const normal = normalOf(random);
  const first = random() < 0.15 ? 0.0005 : random() ** 2 * 0.6;
  return {
    first,
    learning: 0.12,
    change: 0.55,
    start: -0.75 + 0.35 * normal(),
    startSpread: 0.3,
    gain: 0.06,
    gainSpread: 0.26,
    ceiling: 0.2 + 0.4 * Math.abs(normal()),
  };
}

const PRICED_AS = 'claude-opus-5-5';
const CHARACTERS_IN_A_TOKEN = 3.5;
/** Thinking included. */
const TOKENS_OF_AN_ANSWER = { mean: 6_000, spread: 2_000 } as const;
const DEVICE: Device = { name: 'simulated GPU', kind: 'cuda', arch: 'sm_90', versions: {} };

export interface Searched {
  /** The true speedup of what was confirmed; 0 where nothing was correct. */
  readonly speedup: number;
  readonly kernels: number;
  readonly usd: number;
  readonly tokens: number;
}

/** One search for a task; the same seed gives the same search. */
export async function simulatedSearch(task: number, plan: SearchPlan, subject: Subject, seed = 1): Promise<Searched> {
  const { target, baseline } = subject;
  const model = simulatedModel(luckWith(task), randomOf(104_729 * (task + 1) + seed), target);
  const { turns, best, usage } = await refineTarget({
    ...{ target, baseline, device: DEVICE, model, plan },
    verifier: simulatedVerifier(randomOf(15_485_863 * (task + 1) + seed)),
    account: openAccount({}),
  });
  const correct = turns.flatMap(({ result }) => (result.kind === 'judged' ? [speedOf(result.candidate) ?? 0] : []));
  return {
    // Where nothing is faster than the baseline nothing is confirmed; Kevin's table counts the best correct version all the same.
    speedup: best === undefined ? Math.max(0, ...correct) : (speedOf(best.candidate) ?? 0),
    kernels: turns.length,
    usd: usage.usd ?? 0,
    tokens: usage.input_tokens + usage.cache_read_tokens + usage.cache_write_tokens + usage.output_tokens,
  };
}

/** A target whose one file the simulated versions stand in for. */
export interface Subject {
  readonly target: Target;
  readonly baseline: readonly SourceFile[];
}

const RIGHT = /^\/\/ simulated (?:wrong|(\d+\.\d+)) \d+$/gm;

/** Its true speedup; undefined where it is wrong. */
function speedOf({ files }: Pick<Candidate, 'files'>): number | undefined {
  const [, speed] = [...(files[0]?.content ?? '').matchAll(RIGHT)][0] ?? [];
  return speed === undefined ? undefined : Number(speed);
}

function simulatedModel(luck: Luck, random: () => number, { source }: Target): Model {
  const normal = normalOf(random);
  const cache = new Set<string>();
  let made = 0;
  return {
    name: PRICED_AS,
    atMost: () => ({ input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_write_tokens: 0, usd: 0 }),
    async complete(conversation) {
      const seen = conversation.messages
        .filter(({ role }) => role === 'assistant')
        .flatMap(({ text }) => [...text.matchAll(RIGHT)].map(([, speed]) => speed));
      const speeds = seen.flatMap((speed) => (speed === undefined ? [] : [Number(speed)]));
      const failures = seen.length - speeds.length;
      const best = Math.max(...speeds);
      const chance = speeds.length > 0 ? luck.change : 1 - (1 - luck.first) * (1 - luck.learning) ** failures;
      const drawn =
        speeds.length > 0
          ? Math.log(best) + luck.gain + luck.gainSpread * normal()
          : luck.start + luck.startSpread * normal();
      const logarithm = Math.min(drawn, luck.ceiling);
      made += 1;
      const version = random() < solvable(luck, chance) ? Math.exp(logarithm).toFixed(4) : 'wrong';
      // About as long as a kernel is, so that prompts grow as they do.
      const text = `Version ${made}.\n\n\`\`\`cuda path=${source}\n// simulated ${version} ${made}\n${'// …\n'.repeat(600)}\`\`\`\n`;
      const output = Math.max(1_000, TOKENS_OF_AN_ANSWER.mean + TOKENS_OF_AN_ANSWER.spread * normal());
      return { text, stop: 'end', usage: usageOf(conversation, cache, Math.round(output)), seconds: 60 };
    },
  };
}

/** A task that is hopeless at first stays so, whatever is learned from failures. */
function solvable({ first }: Luck, chance: number): number {
  return first < 0.001 ? first : chance;
}

/** What the API would count: everything up to the longest prefix that an earlier request has written to the cache is read from there. */
function usageOf(conversation: Conversation, cache: Set<string>, output_tokens: number): Usage {
  const parts = [conversation.system, ...conversation.messages.map(({ text }) => text)];
  let read = 0;
  let length = 0;
  const hash = createHash('sha256');
  for (const part of parts) {
    hash.update(part);
    length += part.length;
    const prefix = hash.copy().digest('hex');
    if (cache.has(prefix)) read = length;
    cache.add(prefix);
  }
  const tokens = {
    input_tokens: 0,
    output_tokens,
    cache_read_tokens: Math.round(read / CHARACTERS_IN_A_TOKEN),
    cache_write_tokens: Math.round((length - read) / CHARACTERS_IN_A_TOKEN),
  };
  return { ...tokens, usd: priceOf(PRICED_AS, tokens) ?? 0 };
}

/** Screens with the noise of a real screening. */
function simulatedVerifier(random: () => number): Verifier {
  const normal = normalOf(random);
  const judge =
    (stage: Evidence['stage'], noise: number) =>
    async (candidate: Candidate): Promise<Evidence> => {
      const speed = speedOf(candidate);
      const common = {
        ...({ target: 'simulated', device: DEVICE, sandbox: 'bubblewrap', stage, workloads: [], checks: [] } as const),
        hashes: { baseline: '', candidate: candidate.hash },
        timings_s: { build: 1, [stage]: stage === 'screen' ? 1 : 12 },
      };
      if (speed === undefined) return { ...common, verdict: 'incorrect', reason: 'Wrong result.' };
      const estimate = speed * Math.exp(noise * normal());
      const speedup = { estimate, low: estimate * 0.99, high: estimate * 1.01, judge_clock: estimate };
      const verdict = estimate < 0.99 ? 'slower' : stage === 'confirm' && estimate > 1.03 ? 'faster' : 'not-proven';
      return { ...common, verdict, reason: 'Correct.', speedup };
    };
  return { screen: judge('screen', 0.01), confirm: judge('confirm', 0.003), modes: async () => undefined };
}
