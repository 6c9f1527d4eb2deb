import type { TurnPlace } from '../../core/turn-place.ts';
import type { Progress } from '../progress.ts';
import type { Journal } from './journal.ts';
import type { TurnRecord } from './schema.ts';

/** Writes down what each turn came to, as a search tells it; once for each, however often the run is resumed. */
export function journaledTurns(journal: Journal): (event: Progress) => void {
  const after = new Map<string, TurnPlace>();

  function write(
    event: TurnPlace & { readonly target: string },
    result: Pick<TurnRecord, 'candidate' | 'problem'>,
  ): void {
    const { target, trajectory, turn } = event;
    if (journal.recall.hasTurn(event)) return;
    const shown = after.get(keyOf(event));
    void journal.append([
      {
        kind: 'turn',
        at_s: journal.at(),
        target,
        trajectory,
        turn,
        ...(shown === undefined ? {} : { after: { trajectory: shown.trajectory, turn: shown.turn } }),
        ...result,
      },
    ]);
  }

  return (event) => {
    if (event.kind === 'turn-started' && event.after !== undefined) after.set(keyOf(event), event.after);
    if (event.kind === 'malformed') write(event, { problem: event.problem });
    if (event.kind === 'screened') write(event, { candidate: event.evidence.hashes.candidate });
  };
}

function keyOf({ target, trajectory, turn }: TurnPlace & { readonly target: string }): string {
  return JSON.stringify([target, trajectory, turn]);
}
