import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseConfiguration } from '../../../src/targets/configuration.ts';
import { candidateFor, prepare, requireJudged, targetOf } from '../baselines.ts';
import { moduleCandidate } from '../module-source.ts';
import { howMany, newSalt, type Part } from '../part.ts';
import { phaseFinding } from '../phases.ts';
import { repeatWithin } from '../repeat-within.ts';
import { formatSpread, spreadOf } from '../spread.ts';

const GOAL_S = 8;

/** How long a PyTorch module whose kernel is plain CUDA waits for its screened verdict. */
export const module: Part = {
  name: 'module',
  async *run(context) {
    const configuration = join(context.folder, 'module-target.yml');
    const { targets } = parseConfiguration(await readFile(configuration, 'utf8'), configuration);
    const target = targetOf({ ...context, targets }, 'scaled_gelu');
    const [baseline, fused] = await Promise.all(
      ['scaled_gelu.py', 'scaled_gelu_fused.py'].map((name) => readFile(join(context.folder, 'kernels', name), 'utf8')),
    );
    const verifier = await prepare(context, target, baseline ?? '');
    const salt = newSalt();
    const time = async (index: number) => {
      const candidate = candidateFor(target, moduleCandidate(fused ?? '', salt, index));
      const began = performance.now();
      const { verdict, speedup, timings_s, phases_s } = requireJudged(await verifier.screen(candidate));
      const seconds = (performance.now() - began) / 1000;
      const screen = timings_s.screen ?? 0;
      context.say(
        `verdict ${index + 1} after ${seconds.toFixed(2)} s: ${verdict}${speedup === undefined ? '' : `, ${speedup.estimate.toFixed(2)}×`}`,
      );
      return { seconds, screen, speedup: speedup?.estimate, ...(phases_s && { phases_s }) };
    };
    for await (const timings of repeatWithin(context.timeLeft, howMany(context, { cuda: 10, emulated: 2 }), time)) {
      const seconds = spreadOf(timings.map((timing) => timing.seconds));
      yield {
        findings: [
          {
            what: 'module with a plain CUDA kernel of its own, source to screened verdict, warm judge',
            measured: formatSpread(seconds, 's'),
            goal: `≤ ${GOAL_S} s`,
            reached: (seconds?.median ?? Infinity) <= GOAL_S,
          },
          { what: 'of that, screen', measured: formatSpread(spreadOf(timings.map(({ screen }) => screen)), 's') },
          phaseFinding(timings),
        ],
        samples: { timings },
      };
    }
  },
};
