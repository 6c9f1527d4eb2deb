import type { Sample } from './sample.ts';

/** As TRL's GRPOTrainer has it, so that a group of equal returns has no infinite advantages. */
const EPSILON = 1e-4;

export interface GrpoLine extends Sample {
  readonly group_size: number;
  /** Of the discounted returns of all turns of all trajectories of the task. */
  readonly group_mean: number;
  /** With n − 1 in the denominator; 0 for a single turn. */
  readonly group_std: number;
  /** `(discounted_return − group_mean) / (group_std + 0.0001)`. */
  readonly advantage: number;
  /* What verl's RLHFDataset reads beside the prompt. */
  readonly data_source: 'kernelwright';
  readonly ability: 'cuda';
  readonly reward_model: { readonly style: 'rule'; readonly ground_truth: string };
  readonly extra_info: { readonly split: 'train'; readonly index: number; readonly id: string };
}

/**
 * Every turn a sample of its own, as Kevin is trained (arXiv 2507.11948, section 3): its reward is the discounted return, and what it is
 * compared with is the returns of all turns of its task.
 */
export function grpoLines(samples: readonly Sample[]): GrpoLine[] {
  const groups = Map.groupBy(samples, ({ group }) => group);
  return samples.map((sample, index) => {
    const returns = (groups.get(sample.group) ?? []).map(({ discounted_return }) => discounted_return);
    const { mean, std } = statistics(returns);
    return {
      ...sample,
      group_size: returns.length,
      group_mean: mean,
      group_std: std,
      advantage: (sample.discounted_return - mean) / (std + EPSILON),
      data_source: 'kernelwright',
      ability: 'cuda',
      reward_model: { style: 'rule', ground_truth: sample.target },
      extra_info: { split: 'train', index, id: sample.id },
    };
  });
}

function statistics(values: readonly number[]): { readonly mean: number; readonly std: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2) return { mean, std: 0 };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, std: Math.sqrt(squares / (values.length - 1)) };
}
