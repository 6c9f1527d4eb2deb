import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The recorded answer for one turn about one target: `<folder>/<target>/<turn>.md`, turns from 1. A conversation that goes on after the
 * last recorded answer hears that there is nothing more.
 */
export function recordedAnswer(folder: string, target: string, turn: number): string {
  if (!/^[\w.-]+$/.test(target)) throw new Error(`Target name ${JSON.stringify(target)} is no folder name.`);
  if (!existsSync(join(folder, target, '1.md'))) {
    throw new Error(`No recorded answers for target ${target}: ${join(folder, target, '1.md')} is missing.`);
  }
  const file = join(folder, target, `${turn}.md`);
  return existsSync(file) ? readFileSync(file, 'utf8') : 'I have no further idea for this kernel.\n';
}
