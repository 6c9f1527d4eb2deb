import type { Evidence } from '../../core/evidence.ts';
import type { Candidate } from '../../core/source.ts';
import type { ScreenOptions, Verifier } from '../../core/verifier.ts';
import type { Journal } from './journal.ts';
import type { EvidenceRecord } from './schema.ts';
import { referToFiles } from './texts.ts';

/** What a verifier judges. */
export interface JudgedTarget {
  readonly target: string;
  /** Of its files as they are, by `hashFiles`. */
  readonly baseline: string;
}

/**
 * A verifier whose evidence is written down, with the candidates that it is of, and that gives again what is written of the same bytes
 * against the same baseline. The machine is the same: a journal is of one.
 */
export function journaledVerifier<V extends Verifier>(
  verifier: V,
  { target, baseline }: JudgedTarget,
  journal: Journal,
): V {
  const written = new Set<string>();

  /** A candidate is written before it is judged: it may be what ends the run. */
  function write(candidate: Candidate): void {
    if (written.has(candidate.hash) || journal.recall.hasCandidate(target, candidate.hash)) return;
    written.add(candidate.hash);
    const { files, hash } = candidate;
    void journal.append([
      ...journal.texts.add(files.map(({ content }) => content)),
      { kind: 'candidate', target, hash, files: referToFiles(files) },
    ]);
  }

  const judge = (stage: Evidence['stage']) => async (candidate: Candidate, options?: ScreenOptions) => {
    const known = journal.recall.evidence(target, stage, { baseline, candidate: candidate.hash });
    if (known !== undefined) {
      await journal.replay.recorded(known.position);
      return known.record.evidence;
    }
    await journal.replay.anew();
    write(candidate);
    const evidence = await verifier[stage](candidate, options);
    await journal.append([{ kind: 'evidence', at_s: journal.at(), target, evidence: asRecorded(evidence) }]);
    return evidence;
  };

  return { ...verifier, screen: judge('screen'), confirm: judge('confirm') };
}

/** The same value: a record's lists are only not known to be read-only. */
function asRecorded(evidence: Evidence): EvidenceRecord['evidence'] {
  return evidence as EvidenceRecord['evidence'];
}
