import Anthropic from '@anthropic-ai/sdk';
import {
  addUsage,
  type Completion,
  type Conversation,
  type Message,
  type Model,
  type ModelEffort,
  NO_USAGE,
  type Price,
  type Thinking,
  type Usage,
} from '../core/model.ts';
import { BrokenStream, failureOf } from './classify.ts';
import { ANTHROPIC_API, parseApiKey, parseBaseUrl } from './endpoint.ts';
import { firstOfPrefix } from './first-of-prefix.ts';
import { priceOf } from './price.ts';
import { proxyFetch } from './proxy.ts';
import { withRetries } from './retry.ts';
import { thinkingRequest } from './thinking.ts';

export interface AnthropicOptions {
  /** A local server needs none. */
  readonly apiKey?: string | undefined;
  /** Where `/v1/messages` is: Anthropic's own API, or a local server that speaks it (llama.cpp, vLLM, Ollama, LiteLLM …). */
  readonly baseUrl?: string | undefined;
  readonly model: string;
  /** Most tokens in one answer, thinking included. */
  readonly maxTokens: number;
  /** Not sent when absent: local servers need not know of it. */
  readonly thinking?: Thinking | undefined;
  readonly modelEffort?: ModelEffort | undefined;
  /** In place of the list price. */
  readonly price?: Price | undefined;
  /** Attempts after the first, for each answer; 5 waits about 15 s in all unless the API asks for more. */
  readonly maxRetries?: number;
  readonly log: (line: string) => void;
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

/**
 * A model behind the Anthropic Messages API. Throws `ConfigurationError` on a bad URL or key. `complete` rejects only with `ConfigurationError` (a `ContextExceeded` among
 * them) or `EnvironmentError`, whose messages never hold the key.
 */
export function createAnthropicModel(options: AnthropicOptions): Model {
  const baseUrl = parseBaseUrl(options.baseUrl ?? ANTHROPIC_API);
  const apiKey = parseApiKey(options.apiKey, baseUrl);
  const endpoint = { apiKey, baseUrl, model: options.model };
  // Off: its retries (see retry.ts) and its log, which goes to the console and can hold prompts.
  const fetch = proxyFetch(baseUrl);
  const client = new Anthropic({ apiKey, baseURL: baseUrl, maxRetries: 0, logLevel: 'off', fetch });

  const inOrder = firstOfPrefix();
  const thinking = thinkingRequest(options.thinking, options.maxTokens);

  return {
    name: options.model,
    atMost: (conversation) => atMost(conversation, options),
    async complete(conversation, _asker, charged) {
      const began = performance.now();
      let lost: Usage = NO_USAGE;
      let attempts = 0;
      const completion = await inOrder(sharedPart(conversation), (begun) =>
        withRetries(
          async () => {
            attempts++;
            const listener: Listener = {
              begun,
              lost: (usage) => {
                lost = addUsage(lost, usage);
              },
            };
            const send = (asked: Anthropic.ThinkingConfigParam | undefined) =>
              receive(client, requestOf(conversation, options, asked), options.price, listener);
            const asked = thinking.now();
            try {
              return await send(asked);
            } catch (error) {
              if (!thinking.refused(error, asked)) throw error;
              return send(thinking.now());
            }
          },
          {
            maxRetries: options.maxRetries ?? 5,
            failureOf: (error) => failureOf(error, endpoint),
            log: options.log,
            ...(options.sleep ? { sleep: options.sleep } : {}),
          },
        ),
      ).catch((error: unknown) => {
        charged?.(attempts > 1 ? { ...lost, retries: attempts - 1 } : lost);
        throw error;
      });
      // NO_USAGE costs nothing, so with no lost attempt this leaves an unknown price unknown.
      const usage = addUsage(lost, completion.usage);
      const retries = attempts > 1 ? { retries: attempts - 1 } : {};
      return { ...completion, usage: { ...usage, ...retries }, seconds: (performance.now() - began) / 1000 };
    },
  };
}

/** Code has three to four bytes of UTF-8 in a token, and hardly ever less than this; a Chinese character has three, and is one token or two. */
const FEWEST_BYTES_IN_A_TOKEN = 2;

/** Nothing read from the cache, all of it written there, and an answer of full length. */
function atMost({ system, messages }: Conversation, { model, maxTokens, price }: AnthropicOptions): Usage {
  const texts = [system, ...messages.flatMap(({ text, aside = '' }) => [text, aside])];
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const tokens = {
    input_tokens: 0,
    output_tokens: maxTokens,
    cache_read_tokens: 0,
    cache_write_tokens: Math.ceil(bytes / FEWEST_BYTES_IN_A_TOKEN),
  };
  return withPrice(tokens, model, price);
}

/** What the trajectories of a target have in common: all up to the second breakpoint. */
function sharedPart({ system, messages }: Conversation): string {
  return `${system}\n${messages[0]?.text ?? ''}`;
}

/**
 * Three breakpoints: the system prompt is shared by all targets of a kind, the first message by all trajectories of a target, and all up to
 * the last message by the next turn of the trajectory.
 */
function requestOf(
  { system, messages }: Conversation,
  options: AnthropicOptions,
  thinking: Anthropic.ThinkingConfigParam | undefined,
): Anthropic.MessageStreamParams {
  const users = messages.flatMap(({ role }, index) => (role === 'user' ? [index] : []));
  const cached = [users.at(0), users.at(-1)];
  return {
    model: options.model,
    max_tokens: options.maxTokens,
    ...(thinking === undefined ? {} : { thinking }),
    ...(options.modelEffort === undefined ? {} : { output_config: { effort: options.modelEffort } }),
    system: [textBlock(system, true)],
    messages: messages.map((message, index) => ({
      role: message.role,
      content: blocks(message, cached.includes(index)),
    })),
  };
}

function blocks({ text, aside }: Message, cached: boolean): Anthropic.TextBlockParam[] {
  return [textBlock(text, cached), ...(aside === undefined ? [] : [textBlock(aside, false)])];
}

/** Half a surrogate pair, as a cut text may end with, would make the API refuse the whole request. */
function textBlock(text: string, cached: boolean): Anthropic.TextBlockParam {
  return { type: 'text', text: text.toWellFormed(), ...(cached ? { cache_control: { type: 'ephemeral' } } : {}) };
}

interface Listener {
  /** The answer begins. */
  begun(): void;
  /** What a broken attempt had already used, because it is charged all the same. */
  lost(usage: Usage): void;
}

/** One attempt. */
async function receive(
  client: Anthropic,
  request: Anthropic.MessageStreamParams,
  price: Price | undefined,
  { begun, lost }: Listener,
): Promise<Omit<Completion, 'seconds'>> {
  const stream = client.messages.stream(request);
  let used: Anthropic.Usage | undefined;
  stream.on('streamEvent', (_event, snapshot) => {
    used = snapshot.usage;
    begun();
  });
  try {
    const message = await stream.finalMessage();
    return {
      text: message.content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
      stop: stopOf(message.stop_reason),
      usage: usageOf(request.model, message.usage, price),
    };
  } catch (error) {
    if (used) lost(usageOf(request.model, used, price));
    throw used === undefined && stream.response?.ok ? noMessage(stream.response, error) : error;
  }
}

/** A 200 without any message: an event stream that broke or said "error" at once, or something that is no model API. */
function noMessage(response: Response, error: unknown): unknown {
  const type = response.headers.get('content-type') ?? 'no content type';
  return type.startsWith('text/event-stream') ? error : new BrokenStream(`it answered with ${type}`, true);
}

/** `pause_turn` belongs to tools of the server's, of which none is offered: such an answer is half of one, as one that was cut. */
function stopOf(reason: string | null): Completion['stop'] {
  if (reason === 'max_tokens' || reason === 'pause_turn') return 'length';
  if (reason === 'model_context_window_exceeded') return 'context';
  return reason === 'refusal' ? 'refusal' : 'end';
}

function usageOf(model: string, usage: Partial<Anthropic.Usage>, price: Price | undefined): Usage {
  const thinking = usage.output_tokens_details?.thinking_tokens;
  const tokens = {
    input_tokens: count(usage.input_tokens),
    output_tokens: count(usage.output_tokens),
    cache_read_tokens: count(usage.cache_read_input_tokens),
    cache_write_tokens: count(usage.cache_creation_input_tokens),
    ...(typeof thinking === 'number' ? { thinking_tokens: count(thinking) } : {}),
  };
  return withPrice(tokens, model, price);
}

/** Local servers leave fields out, send null, or subtract what they had cached until less than nothing is left. */
function count(tokens: unknown): number {
  return typeof tokens === 'number' && Number.isFinite(tokens) ? Math.max(0, tokens) : 0;
}

function withPrice(tokens: Omit<Usage, 'usd'>, model: string, price: Price | undefined): Usage {
  const usd = priceOf(model, tokens, price);
  return { ...tokens, ...(usd !== undefined ? { usd } : {}) };
}
