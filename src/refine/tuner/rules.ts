import type { Constant } from './constants.ts';

/**
 * Which turn of the tuner a constant belongs to: the shape of blocks and tiles comes first, and what is done within them after it, together with what
 * the source leaves to the compiler.
 */
export type Role = 'block' | 'inner' | 'compiler';

type Language = 'cuda' | 'python';

const INNER = /^(vec|unroll|stage|item|buf|num_?warps$|resident)/;
const BLOCK = /^(n|num)?(block|tile|thread|warp|chunk)/;
/** What people call the extents of tiles in a word: `BM`, `TN`, `tpb`. */
const SHORT = /^([btw][mnk]|tpb|blk[mnk]?)$/;
/** Bounds, identities and layouts of data, whatever else the name says. */
const FIXED =
  /^(max|min|version|magic|hash|seed|mask|shift|log|id|idx|index|total|page|cache|quant|align|bits|grid|ver)/;

const MOST_OF_A_BLOCK: Readonly<Record<Language, number>> = { cuda: 1_024, python: 65_536 };

/**
 * What a constant of existing code looks like; undefined for one that is not to be touched: a size of the problem, a version, a mask, the 32
 * lanes of a warp, anything whose name says nothing of blocks, tiles, threads, vectors, stages or unrolling.
 */
export function roleOf(constant: Constant, language: Language): Role | undefined {
  const { name, kind, value } = constant;
  if (kind === 'loops' || kind === 'occupancy') return 'compiler';
  if (value < 1 || value > MOST_OF_A_BLOCK[language] || !(isPowerOfTwo(value) || value <= 16)) return undefined;
  if (kind === 'block' || kind === 'bounds') return 'block';
  if (kind === 'unroll' || kind === 'residents') return 'inner';
  if (kind === 'argument' && name.startsWith('template argument')) return value >= 32 ? 'block' : 'inner';
  // `BM of kernel`: the parameter that a template argument is for.
  const words = wordsOf(name.split(' of ')[0] ?? name);
  if (words.some((word) => FIXED.test(word))) return undefined;
  if (value === 32 && words.includes('warp') && !words.some((word) => /^(tile|block)/.test(word))) return undefined;
  if (words.some((word) => INNER.test(word)) || (words.includes('per') && words.at(-1) === 'thread')) return 'inner';
  if (language === 'python' && words.includes('warps')) return 'inner';
  return words.some((word) => BLOCK.test(word) || SHORT.test(word)) ? 'block' : undefined;
}

/** `kThreadsPerBlock` and `THREADS_PER_BLOCK` are threads, per, block. */
function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '');
}

/** By itself nvcc 13 has up to 16 bodies of a loop of unknown length at once; more have more loads on their way. */
const UNROLLED: readonly number[] = [8, 16, 32, 64];
/** Nothing said, nvcc keeps a small kernel to 32 registers a thread, too few for more loads; one block has them all, four a good part. */
const RESIDENTS: readonly number[] = [1, 4];

/** What may stand in place of a constant of this role. */
export function alternativesOf({ name, kind, value }: Constant, role: Role, language: Language): readonly number[] {
  const words = wordsOf(name);
  if (kind === 'loops') return UNROLLED;
  if (kind === 'occupancy') return RESIDENTS;
  if (kind === 'residents' || words.some((word) => word.startsWith('stage'))) return others(value, [1, 2, 3, 4, 5]);
  if (!isPowerOfTwo(value))
    return others(value, [value - 1, value + 1, ...POWERS.filter((one) => near(one, value, 2))]);
  if (role === 'inner')
    return others(
      value,
      POWERS.filter((one) => one <= 32 && near(one, value, 8)),
    );
  const least = Math.min(value, leastOf(name, words, language));
  const most = words.includes('warps') ? 32 : MOST_OF_A_BLOCK[language];
  return others(
    value,
    POWERS.filter((one) => near(one, value, language === 'python' ? 4 : 8) && one >= least && one <= most),
  );
}

/** Fewer threads than a warp has leave lanes idle. Triton's blocks are of no fewer than 16 elements where they are multiplied. */
function leastOf(name: string, words: readonly string[], language: Language): number {
  if (words.includes('warps')) return 1;
  if (language === 'python') return 16;
  return name.startsWith('block of ') ||
    name.startsWith('launch bounds') ||
    words.some((word) => /thread|tpb/.test(word))
    ? 32
    : 4;
}

const POWERS: readonly number[] = Array.from({ length: 17 }, (_, exponent) => 2 ** exponent);

function isPowerOfTwo(value: number): boolean {
  return POWERS.includes(value);
}

function near(one: number, value: number, factor: number): boolean {
  return one >= 1 && one <= value * factor && one * factor >= value;
}

function others(value: number, candidates: readonly number[]): readonly number[] {
  return [...new Set(candidates)].filter((one) => one !== value).sort((a, b) => a - b);
}
