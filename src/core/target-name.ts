import { posix } from 'node:path';
import { BUILD_FILE } from './project.ts';
import { repositoryPathProblem } from './repository-path.ts';

/** What stands for a target in the configuration, in reports, flags and file names. */
export const TARGET_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/;

const LONGEST_PATH = 512;

/**
 * What is wrong with `text` where a person names a target, as words that follow it; undefined when it can be the name of one, or the
 * path of a `.py` file or a `build.toml`, which need no configuration. Whether there is such a target is another question.
 */
export function targetNameProblem(text: string): string | undefined {
  if (TARGET_NAME.test(text)) return undefined;
  if (!text.endsWith('.py') && posix.basename(text) !== BUILD_FILE) {
    return `is not the name of a target, nor the path of a .py file or a ${BUILD_FILE}`;
  }
  if (text.length > LONGEST_PATH) return `is longer than ${LONGEST_PATH} characters`;
  return repositoryPathProblem(text);
}
