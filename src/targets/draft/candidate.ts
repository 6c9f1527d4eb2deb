import type { SourceFile } from '../../core/source.ts';
import type { LeftOut, TargetDraft } from './draft.ts';

/** Something that can become a draft, once it is known who calls it. */
export interface Candidate {
  /** Names whose calls say something about it. */
  readonly names: readonly string[];
  readonly draft: (usage: readonly SourceFile[]) => TargetDraft | LeftOut;
}
