import { z } from 'zod';
import type { Recognizer } from '../targets/kernelbench.ts';
import { askHarness } from './ask-harness.ts';
import { type Harness, harnessCommand } from './harness.ts';

const answerSchema = z.object({ missing: z.array(z.array(z.string())) });

/**
 * A recognizer of files in KernelBench's convention. The harness is asked for only when there is a file to parse, since it may have to be
 * looked for, and a run may have no Python in it.
 */
export function createRecognizer(harness: () => Promise<Harness>, env: NodeJS.ProcessEnv): Recognizer {
  return async (files) => {
    if (files.length === 0) return [];
    const command = harnessCommand(await harness(), 'recognize', env);
    const answer = await askHarness(command, { files }, 'The process that parses Python files');
    return answerSchema.parse(answer).missing;
  };
}
