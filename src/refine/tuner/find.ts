import type { SourceFile } from '../../core/source.ts';
import type { Syntax } from '../../targets/dependencies/syntax.ts';
import type { Constant, Constants } from './constants.ts';
import { cudaConstants } from './cuda-constants.ts';
import { pythonConstants } from './python-constants.ts';
import { reachOf, within } from './reach.ts';
import { alternativesOf, type Role, roleOf } from './rules.ts';
import type { Tunable, TuneSpace, Values } from './space.ts';

/** A tunable that was found in existing code, and when it is tuned. */
export interface FoundTunable extends Tunable {
  readonly role: Role;
}

export interface FoundSpace extends TuneSpace {
  readonly tunables: readonly FoundTunable[];
}

/**
 * The constants of existing code that look like sizes of blocks, tiles, vectors, stages or unrolled loops, with what may stand in their place.
 * What stands in comments and strings is not found, nor what only code uses that the entry does not come to: of another target in the same file, for
 * example, which would be changed without being checked.
 *
 * @param writable the path of the file to look in
 * @param files all files of the target
 * @param entry what is called; where the file does not define it, all is searched
 */
export async function findTunables(
  files: readonly SourceFile[],
  writable: string,
  syntax: Syntax,
  entry: string,
): Promise<FoundSpace> {
  const language = languageOfPath(writable);
  const text = files.find(({ path }) => path === writable)?.content ?? '';
  const { found, limits } = await constantsIn(text, language, syntax);
  const reach = await syntax.parse(language, text, (root) => reachOf(root, entry));
  const tunables = merged(within(reach, found)).flatMap((constant) => {
    const role = roleOf(constant, language);
    if (role === undefined) return [];
    const alternatives = alternativesOf(constant, role, language);
    return alternatives.length === 0 ? [] : [{ ...tunableOf(constant, writable, alternatives), role }];
  });
  return { files, tunables: distinctlyNamed(tunables, found), limits, constants: knownConstants(found) };
}

export function languageOfPath(path: string): 'cuda' | 'python' {
  return path.endsWith('.py') ? 'python' : 'cuda';
}

/** None where the text cannot be parsed in time. */
export async function constantsIn(text: string, language: 'cuda' | 'python', syntax: Syntax): Promise<Constants> {
  const look = language === 'python' ? pythonConstants : cudaConstants;
  return (await syntax.parse(language, text, look)) ?? { found: [], limits: [] };
}

/** Numbers by their names, of those that have the same number everywhere. */
export function knownConstants(found: readonly Constant[]): Values {
  const known = found.filter((one) => found.every(({ name, value }) => name !== one.name || value === one.value));
  return Object.fromEntries(known.map(({ name, value }) => [name, value]));
}

export function tunableOf({ name, value, places }: Constant, path: string, alternatives: readonly number[]): Tunable {
  return { name, value, alternatives, places: places.map((place) => ({ path, ...place })) };
}

/** What has one name, one kind and one number is one constant, wherever it stands. */
export function merged(found: readonly Constant[]): readonly Constant[] {
  const constants = new Map<string, Constant>();
  for (const one of found) {
    const key = `${one.kind} ${one.name} ${one.value}`;
    const known = constants.get(key);
    const places = [...(known?.places ?? []), ...one.places];
    const distinct = [...new Map(places.map((place) => [place.start, place])).values()];
    constants.set(key, { ...(known ?? one), places: distinct });
  }
  return [...constants.values()];
}

/** Constants of one name in several places get their lines. */
function distinctlyNamed(tunables: readonly FoundTunable[], found: readonly Constant[]): readonly FoundTunable[] {
  return tunables.map((tunable) => {
    if (tunables.filter(({ name }) => name === tunable.name).length === 1) return tunable;
    const start = tunable.places[0]?.start;
    const line = found.find(({ places }) => places[0]?.start === start)?.line;
    return { ...tunable, name: `${tunable.name} in line ${line}` };
  });
}
