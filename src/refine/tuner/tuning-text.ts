import type { Trial, Tuned } from '../../core/outcome.ts';
import { dataBlock } from '../data-block.ts';
import { valuesText } from './space.ts';

const MOST_ROWS = 12;

/** What a model is told of the constants that it declared: the numbers that were taken, and how others did, the fastest first. */
export function tuningText({ varied, values, trials, remark }: Tuned): string {
  if (trials.length === 0) return dataBlock('tuning', remark ?? 'Nothing was tuned.');
  const ranked = trials.toSorted((a, b) => (b.speedup ?? 0) - (a.speedup ?? 0));
  const left = ranked.length - MOST_ROWS;
  const rows = [
    ...ranked.slice(0, MOST_ROWS).map((trial) => `${valuesText(trial.values, varied)}: ${outcomeOf(trial)}`),
    ...(left > 0 ? [`… and ${left} more that were no faster`] : []),
  ];
  return [
    `Of ${trials.length} combinations of the constants that you declared, the one above is the best. Its numbers stand in the file now, and the comment is gone; declare again what is worth tuning again.`,
    dataBlock('tuning', [`taken: ${valuesText(values, varied)}`, ...rows, ...(remark ? [remark] : [])].join('\n')),
  ].join('\n\n');
}

function outcomeOf({ verdict, speedup }: Trial): string {
  return speedup === undefined ? verdict : `${speedup.toFixed(2)}×`;
}
