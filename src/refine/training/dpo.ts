import type { ChatMessage, Sample } from './sample.ts';

/** Of scores: two screenings of one version may differ by some percent. */
const MARGIN = 0.05;

export interface DpoLine {
  readonly prompt: readonly ChatMessage[];
  readonly chosen: readonly ChatMessage[];
  readonly rejected: readonly ChatMessage[];
  readonly score_chosen: number;
  readonly score_rejected: number;
  readonly target: string;
  /** The `id`s of the two turns. */
  readonly chosen_id: string;
  readonly rejected_id: string;
  readonly prompt_hash: string;
}

/**
 * Pairs of answers to one and the same prompt: its best answer against every one that scores less by more than a screening may err. The
 * same prompt is given in the first turns of all trajectories, in all turns of `best-of`, and in several runs of one kernel.
 */
export function dpoLines(samples: readonly Sample[]): DpoLine[] {
  return [...Map.groupBy(samples, ({ prompt_hash }) => prompt_hash).values()].flatMap((answers) => {
    const best = answers.reduce((a, b) => (b.score > a.score ? b : a));
    return answers
      .filter(({ score }) => best.score - score > MARGIN)
      .map((worse) => ({
        prompt: best.prompt,
        chosen: best.completion,
        rejected: worse.completion,
        score_chosen: best.score,
        score_rejected: worse.score,
        target: best.target,
        chosen_id: best.id,
        rejected_id: worse.id,
        prompt_hash: best.prompt_hash,
      }));
  });
}
