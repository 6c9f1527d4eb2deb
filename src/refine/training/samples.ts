import { ConfigurationError } from '../../core/errors.ts';
import type { Evidence } from '../../core/evidence.ts';
import { isCorrect } from '../../core/verdict.ts';
import type { RecordedRun } from '../journal/read.ts';
import { recall } from '../journal/recall.ts';
import type { CompletionRecord, TurnRecord } from '../journal/schema.ts';
import { hashText } from '../journal/texts.ts';
import { discountedReturns } from '../returns.ts';
import { score } from '../score.ts';
import type { ChatMessage, Sample } from './sample.ts';

/**
 * The turns of a run as training data, by target, trajectory and turn. A turn that was cut off with its run and never taken up again is no
 * sample.
 */
export function samplesOf({ run, records }: RecordedRun): Sample[] {
  const known = recall(records);
  const texts = new Map(records.flatMap((record) => (record.kind === 'text' ? [[record.hash, record.text]] : [])));
  // The first line tells runs apart: it has their beginning.
  const runName = hashText(JSON.stringify(run)).slice(0, 12);
  const baselines = new Map(run.targets.map(({ name, baseline }) => [name, baseline]));

  const turns = records
    .filter((record) => record.kind === 'turn')
    .toSorted((a, b) => order(run.targets, a, b))
    .flatMap((turn) => {
      const completion = known.completion(turn)?.record;
      if (completion === undefined) return [];
      const found = (stage: Evidence['stage']) =>
        turn.candidate === undefined
          ? undefined
          : known.evidence(turn.target, stage, {
              baseline: baselines.get(turn.target) ?? '',
              candidate: turn.candidate,
            })?.record.evidence;
      return [{ turn, completion, screened: found('screen'), confirmed: found('confirm') }];
    });
  const scores = turns.map(({ screened, confirmed }) => (passed(screened, confirmed) ? score(screened) : 0));
  const returns = chains(turns.map(({ turn }) => turn)).flatMap((chain) =>
    discountedReturns(chain.map((index) => scores[index] ?? 0)),
  );

  return turns.map(({ turn, completion, screened, confirmed }, index) => {
    const group = `${runName}/${turn.target}`;
    return {
      id: `${group}/${turn.trajectory}.${turn.turn}`,
      after: turn.after === undefined ? '' : `${group}/${turn.after.trajectory}.${turn.after.turn}`,
      group,
      target: turn.target,
      trajectory: turn.trajectory,
      turn: turn.turn,
      model: run.model,
      device: run.device.name,
      prompt: promptOf(completion, texts),
      completion: [{ role: 'assistant', content: completion.completion.text }],
      prompt_hash: completion.conversation,
      verdict: screened?.verdict ?? 'malformed',
      confirmed: confirmed?.verdict ?? '',
      correct: passed(screened, confirmed),
      hash: turn.candidate ?? '',
      speedup: screened?.speedup?.estimate ?? 0,
      score: scores[index] ?? 0,
      discounted_return: returns[index] ?? 0,
    };
  });
}

/** Every check, of a confirmation too where there was one, however well it was screened: the rarer a cheat is caught, the dearer. */
function passed(screened: Evidence | undefined, confirmed: Evidence | undefined): screened is Evidence {
  return screened !== undefined && isCorrect(screened) && (confirmed === undefined || isCorrect(confirmed));
}

/**
 * The turns, by their index, that follow from each other: each was shown the one before it. A turn that was shown another trajectory's
 * versions, or none, begins a chain of its own; returns go along chains.
 */
function chains(turns: readonly TurnRecord[]): number[][] {
  const found: number[][] = [];
  for (const [index, { target, trajectory, after }] of turns.entries()) {
    const before = turns[index - 1];
    const follows =
      before?.target === target &&
      before.trajectory === trajectory &&
      after?.trajectory === trajectory &&
      after.turn === before.turn;
    const chain = follows ? found.at(-1) : undefined;
    if (chain === undefined) found.push([index]);
    else chain.push(index);
  }
  return found;
}

function promptOf({ system, messages }: CompletionRecord, texts: ReadonlyMap<string, string>): ChatMessage[] {
  const textAt = (hash: string): string => {
    const text = texts.get(hash);
    // A text is written before what refers to it, in the same write.
    if (text === undefined) {
      throw new ConfigurationError(`The journal lacks the text ${hash}, to which a completion refers: it was changed.`);
    }
    return text;
  };
  return [
    { role: 'system', content: textAt(system) },
    ...messages.map(({ role, text, aside }) => ({
      role,
      content: aside === undefined ? textAt(text) : `${textAt(text)}\n\n${textAt(aside)}`,
    })),
  ];
}

function order(targets: RecordedRun['run']['targets'], a: TurnRecord, b: TurnRecord): number {
  const place = ({ target }: TurnRecord) => targets.findIndex(({ name }) => name === target);
  return place(a) - place(b) || a.trajectory - b.trajectory || a.turn - b.turn;
}
