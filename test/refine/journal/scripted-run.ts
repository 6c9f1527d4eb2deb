import type { Asker, Model, Usage } from '../../../src/core/model.ts';
import type { PolicyName, SearchPlan } from '../../../src/core/search-plan.ts';
import { type Candidate, hashFiles } from '../../../src/core/source.ts';
import type { Verifier } from '../../../src/core/verifier.ts';
import type { RunDescription } from '../../../src/refine/journal/run-record.ts';
import { BASELINE, evidenceOf, H200, speedupOf, TARGET, timed } from '../samples.ts';

/** A search whose every answer and measurement is known before, whatever the order in which they come. */

export const JUDGED = { target: TARGET.name, baseline: hashFiles(BASELINE) };

export function planOf(policy: PolicyName): SearchPlan {
  return { trajectories: 3, turns: 4, policy, patience: 100 };
}

export function describedRun(overrides: Partial<RunDescription> = {}): RunDescription {
  return {
    version: '1.2.3',
    model: 'scripted',
    plan: planOf('serial'),
    budget: {},
    device: H200,
    sandbox: 'bubblewrap',
    targets: [{ target: TARGET, baseline: BASELINE }],
    ...overrides,
  };
}

/** Dollars are binary fractions, whose sum does not depend on their order. */
function usageOf({ trajectory, turn }: Asker): Usage {
  return {
    input_tokens: 100 * trajectory,
    output_tokens: 10 * turn,
    cache_read_tokens: 7,
    cache_write_tokens: 3,
    usd: (trajectory + turn) / 64,
  };
}

export interface Script {
  /** Hears what is asked, before it is answered: `ask 1.2`, `screen // 1.2`, `confirm // 1.2`. */
  readonly told?: (what: string) => void;
  /** How long an answer takes. */
  readonly wait?: (what: string) => Promise<void>;
}

/** Turn 1.2 holds no code, and turn 3.1 is the version of turn 2.1. */
export function scriptedModel({ told, wait }: Script = {}): Model {
  return {
    name: 'scripted',
    atMost: () => ({ input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_write_tokens: 0, usd: 1 }),
    async complete(_conversation, asker) {
      if (asker === undefined) throw new Error('The search says which turn it asks for.');
      const name = `${asker.trajectory}.${asker.turn}`;
      told?.(`ask ${name}`);
      await wait?.(`ask ${name}`);
      const code = `// ${name === '3.1' ? '2.1' : name}`;
      const text = name === '1.2' ? 'No code.' : `Idea ${name}.\n\n\`\`\`cuda path=kernels/scale.cu\n${code}\n\`\`\`\n`;
      return { text, stop: 'end', usage: usageOf(asker), seconds: 2 };
    },
  };
}

/** Turn 2.2 looks best and is refuted; turn 3.4 is the best that holds; every fourth version is wrong. */
export function scriptedVerifier({ told, wait }: Script = {}): Verifier {
  const judge = (stage: 'screen' | 'confirm') => async (candidate: Candidate) => {
    const content = candidate.files[0]?.content.trim() ?? '';
    told?.(`${stage} ${content}`);
    await wait?.(`${stage} ${content}`);
    const [trajectory = 0, turn = 0] = content.slice(3).split('.').map(Number);
    const speedup = content === '// 2.2' ? 1.9 : 1 + (trajectory + 2 * turn) / 16;
    const wrong = (trajectory + turn) % 4 === 1 || (content === '// 2.2' && stage === 'confirm');
    const found = wrong ? evidenceOf('incorrect') : timed(speedup);
    return {
      ...found,
      ...(stage === 'confirm' && !wrong ? { verdict: 'faster' as const, speedup: speedupOf(speedup) } : {}),
      stage,
      hashes: { baseline: JUDGED.baseline, candidate: candidate.hash },
      timings_s: { build: 1, [stage]: 2 },
    };
  };
  return { modes: async () => undefined, screen: judge('screen'), confirm: judge('confirm') };
}
