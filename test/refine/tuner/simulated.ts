import type { Device, Evidence } from '../../../src/core/evidence.ts';
import { type Model, NO_USAGE, TUNER } from '../../../src/core/model.ts';
import type { Budget } from '../../../src/core/search-plan.ts';
import type { Candidate } from '../../../src/core/source.ts';
import type { Verdict } from '../../../src/core/verdict.ts';
import { openAccount } from '../../../src/refine/budget.ts';
import { refineTarget } from '../../../src/refine/search.ts';
import { evidenceOf, H200, speedupOf, TARGET, timed } from '../samples.ts';

/** The speedup of a source, or the verdict of one that is not correct. */
export type Judgement = (content: string) => number | Verdict | Evidence | Error;

interface Scene {
  readonly source: string;
  readonly judge: Judgement;
  /** What a model answers, turn by turn; without answers the tuner is alone. */
  readonly answers?: readonly string[];
  readonly device?: Device;
  readonly budget?: Budget;
  readonly turns?: number;
  readonly atOnce?: number;
  /** What a screening takes of the GPU, in seconds. */
  readonly seconds?: number;
}

/** A search whose verifier knows how fast each text is. */
export async function simulate(scene: Scene) {
  const { source, judge, answers, device = H200, budget = {}, turns = 4, atOnce = 2, seconds = 1 } = scene;
  const screened: string[] = [];
  const profiled: string[] = [];
  const confirmed: string[] = [];
  const told: string[] = [];
  let side = 0;
  let most = 0;
  const evidenceFor = ({ files, hash }: Candidate): Evidence => {
    const judged = judge(files[0]?.content ?? '');
    if (judged instanceof Error) throw judged;
    const evidence =
      typeof judged === 'number' ? timed(judged) : typeof judged === 'string' ? evidenceOf(judged) : judged;
    return { ...evidence, device, hashes: { baseline: '', candidate: hash }, timings_s: { build: 1, screen: seconds } };
  };
  const model: Model = {
    name: 'scripted',
    atMost: () => NO_USAGE,
    async complete({ messages }) {
      told.push(messages.at(-1)?.text ?? '');
      const content = answers?.[told.length - 1] ?? '';
      const text = `An idea.\n\n\`\`\`cuda path=${TARGET.source}\n${content}\`\`\`\n`;
      return { text, stop: 'end', usage: NO_USAGE, seconds: 10 };
    },
  };
  const outcome = await refineTarget({
    target: TARGET,
    baseline: [{ path: TARGET.source, content: source }],
    device,
    model: answers === undefined ? TUNER : model,
    verifier: {
      modes: async () => undefined,
      async screen(candidate, options) {
        if (options?.profile) profiled.push(candidate.files[0]?.content ?? '');
        most = Math.max(most, ++side);
        await new Promise((resolve) => setTimeout(resolve, 1));
        side--;
        screened.push(candidate.files[0]?.content ?? '');
        return evidenceFor(candidate);
      },
      async confirm(candidate) {
        confirmed.push(candidate.files[0]?.content ?? '');
        const evidence = evidenceFor(candidate);
        const speedup = speedupOf(evidence.speedup?.estimate ?? 0);
        return { ...evidence, verdict: 'faster', stage: 'confirm', speedup };
      },
    },
    plan: {
      trajectories: answers === undefined ? 4 : 1,
      turns: answers?.length ?? turns,
      policy: 'serial',
      patience: 4,
    },
    account: openAccount(budget, () => 0),
    buildsAtOnce: atOnce,
  });
  return { outcome, screened, profiled, confirmed, told, most };
}

/** The number behind a name in a source. */
export function numberOf(content: string, name: string): number {
  return Number(new RegExp(`\\b${name} *=? *(\\d+)`).exec(content)?.[1]);
}
