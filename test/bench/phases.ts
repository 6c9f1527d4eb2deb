import { median } from 'simple-statistics';
import type { Evidence } from '../../src/core/evidence.ts';
import type { Finding } from './part.ts';

/** Where the judge's time went, as the median of each phase. */
export function phaseFinding(evidences: readonly Pick<Evidence, 'phases_s'>[]): Finding {
  const names = [...new Set(evidences.flatMap(({ phases_s }) => Object.keys(phases_s ?? {})))];
  const told = names.map(
    (name) => `${name} ${median(evidences.map(({ phases_s }) => phases_s?.[name] ?? 0)).toFixed(2)}`,
  );
  return { what: 'of that, phases of the measurement, s', measured: told.join(', ') || 'none' };
}
