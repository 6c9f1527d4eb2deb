import type { Device } from '../../core/evidence.ts';
import type { Turn } from '../../core/outcome.ts';
import { bestOf, judgedIn } from '../score.ts';
import { combinations, MOST_COMBINATIONS } from './combinations.ts';
import type { FoundSpace } from './find.ts';
import { presentValues, type Tunable, type Values } from './space.ts';

/** What a turn of the tuner alone tries. */
export interface Step {
  /** What is varied; `value` is where the step starts from. */
  readonly varied: readonly Tunable[];
  /** Values of all tunables, the nearest first. */
  readonly combinations: readonly Values[];
}

/** An emulated check takes seconds, and tells no more than which numbers are possible. */
const MOST_EMULATED = 8;

/**
 * The next step of the tuner: first the sizes of blocks and tiles together, then what is done within them, from the best numbers so far, then
 * all together around the best; this last one again and again, as long as it finds something better. Undefined when nothing is left.
 *
 * @param lineage the turns of the tuner so far: all that it knows is in them
 */
export function nextStep(space: FoundSpace, lineage: readonly Turn[], device: Device['kind']): Step | undefined {
  const present = presentValues(space);
  const start = { ...present, ...bestValues(lineage) };
  const known = new Set([present, ...lineage.flatMap(trialValues)].map(keyOf));
  const groups = [
    space.tunables.filter(({ role }) => role === 'block'),
    // What is left to the compiler can be right in one way only: without times there is nothing to learn from it.
    space.tunables.filter(({ role }) => role === 'inner' || (role === 'compiler' && device === 'cuda')),
    ...(device === 'cuda' ? [space.tunables] : []),
  ];
  for (const [index, group] of groups.entries()) {
    const last = lineage.findLast(({ result }) => result.kind === 'judged' && sameNames(result.tuned?.varied, group));
    const again = index === groups.length - 1 && last !== undefined && last === bestTurn(lineage);
    if (group.length === 0 || (last !== undefined && !again)) continue;
    const varied = group.map((tunable) => startingAt(tunable, start[tunable.name] ?? tunable.value));
    const around = { ...space, tunables: varied, constants: { ...space.constants, ...start } };
    const most = device === 'cuda' ? MOST_COMBINATIONS : MOST_EMULATED;
    const next = combinations(around, most, (values) => known.has(keyOf({ ...start, ...values })));
    if (next.length > 0) return { varied, combinations: next.map((values) => ({ ...start, ...values })) };
  }
  return undefined;
}

function startingAt(tunable: Tunable, value: number): Tunable {
  const values = [tunable.value, ...tunable.alternatives];
  return { ...tunable, value, alternatives: values.filter((one) => one !== value) };
}

/** Of the version that is faster than the present source; undefined where none is. */
function bestValues(lineage: readonly Turn[]): Values | undefined {
  const turn = bestTurn(lineage);
  return turn?.result.kind === 'judged' ? turn.result.tuned?.values : undefined;
}

function bestTurn(lineage: readonly Turn[]): Turn | undefined {
  const best = bestOf(judgedIn(lineage));
  if (best === undefined || (best.evidence.speedup?.estimate ?? 0) <= 1) return undefined;
  return lineage.find(({ turn }) => turn === best.turn);
}

function trialValues({ result }: Turn): readonly Values[] {
  return result.kind === 'judged' ? (result.tuned?.trials ?? []).map(({ values }) => values) : [];
}

function sameNames(names: readonly string[] | undefined, tunables: readonly Tunable[]): boolean {
  return names?.length === tunables.length && tunables.every(({ name }) => names.includes(name));
}

function keyOf(values: Values): string {
  return JSON.stringify(Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
