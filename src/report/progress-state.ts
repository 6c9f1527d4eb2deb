import type { AgainstBase } from '../core/benchmark.ts';
import { addUsage, NO_USAGE, type Usage } from '../core/model.ts';
import type { TargetOutcome } from '../core/outcome.ts';
import { turnName } from '../core/turn-place.ts';
import { isCorrect } from '../core/verdict.ts';
import type { Progress } from '../refine/progress.ts';

/** How far a run is. */
export interface ProgressState {
  /** In the order in which they are searched. */
  readonly targets: readonly TargetProgress[];
}

export interface TargetProgress {
  readonly name: string;
  readonly stage: 'waiting' | 'preparing' | 'searching' | 'confirming' | 'done';
  /** The last that was heard of it. */
  readonly doing?: { readonly turn: string; readonly what: string; readonly summary?: string };
  /** Turns that are over, and the most that there can be, of all trajectories. */
  readonly turns: number;
  readonly mostTurns: number;
  readonly againstBase?: AgainstBase;
  /** The best version that a screening found right; its speedup where there was a GPU. */
  readonly best?: { readonly turn: string; readonly speedup?: number };
  readonly usage: Usage;
  /** Once it is done. */
  readonly outcome?: TargetOutcome;
}

/** Before anything was done. */
export function noProgress(targets: readonly string[]): ProgressState {
  return { targets: targets.map((name) => ({ name, stage: 'waiting', turns: 0, mostTurns: 0, usage: NO_USAGE })) };
}

/** What events come to, from the first on. */
export function progressState(targets: readonly string[], events: Iterable<Progress>): ProgressState {
  let state = noProgress(targets);
  for (const event of events) state = afterEvent(state, event);
  return state;
}

export function afterEvent(state: ProgressState, event: Progress): ProgressState {
  return {
    targets: state.targets.map((target) => (target.name === event.target ? advanced(target, event) : target)),
  };
}

function advanced(target: TargetProgress, event: Progress): TargetProgress {
  switch (event.kind) {
    case 'preparing':
      return { ...target, stage: 'preparing' };
    case 'compared':
      return { ...target, againstBase: event.againstBase };
    case 'turn-started': {
      const what = event.by === 'tuner' ? 'other numbers are tried' : 'the model is at work';
      const mostTurns = event.trajectories * event.turns;
      return { ...target, stage: 'searching', mostTurns, doing: { turn: nameOf(event), what } };
    }
    case 'proposal-received': {
      const said = event.summary === '' ? {} : { summary: event.summary };
      const doing = { turn: nameOf(event), what: 'is built and measured', ...said };
      return { ...target, doing, usage: addUsage(target.usage, event.usage) };
    }
    case 'malformed':
      return { ...target, turns: target.turns + 1, doing: { turn: nameOf(event), what: 'gave no usable answer' } };
    case 'screened':
      return screened(target, event);
    case 'confirming':
      return {
        ...target,
        stage: 'confirming',
        doing: { turn: nameOf(event), what: 'is confirmed with new inputs in new processes' },
      };
    case 'confirmed':
      return { ...target, doing: { turn: nameOf(event), what: `was confirmed as ${event.evidence.verdict}` } };
    case 'done': {
      const { doing: _, ...rest } = target;
      const { outcome } = event;
      return { ...rest, stage: 'done', turns: outcome.turns.length, usage: outcome.usage, outcome };
    }
  }
}

function screened(target: TargetProgress, event: Extract<Progress, { kind: 'screened' }>): TargetProgress {
  const { evidence } = event;
  const right = isCorrect(evidence);
  const turn = nameOf(event);
  const speedup = evidence.device.kind === 'cuda' ? evidence.speedup?.estimate : undefined;
  return {
    ...target,
    turns: target.turns + 1,
    doing: { turn, what: right ? 'is right' : `is ${evidence.verdict}` },
    ...(event.best && right ? { best: { turn, ...(speedup === undefined ? {} : { speedup }) } } : {}),
  };
}

function nameOf(event: Extract<Progress, { readonly trajectory: number }>): string {
  return turnName(event, event.trajectories);
}
