import { messageOf, UserError } from '../../src/core/errors.ts';
import type { Context, Part, PartResult } from './part.ts';

/** A result, and whether the part came to its end. */
export interface Ran {
  readonly result: PartResult;
  readonly isWhole: boolean;
}

/**
 * Runs a part to its end or its failure, which is a finding like any other: what it found before is kept, and the parts after it still run.
 *
 * @param onProgress gets all that is known, after every step
 */
export async function runPart(part: Part, context: Context, onProgress: (result: PartResult) => void): Promise<Ran> {
  let last: PartResult = { findings: [], samples: {} };
  try {
    for await (last of part.run(context)) onProgress(last);
    return { result: last, isWhole: true };
  } catch (error) {
    const message = messageOf(error);
    context.say(error instanceof UserError || !(error instanceof Error) ? message : (error.stack ?? message));
    const failed = { what: 'it did not come to its end', measured: message.split('\n')[0] ?? '' };
    return { result: { ...last, findings: [...last.findings, failed] }, isWhole: false };
  }
}
