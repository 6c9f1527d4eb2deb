import { ConfigurationError } from '../../core/errors.ts';
import { parseConfiguration } from '../configuration.ts';
import type { TargetDraft } from './draft.ts';
import { writeDraft } from './write-draft.ts';

/** A draft, its text, and whether a configuration with it is accepted. */
export interface WrittenDraft {
  readonly draft: TargetDraft;
  readonly text: string;
  /** Why it is refused, to follow "because"; undefined for a draft that is accepted. */
  readonly problem?: string;
}

/** Writes a draft and reads it as the configuration is read. */
export function checkDraft(draft: TargetDraft): WrittenDraft {
  const text = writeDraft(draft);
  try {
    parseConfiguration(`targets:\n${indented(text)}`, 'draft');
    return { draft, text };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const [first = ''] = error.message.split('\n');
    return { draft, text, problem: first.replace(/^draft:\d+:\d+: (targets\.[\w.-]+: )?/, '') };
  }
}

/** As it stands below `targets:`. */
export function indented(text: string, by = '  '): string {
  return text.replace(/^(?=.)/gm, by);
}
