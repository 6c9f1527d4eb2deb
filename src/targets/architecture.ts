import type { Parsed } from './parsed.ts';

/**
 * Reads an entry of `architectures`: 80, "90a" or "sm_90a", each for `sm_80` and the like. Whether nvcc knows it only the machine can say.
 */
export function parseArchitecture(written: unknown): Parsed<string> {
  const text = typeof written === 'number' ? String(written) : written;
  if (typeof text !== 'string') return problem('is no architecture; write a number such as 80, or "90a"');
  const [, number, letter] = /^(?:sm_)?(\d{2,3})([af]?)$/.exec(text) ?? [];
  if (number !== undefined) return { ok: true, value: `sm_${number}${letter}` };
  const meant = meantBy(text);
  return problem(
    meant === undefined
      ? 'is no architecture; write the compute capability without its point, such as 80 for 8.0, or "90a"'
      : `is no architecture as it is written here; write ${meant}`,
  );
}

/** By how other tools write it: `8.6`, `9.0a`, `8.0+PTX`, `compute_80`; YAML reads `8.0` as 8. */
function meantBy(text: string): string | undefined {
  const [, major, minor = '0', letter = ''] =
    /^(\d{1,2})(?:\.(\d))?([af]?)(?:\+PTX)?$/i.exec(text) ?? /^compute_(\d{1,2})(\d)([af]?)$/.exec(text) ?? [];
  if (major === undefined) return undefined;
  return letter === '' ? `${major}${minor}` : `"${major}${minor}${letter.toLowerCase()}"`;
}

function problem(words: string): Parsed<string> {
  return { ok: false, problem: words };
}
