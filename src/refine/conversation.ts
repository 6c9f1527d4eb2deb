import type { Conversation, Message } from '../core/model.ts';
import type { Turn } from '../core/outcome.ts';
import type { Candidate, SourceFile } from '../core/source.ts';
import { feedbackFor } from './feedback.ts';
import { type PromptContext, systemPrompt, taskPrompt } from './prompt.ts';
import { renderProposal } from './proposal.ts';

/**
 * Characters of one request: about 100,000 tokens of code, which leaves a context of 200,000 room for thinking and the
 * answer.
 */
const CONVERSATION_BUDGET = 300_000;
/** Where turns must go, so many go that the rest takes this share of the budget: dropped one by one, they would make each request a new one to the prompt cache. */
const KEPT_SHARE = 0.6;

/**
 * The request of the next turn, as in Kevin: the task, then every earlier candidate with its summary and its result, without
 * the reasoning that led to it. Each request begins with the one before, which the prompt cache needs, except where the
 * oldest turns are dropped because it would grow over the budget. The newest one always stays.
 *
 * @param budget characters of the whole request
 */
export function conversationFor(
  context: PromptContext,
  turns: readonly Turn[],
  budget = CONVERSATION_BUDGET,
): Conversation {
  const system = systemPrompt(context);
  const task = taskPrompt(context);
  const exchanges = turns.map((turn, index): [Message, Message] => [
    { role: 'assistant', text: answerOf(turn, context.baseline) },
    { role: 'user', text: feedbackFor(turns.slice(0, index + 1)) },
  ]);
  const lengths = exchanges.map(([answer, feedback]) => answer.text.length + feedback.text.length);
  const first = firstKept(lengths, budget - system.length - task.length);
  return {
    system,
    messages: [
      { role: 'user', text: task, ...(first === 0 ? {} : { aside: droppedNote(first) }) },
      ...exchanges.slice(first).flat(),
    ],
  };
}

/** Characters of a conversation, as its budget counts them. */
export function lengthOf({ system, messages }: Conversation): number {
  return messages.reduce((sum, { text }) => sum + text.length, system.length);
}

/**
 * The first turn that is kept. It is found turn by turn, as the requests were made one after the other, so that it stays where it was in
 * the request before for as long as there is room.
 */
function firstKept(lengths: readonly number[], room: number): number {
  let first = 0;
  let length = 0;
  lengths.forEach((added, newest) => {
    length += added;
    if (length <= room) return;
    while (first < newest && length > room * KEPT_SHARE) {
      length -= lengths[first] ?? 0;
      first++;
    }
  });
  return first;
}

function answerOf({ summary, result }: Turn, baseline: readonly SourceFile[]): string {
  if (result.kind === 'judged') return renderProposal(summary, changedFiles(result.candidate, baseline));
  return summary === '' ? '(This answer held no usable files.)' : `${summary}\n\n(This answer held no usable files.)`;
}

function changedFiles({ files }: Candidate, baseline: readonly SourceFile[]): SourceFile[] {
  return files.filter(({ path, content }) => baseline.find((file) => file.path === path)?.content !== content);
}

function droppedNote(count: number): string {
  return count === 1
    ? 'Turn 1 is left out here for its length.'
    : `Turns 1 to ${count} are left out here for their length.`;
}
