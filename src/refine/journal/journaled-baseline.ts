import type { Verifier } from '../../core/verifier.ts';
import type { PreparedVerifier } from '../../measure/verifier.ts';
import type { Journal } from './journal.ts';
import type { BaselineRecord } from './schema.ts';

/**
 * What was found of a target's own code is written down once: prompts are made from it, and a second measurement would give other
 * numbers. A later attempt prepares the machine only when it has something to judge.
 *
 * @param prepare builds and measures the baseline; fails as `prepareVerifier`
 */
export async function journaledBaseline(
  target: string,
  prepare: () => Promise<PreparedVerifier>,
  journal: Journal,
): Promise<PreparedVerifier> {
  const known = journal.recall.baseline(target);
  if (known !== undefined) {
    let preparing: Promise<PreparedVerifier> | undefined;
    const prepared = () => {
      preparing ??= prepare();
      return preparing;
    };
    return {
      ...foundAgain(known),
      screen: async (candidate, options) => (await prepared()).screen(candidate, options),
      confirm: async (candidate) => (await prepared()).confirm(candidate),
      modes: async (of) => (await prepared()).modes(of),
    };
  }
  const verifier = await prepare();
  const { screen: _screen, confirm: _confirm, modes: _modes, ...found } = verifier;
  await journal.append([
    { kind: 'baseline', at_s: journal.at(), target, found: { ...found, target: { ...found.target } } },
  ]);
  return verifier;
}

/** All of it is plain data, so it is now what it was when it was written. */
function foundAgain({ found }: BaselineRecord): Omit<PreparedVerifier, keyof Verifier> {
  return found as unknown as Omit<PreparedVerifier, keyof Verifier>;
}
