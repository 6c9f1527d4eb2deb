import type { Check, Evidence } from '../../../src/core/evidence.ts';
import { baselineText, candidateFor, prepare, requireJudged, targetOf } from '../baselines.ts';
import { geluCandidate } from '../gelu-source.ts';
import { countVerdicts } from '../paired-trials.ts';
import { howMany, newSalt, type Part } from '../part.ts';
import { phaseFinding } from '../phases.ts';
import { repeatWithin } from '../repeat-within.ts';
import { formatSpread, spreadOf } from '../spread.ts';

const GOAL_S = 15;

/** How long a confirmation takes, sanitizers and profile included, of a candidate that was screened before. */
export const confirm: Part = {
  name: 'confirm',
  async *run(context) {
    const target = targetOf(context, 'gelu');
    const verifier = await prepare(context, target, await baselineText(context, target));
    const salt = newSalt();
    const time = async (index: number): Promise<Evidence> => {
      const candidate = candidateFor(target, geluCandidate(salt, index));
      requireJudged(await verifier.screen(candidate));
      const evidence = requireJudged(await verifier.confirm(candidate));
      context.say(`confirmation ${index + 1} took ${evidence.timings_s.confirm?.toFixed(1)} s: ${evidence.verdict}`);
      return evidence;
    };
    for await (const evidences of repeatWithin(context.timeLeft, howMany(context, { cuda: 5, emulated: 1 }), time)) {
      const seconds = spreadOf(evidences.flatMap(({ timings_s }) => timings_s.confirm ?? []));
      const baselineUs = evidences.at(-1)?.workloads[0]?.baseline_us;
      yield {
        findings: [
          {
            what: `confirmation, one workload of ${baselineUs?.toFixed(0) ?? '?'} µs`,
            measured: formatSpread(seconds, 's'),
            goal: `≤ ${GOAL_S} s`,
            reached: (seconds?.median ?? Infinity) <= GOAL_S,
          },
          phaseFinding(evidences),
          { what: 'verdicts', measured: countVerdicts(evidences.map(({ verdict }) => verdict)) },
        ],
        table: [['check', 'status in the last', 'detail'], ...(evidences.at(-1)?.checks ?? []).map(checkRow)],
        samples: { evidences },
      };
    }
  },
};

function checkRow({ name, status, detail }: Check): string[] {
  return [name, status, detail.replaceAll('|', '\\|').replaceAll('\n', ' ')];
}
