import type { Model } from '../../core/model.ts';
import { turnName } from '../../core/turn-place.ts';
import type { Journal } from './journal.ts';
import { referTo, textsOf } from './texts.ts';

/**
 * A model whose answers are written down as soon as they are there, and that gives again what is written. A failure is not written: a
 * later attempt asks again.
 */
export function journaledModel(model: Model, journal: Journal): Model {
  return {
    ...model,
    async complete(conversation, asker, charged) {
      // Nobody could ask for it again.
      if (asker === undefined) return model.complete(conversation, asker, charged);
      const reference = referTo(conversation);
      const known = journal.recall.completion(asker);
      if (known !== undefined) {
        if (known.record.conversation !== reference.conversation) {
          // What prompts are made from was compared before anything was asked.
          const turn = turnName(asker, Number.POSITIVE_INFINITY);
          throw new Error(
            `The run of ${journal.path} cannot be resumed: in turn ${turn} of ${asker.target} the model was told something else than it would be now. Begin a new run.`,
          );
        }
        await journal.replay.recorded(known.position);
        return known.record.completion;
      }
      await journal.replay.anew();
      const completion = await model.complete(conversation, asker, charged);
      const { target, trajectory, turn, again } = asker;
      await journal.append([
        ...journal.texts.add(textsOf(conversation)),
        {
          kind: 'completion',
          at_s: journal.at(),
          target,
          trajectory,
          turn,
          ...(again && { again }),
          ...reference,
          completion: { ...completion, usage: { ...completion.usage } },
        },
      ]);
      return completion;
    },
  };
}
