/** Where a turn stands in a search. */
export interface TurnPlace {
  /** From 1. */
  readonly trajectory: number;
  /** From 1, in its trajectory. */
  readonly turn: number;
}

/** As people name it: `3`, or `2.3` for the third turn of the second of several trajectories. */
export function turnName({ trajectory, turn }: TurnPlace, trajectories: number): string {
  return trajectories > 1 ? `${trajectory}.${turn}` : `${turn}`;
}

export function samePlace(a: TurnPlace, b: TurnPlace): boolean {
  return a.trajectory === b.trajectory && a.turn === b.turn;
}
