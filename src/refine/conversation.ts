import type { Conversation } from '../core/model.ts';
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

/**
 * The request of the next turn, as in Kevin: the task, then every earlier candidate with its summary and its result, without
 * the reasoning that led to it. Each request begins with the one before, which the prompt cache needs, until the budget
 * drops the oldest turns. The newest one always stays.
 */
export function conversationFor(
  context: PromptContext,
  turns: readonly Turn[],
  budget = CONVERSATION_BUDGET,
): Conversation {
  const system = systemPrompt(context);
  const task = taskPrompt(context);
  const exchanges = turns.map((turn, index) => ({
    answer: answerOf(turn, context.baseline),
    feedback: feedbackFor(turns.slice(0, index + 1)),
  }));

  let length = system.length + task.length;
  let first = exchanges.length;
  while (first > 0) {
    const exchange = exchanges[first - 1];
    if (exchange === undefined) break;
    length += exchange.answer.length + exchange.feedback.length;
    if (length > budget && first < exchanges.length) break;
    first--;
  }
  return {
    system,
    messages: [
      { role: 'user', text: first === 0 ? task : `${task}\n\n${droppedNote(first)}` },
      ...exchanges.slice(first).flatMap(({ answer, feedback }) => [
        { role: 'assistant' as const, text: answer },
        { role: 'user' as const, text: feedback },
      ]),
    ],
  };
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
