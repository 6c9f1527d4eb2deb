import { describe, expect, it } from 'vitest';
import { candidateOf } from '../../src/core/source.ts';
import { conversationFor, lengthOf } from '../../src/refine/conversation.ts';
import { feedbackFor } from '../../src/refine/feedback.ts';
import { systemPrompt, taskPrompt } from '../../src/refine/prompt.ts';
import { BASELINE, candidateWith, evidenceOf, H200, judgedTurn, malformedTurn, TARGET, timed } from './samples.ts';

const CONTEXT = { target: TARGET, baseline: BASELINE, device: H200 };
const TURNS = [
  judgedTurn(1, evidenceOf('build-failed')),
  malformedTurn(2, 'Your answer holds no file.'),
  judgedTurn(3, timed(1.3)),
  judgedTurn(4, timed(1.1)),
];

describe('the conversation', () => {
  it('begins with the task alone', () => {
    expect(conversationFor(CONTEXT, [])).toEqual({
      system: systemPrompt(CONTEXT),
      messages: [{ role: 'user', text: taskPrompt(CONTEXT) }],
    });
  });

  it('holds every earlier candidate with its summary and its result', () => {
    const { messages } = conversationFor(CONTEXT, TURNS);
    expect(messages.map(({ role }) => role).join(' ')).toBe(
      'user assistant user assistant user assistant user assistant user',
    );
    expect(messages[1]?.text).toBe('Idea 1.\n\n```cuda path=kernels/scale.cu\n// version 1\n```');
    expect(messages[3]?.text).toBe('(This answer held no usable files.)');
    expect(messages[6]?.text).toBe(feedbackFor(TURNS.slice(0, 3)));
  });

  it('shows of a candidate what it changed, and not the headers that it was built with', () => {
    const header = { path: 'include/warp.cuh', content: '// warps\n' };
    const candidate = candidateOf([...candidateWith('// version 1\n').files, header]);
    const turn = { ...judgedTurn(1, timed(1.3)), result: { kind: 'judged', candidate, evidence: timed(1.3) } } as const;
    const { messages } = conversationFor({ ...CONTEXT, baseline: [...BASELINE, header] }, [turn]);
    expect(messages[1]?.text).toBe('Idea 1.\n\n```cuda path=kernels/scale.cu\n// version 1\n```');
  });

  it('begins each turn with all of the turn before, for the prompt cache', () => {
    for (let count = 1; count <= TURNS.length; count++) {
      const earlier = conversationFor(CONTEXT, TURNS.slice(0, count - 1));
      const later = conversationFor(CONTEXT, TURNS.slice(0, count));
      expect(later.system).toBe(earlier.system);
      expect(later.messages.slice(0, earlier.messages.length)).toEqual(earlier.messages);
    }
  });

  it('drops the oldest turns first when it grows over its budget', () => {
    const all = conversationFor(CONTEXT, TURNS);
    const length = all.system.length + all.messages.reduce((sum, { text }) => sum + text.length, 0);
    const { messages } = conversationFor(CONTEXT, TURNS, length - 1);
    expect(messages[0]).toEqual({
      role: 'user',
      text: taskPrompt(CONTEXT),
      aside: 'Turns 1 to 3 are left out here for their length.',
    });
    expect(messages.slice(1)).toEqual(all.messages.slice(7));
    expect(conversationFor(CONTEXT, TURNS, length)).toEqual(all);
  });

  it('drops several turns at a time, so that the requests between begin alike and the cache is of use', () => {
    const many = Array.from({ length: 60 }, (_, index) => judgedTurn(index + 1, timed(1.3)));
    const requests = many.map((_, index) => conversationFor(CONTEXT, many.slice(0, index + 1), 20_000));
    const dropped = requests.filter(({ messages }, index) => {
      const before = requests[index - 1]?.messages ?? [];
      return JSON.stringify(messages.slice(0, before.length)) !== JSON.stringify(before);
    });
    expect(requests.every((request) => lengthOf(request) <= 20_000)).toBe(true);
    expect(dropped.length).toBeGreaterThan(2);
    expect(dropped.length).toBeLessThan(15);
  });

  it('keeps the newest turn whatever its length', () => {
    const { messages } = conversationFor(CONTEXT, TURNS, 1);
    expect(messages).toHaveLength(3);
    expect(messages[0]?.aside).toMatch(/Turns 1 to 3 are left out here for their length\.$/);
    expect(messages[2]?.text).toMatch(/^Result of turn 4/);
  });
});
