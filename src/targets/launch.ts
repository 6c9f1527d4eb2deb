import { didYouMean, nearest } from '../core/nearest.ts';
import { type Extent, type Launch, numberOf, type Workload } from '../core/target.ts';
import { asExtent, type Formula, namesIn } from './formula.ts';
import { type IssuePath, quote, type Report } from './issues.ts';
import { parseFormula } from './parse-formula.ts';
import type { Parsed } from './parsed.ts';

/** What `launch` says. */
interface ReadLaunch {
  readonly launch: Launch;
  /** The formulas in it, by their text. */
  readonly formulas: ReadonlyMap<string, Formula>;
  /** The numbers that it needs. */
  readonly names: ReadonlySet<string>;
}

const KEYS = ['grid', 'block', 'shared'] as const;

/**
 * Reads the grid, the block and the shared memory of a kernel; what is wrong is reported, and the result is then of no use.
 *
 * @param tensors names that stand for no number
 */
export function readLaunch(
  written: Readonly<Record<string, unknown>>,
  tensors: ReadonlySet<string>,
  report: Report,
): ReadLaunch {
  const formulas = new Map<string, Formula>();
  const names = new Set<string>();
  const one = (value: unknown, path: IssuePath): Extent => {
    const parsed = parseExtent(value);
    const tensor = parsed.ok ? namesIn(parsed.value).find((name) => tensors.has(name)) : undefined;
    if (!parsed.ok) report(path, `${quote(value)} ${parsed.problem}`);
    if (tensor !== undefined) report(path, `${quote(value)} has "${tensor}" in it, which is a tensor and no number`);
    if (!parsed.ok) return 1;
    for (const name of namesIn(parsed.value)) names.add(name);
    return asExtent(parsed.value, formulas);
  };
  const three = (key: 'grid' | 'block'): Launch['grid'] => {
    const value = written[key];
    if (value === undefined) {
      const misspelt = Object.keys(written).some((other) => nearest(other, KEYS) === key && other !== key);
      // A misspelt key is told of where it stands.
      if (!misspelt) report(['launch'], `the key "${key}" is missing`, 'key');
      return [1, 1, 1];
    }
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (list.length < 1 || list.length > 3)
      report(['launch', key], `has ${list.length} numbers; write one, or up to three for x, y and z`);
    const [x, y, z] = list.map((each, index) => one(each, ['launch', key, ...(Array.isArray(value) ? [index] : [])]));
    return [x ?? 1, y ?? 1, z ?? 1];
  };
  for (const key of Object.keys(written)) {
    if (KEYS.some((known) => known === key)) continue;
    const hint = didYouMean(key, KEYS) || `; the keys here are ${KEYS.join(', ')}`;
    report(['launch', key], `unknown key "${key}"${hint}`, 'key');
  }
  const shared = written.shared === undefined ? 0 : one(written.shared, ['launch', 'shared']);
  return { launch: { grid: three('grid'), block: three('block'), shared }, formulas, names };
}

function parseExtent(value: unknown): Parsed<Formula> {
  if (typeof value === 'string' || typeof value === 'number') return parseFormula(String(value));
  return { ok: false, problem: 'is no number and no formula; write one such as 256 or "ceil_div(n, 256)"' };
}

/** Blocks in x, y and z, threads in x, y and z: CUDA's limits, the same for every GPU since 2012. */
const MOST = { grid: [2 ** 31 - 1, 65_535, 65_535], block: [1024, 1024, 64] } as const;
const MOST_THREADS = 1024;
/** Bytes; no GPU gives a block more. */
const MOST_SHARED = 227 * 1024;

/** Tells what no GPU would launch with the numbers of one workload. */
export function checkLaunch(launch: Launch, values: Workload['values'], complain: (problem: string) => void): void {
  for (const key of ['grid', 'block'] as const) {
    for (const [axis, extent] of launch[key].entries()) {
      const [number, most] = [numberOf(extent, values), MOST[key][axis] ?? 1];
      if (!(number >= 1 && number <= most))
        complain(`the ${key} has ${number} in ${'xyz'[axis]} here; it has from 1 to ${most}`);
    }
  }
  const threads = launch.block.map((extent) => numberOf(extent, values)).reduce((a, b) => a * b, 1);
  if (threads > MOST_THREADS) complain(`a block has ${threads} threads here; at most ${MOST_THREADS} are possible`);
  const shared = numberOf(launch.shared, values);
  if (!(shared >= 0 && shared <= MOST_SHARED))
    complain(`a block has ${shared} bytes of dynamic shared memory here; from 0 to ${MOST_SHARED} are possible`);
}
