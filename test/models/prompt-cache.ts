import { z } from 'zod';

const block = z.object({ text: z.string(), cache_control: z.object({ type: z.literal('ephemeral') }).optional() });
const requestSchema = z.object({
  model: z.string(),
  system: z.array(block),
  messages: z.array(z.object({ role: z.enum(['user', 'assistant']), content: z.array(block) })),
});

/** How the bytes of one request went: they add up to all of it. */
export interface CachedBytes {
  /** Before a breakpoint, and the very bytes that an earlier request had before one of its own. */
  readonly read: number;
  /** Before a breakpoint for the first time. */
  readonly written: number;
  /** After the last breakpoint. */
  readonly rest: number;
}

/**
 * A prompt cache as the Messages API has it: what lies before a breakpoint is known from then on, and the longest known beginning of a
 * later request is read. At most four breakpoints are allowed, and a known beginning is found at most 20 blocks before one.
 */
export class PromptCache {
  readonly #known = new Set<string>();

  take(body: unknown): CachedBytes {
    const request = requestSchema.parse(body);
    const blocks = [
      ...request.system.map((each) => ({ ...each, role: 'system' })),
      ...request.messages.flatMap(({ role, content }) => content.map((each) => ({ ...each, role }))),
    ];
    const prefixes: string[] = [];
    for (const { role, text } of blocks) prefixes.push(`${prefixes.at(-1) ?? request.model}\n${role}: ${text}`);
    const sizes = blocks.map((_, index) =>
      blocks.slice(0, index + 1).reduce((sum, { text }) => sum + Buffer.byteLength(text), 0),
    );
    const breakpoints = blocks.flatMap(({ cache_control }, index) => (cache_control ? [index] : []));
    if (breakpoints.length > 4) throw new Error(`${breakpoints.length} breakpoints; the API refuses more than four.`);
    const reachable = prefixes.flatMap((prefix, index) => {
      const near = breakpoints.some((place) => index <= place && index > place - 20);
      return near && this.#known.has(prefix) ? (sizes[index] ?? 0) : [];
    });
    const read = Math.max(0, ...reachable);
    const marked = sizes[breakpoints.at(-1) ?? -1] ?? 0;
    for (const place of breakpoints) this.#known.add(prefixes[place] ?? '');
    return { read, written: marked - read, rest: (sizes.at(-1) ?? 0) - marked };
  }
}
