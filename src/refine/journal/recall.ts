import type { Evidence } from '../../core/evidence.ts';
import type { Asker } from '../../core/model.ts';
import type { TurnPlace } from '../../core/turn-place.ts';
import type { BaselineRecord, ComparisonRecord, CompletionRecord, EvidenceRecord, JournalRecord } from './schema.ts';

/** A record, and where it stands among the others. */
export interface Recalled<Record> {
  readonly record: Record;
  readonly position: number;
}

/** What the earlier attempts of a run asked and were told. */
export interface Recall {
  /** What was found of a target's own code. */
  baseline(target: string): BaselineRecord | undefined;
  /** What a target's own code came to beside that of the base branch, of these very files. */
  comparison(target: string, hashes: Pick<ComparisonRecord, 'head' | 'base'>): ComparisonRecord | undefined;
  completion(asker: Asker): Recalled<CompletionRecord> | undefined;
  evidence(target: string, stage: Evidence['stage'], hashes: Evidence['hashes']): Recalled<EvidenceRecord> | undefined;
  /** Whether it is written already what the turn came to. */
  hasTurn(place: TurnPlace & { readonly target: string }): boolean;
  hasCandidate(target: string, hash: string): boolean;
}

export function recall(records: readonly JournalRecord[]): Recall {
  const baselines = new Map<string, BaselineRecord>();
  const comparisons = new Map<string, ComparisonRecord>();
  const completions = new Map<string, Recalled<CompletionRecord>>();
  const evidence = new Map<string, Recalled<EvidenceRecord>>();
  const turns = new Set<string>();
  const candidates = new Set<string>();
  for (const [position, record] of records.entries()) {
    if (record.kind === 'baseline') baselines.set(record.target, record);
    if (record.kind === 'comparison') comparisons.set(keyOf(record.target, record.head, record.base), record);
    if (record.kind === 'completion') completions.set(askerKey(record), { record, position });
    if (record.kind === 'turn') turns.add(turnKey(record));
    if (record.kind === 'candidate') candidates.add(keyOf(record.target, record.hash));
    if (record.kind === 'evidence') {
      const { stage, hashes } = record.evidence;
      evidence.set(keyOf(record.target, stage, hashes.baseline, hashes.candidate), { record, position });
    }
  }
  return {
    baseline: (target) => baselines.get(target),
    comparison: (target, { head, base }) => comparisons.get(keyOf(target, head, base)),
    completion: (asker) => completions.get(askerKey(asker)),
    evidence: (target, stage, { baseline, candidate }) => evidence.get(keyOf(target, stage, baseline, candidate)),
    hasTurn: (place) => turns.has(turnKey(place)),
    hasCandidate: (target, hash) => candidates.has(keyOf(target, hash)),
  };
}

function turnKey({ target, trajectory, turn }: TurnPlace & { readonly target: string }): string {
  return keyOf(target, trajectory, turn);
}

/** A turn may ask a second time, with a shorter conversation. */
function askerKey(asker: Asker): string {
  return keyOf(turnKey(asker), asker.again ? 2 : 1);
}

function keyOf(...parts: readonly (string | number)[]): string {
  return JSON.stringify(parts);
}
