import { describe, expect, it } from 'vitest';
import { ConfigurationError, EnvironmentError } from '../../src/core/errors.ts';
import { ContextExceeded } from '../../src/core/model.ts';
import { type AnthropicOptions, createAnthropicModel } from '../../src/models/anthropic.ts';
import { answer, failure, messageStart, page, type Reply, startWire, stream, textBlock } from './wire.ts';

const KEY = 'sk-ant-secret-0123456789';
const CONVERSATION = {
  system: 'You are terse.',
  messages: [
    { role: 'user' as const, text: 'one' },
    { role: 'assistant' as const, text: 'two' },
    { role: 'user' as const, text: 'three' },
  ],
};

function modelAt(baseUrl: string, overrides: Partial<AnthropicOptions> = {}) {
  const lines: string[] = [];
  const waits: number[] = [];
  const model = createAnthropicModel({
    apiKey: KEY,
    baseUrl,
    model: 'claude-opus-4-5',
    maxTokens: 1000,
    log: (line) => lines.push(line),
    sleep: async (milliseconds) => {
      waits.push(milliseconds);
    },
    ...overrides,
  });
  return { model, lines, waits };
}

/** The error of a request that gets these replies. */
async function errorOf(...replies: Reply[]): Promise<{ error: Error; attempts: number; url: string }> {
  await using wire = await startWire(...replies);
  const { model } = modelAt(wire.url, { maxRetries: 2 });
  const error: unknown = await model.complete(CONVERSATION).catch((reason: unknown) => reason);
  if (!(error instanceof Error)) throw new Error('The request did not fail.');
  return { error, attempts: wire.requests.length, url: wire.url };
}

describe('a request', () => {
  it('streams, with the key in its header, and marks the system prompt, the first and the last user message for the cache', async () => {
    await using wire = await startWire(answer('hello'));
    const completion = await modelAt(wire.url).model.complete(CONVERSATION);
    expect(completion).toMatchObject({ text: 'hello', stop: 'end' });
    expect(wire.requests[0]?.path).toBe('/v1/messages');
    expect(wire.requests[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(wire.requests[0]?.body).toEqual({
      model: 'claude-opus-4-5',
      max_tokens: 1000,
      stream: true,
      system: [{ type: 'text', text: 'You are terse.', cache_control: { type: 'ephemeral' } }],
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'one', cache_control: { type: 'ephemeral' } }] },
        { role: 'assistant', content: [{ type: 'text', text: 'two' }] },
        { role: 'user', content: [{ type: 'text', text: 'three', cache_control: { type: 'ephemeral' } }] },
      ],
    });
  });

  it.each([
    ['end_turn', 'end'],
    ['stop_sequence', 'end'],
    [null, 'end'],
    ['max_tokens', 'length'],
    ['pause_turn', 'length'],
    ['model_context_window_exceeded', 'context'],
    ['refusal', 'refusal'],
  ])('maps the stop reason %s to %s', async (reason, stop) => {
    await using wire = await startWire(answer('x', reason));
    expect((await modelAt(wire.url).model.complete(CONVERSATION)).stop).toBe(stop);
  });

  it('reports all kinds of tokens and their price', async () => {
    const usage = {
      input_tokens: 1000,
      output_tokens: 1,
      cache_read_input_tokens: 20_000,
      cache_creation_input_tokens: 4000,
    };
    await using wire = await startWire(answer('x', 'end_turn', usage));
    const completion = await modelAt(wire.url).model.complete(CONVERSATION);
    // Dollars a million: 5 in, 0.50 read, 6.25 written, 25 out.
    expect(completion.usage).toEqual({
      input_tokens: 1000,
      output_tokens: 5,
      cache_read_tokens: 20_000,
      cache_write_tokens: 4000,
      usd: expect.closeTo((1000 * 5 + 20_000 * 0.5 + 4000 * 6.25 + 5 * 25) / 1e6, 10),
    });
  });

  it('knows no price for a local model, and bears fields that local servers send as null', async () => {
    const usage = { input_tokens: 7, output_tokens: 0, cache_read_input_tokens: null };
    await using wire = await startWire(answer('x', 'end_turn', usage));
    const completion = await modelAt(wire.url, { model: 'qwen3-coder' }).model.complete(CONVERSATION);
    expect(completion.usage).toEqual({
      input_tokens: 7,
      output_tokens: 5,
      cache_read_tokens: 0,
      cache_write_tokens: 0,
    });
  });

  it('is foreseen by its bytes, since a character of another script can be more than a token', () => {
    const { model } = modelAt('http://localhost:1');
    const most = (text: string) => model.atMost({ system: '', messages: [{ role: 'user', text, aside: '1234' }] });
    expect(most('x'.repeat(1000))).toMatchObject({
      cache_write_tokens: 502,
      output_tokens: 1000,
      usd: expect.closeTo(0.0281, 3),
    });
    expect(most('字'.repeat(1000)).cache_write_tokens).toBe(1502);
  });

  it('takes no number of tokens for one that is none, or is below 0', async () => {
    const usage = { input_tokens: -7, output_tokens: 1, cache_read_input_tokens: '12', cache_creation_input_tokens: 3 };
    await using wire = await startWire(
      stream([
        messageStart(usage),
        ...textBlock('x'),
        {
          type: 'message_delta',
          delta: { stop_reason: 'end_turn' },
          usage: { output_tokens: 5, output_tokens_details: {} },
        },
        { type: 'message_stop' },
      ]),
    );
    const completion = await modelAt(wire.url).model.complete(CONVERSATION);
    expect(completion.usage).toEqual({
      input_tokens: 0,
      output_tokens: 5,
      cache_read_tokens: 0,
      cache_write_tokens: 3,
      usd: expect.closeTo((3 * 6.25 + 5 * 25) / 1e6, 10),
    });
  });

  it('is well-formed even where a text was cut within a character', async () => {
    await using wire = await startWire(answer('x'));
    const cut = { system: 'a\ud83d', messages: [{ role: 'user' as const, text: '\ude80b' }] };
    await modelAt(wire.url).model.complete(cut);
    expect(wire.requests[0]?.body).toMatchObject({
      system: [{ text: 'a\ufffd' }],
      messages: [{ content: [{ text: '\ufffdb' }] }],
    });
  });

  it('ends what is cached before what follows a message aside', async () => {
    await using wire = await startWire(answer('x'));
    const messages = [{ role: 'user' as const, text: 'task', aside: 'Turn 1 is left out.' }];
    await modelAt(wire.url).model.complete({ system: 's', messages });
    expect(wire.requests[0]?.body).toMatchObject({
      messages: [
        {
          content: [
            { type: 'text', text: 'task', cache_control: { type: 'ephemeral' } },
            { type: 'text', text: 'Turn 1 is left out.' },
          ],
        },
      ],
    });
  });

  it.each([
    ['off', { type: 'disabled' }],
    ['auto', { type: 'adaptive' }],
    [{ tokens: 8000 }, { type: 'enabled', budget_tokens: 8000 }],
  ] as const)('asks for thinking %o and for effort', async (thinking, sent) => {
    await using wire = await startWire(answer('x'));
    await modelAt(wire.url, { thinking, modelEffort: 'xhigh' }).model.complete(CONVERSATION);
    expect(wire.requests[0]?.body).toMatchObject({ thinking: sent, output_config: { effort: 'xhigh' } });
  });

  it.each([
    // Claude's own words; those of a gateway in front of it; those of another vendor.
    'adaptive thinking is not supported on this model',
    "thinking: Input tag 'adaptive' found using 'type' does not match any of the expected tags: 'disabled', 'enabled'",
    "Only 'enabled' and 'disabled' are supported for thinking; 'adaptive' is not supported.",
    "thinking.type must be 'enabled' or 'disabled'",
  ])('lets a model think within a budget that knows no other way of it, and remembers that: %s', async (said) => {
    await using wire = await startWire(failure(400, 'invalid_request_error', said), answer('x'));
    const { model, waits } = modelAt(wire.url, { thinking: 'auto', maxTokens: 10_000 });
    expect((await model.complete(CONVERSATION)).text).toBe('x');
    await model.complete(CONVERSATION);
    const budget = { type: 'enabled', budget_tokens: 10_000 - 4096 };
    expect(wire.requests.map(({ body }) => (body as { thinking: unknown }).thinking)).toEqual([
      { type: 'adaptive' },
      budget,
      budget,
    ]);
    expect(waits).toEqual([]);
  });

  it.each([
    ['a refusal of something else', 'auto', 10_000, 'max_tokens: 10000 > 8192'],
    ['an answer too short for a budget', 'auto', 5_000, 'adaptive thinking is not supported on this model'],
    [
      'a budget of its own',
      { tokens: 2000 },
      10_000,
      '"thinking.type.enabled" is not supported. Use "thinking.type.adaptive".',
    ],
  ] as const)('does not think in another way after %s', async (_what, thinking, maxTokens, said) => {
    await using wire = await startWire(failure(400, 'invalid_request_error', said), answer('x'));
    const { model } = modelAt(wire.url, { thinking, maxTokens });
    await expect(model.complete(CONVERSATION)).rejects.toThrow(ConfigurationError);
    expect(wire.requests).toHaveLength(1);
  });

  it('tells how much of the output was thinking, which is paid for as output', async () => {
    await using wire = await startWire(
      stream([
        messageStart({ input_tokens: 0, output_tokens: 1 }),
        ...textBlock('x'),
        {
          type: 'message_delta',
          delta: { stop_reason: 'end_turn' },
          usage: { output_tokens: 1000, output_tokens_details: { thinking_tokens: 900 } },
        },
        { type: 'message_stop' },
      ]),
    );
    const { usage } = await modelAt(wire.url).model.complete(CONVERSATION);
    expect(usage).toMatchObject({ output_tokens: 1000, thinking_tokens: 900, usd: expect.closeTo(0.025, 10) });
  });

  it('waits with others that begin alike until the first is being answered, so that they find it in the cache', async () => {
    const order: string[] = [];
    await using wire = await startWire((response, body) => {
      const { messages } = body as { messages: { content: { text: string }[] }[] };
      order.push(`${messages[0]?.content[0]?.text} asked`);
      setTimeout(() => {
        order.push(`${messages[0]?.content[0]?.text} answered`);
        answer('x')(response, body);
      }, 30);
    });
    const { model } = modelAt(wire.url);
    const ask = (text: string) => model.complete({ system: 's', messages: [{ role: 'user', text }] });
    await Promise.all([ask('one'), ask('one'), ask('one'), ask('other')]);
    const ones = order.filter((line) => line.startsWith('one'));
    expect(ones.slice(0, 2)).toEqual(['one asked', 'one answered']);
    expect(ones.slice(2, 4)).toEqual(['one asked', 'one asked']);
    expect(order.indexOf('other asked')).toBeLessThan(order.indexOf('one answered'));
  });

  it('goes on with others that begin alike when the first fails', async () => {
    await using wire = await startWire(failure(400, 'invalid_request_error', 'no'), answer('x'));
    const { model } = modelAt(wire.url);
    const [first, second] = await Promise.allSettled([model.complete(CONVERSATION), model.complete(CONVERSATION)]);
    expect(first.status).toBe('rejected');
    expect(second.status).toBe('fulfilled');
  });

  it('goes to a local server without a key, whatever credentials lie about', async () => {
    await using wire = await startWire(answer('x'));
    const options = { baseUrl: wire.url, model: 'qwen3-coder', maxTokens: 10, log: () => {} };
    await createAnthropicModel(options).complete(CONVERSATION);
    expect(wire.requests[0]?.headers.authorization).toBe('Bearer none');
  });

  it('goes to nobody else without a key', () => {
    const options = { model: 'claude-opus-4-5', maxTokens: 10, log: () => {} };
    expect(() => createAnthropicModel(options)).toThrow(/key for https:\/\/api\.anthropic\.com is missing/);
  });

  it('leaves thinking out of the text', async () => {
    await using wire = await startWire(
      stream([
        messageStart({ input_tokens: 1, output_tokens: 1 }),
        { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
        { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'hm' } },
        { type: 'content_block_stop', index: 0 },
        ...textBlock('said').map((event) => ({ ...event, index: 1 })),
        { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } },
        { type: 'message_stop' },
      ]),
    );
    expect((await modelAt(wire.url).model.complete(CONVERSATION)).text).toBe('said');
  });
});

describe('retries', () => {
  it.each([
    ['429', failure(429, 'rate_limit_error', 'slow down', { 'retry-after': '7' }), 'rate limit (429)'],
    ['529', failure(529, 'overloaded_error', 'Overloaded', { 'retry-after': '7' }), 'overloaded (529)'],
    ['500', failure(500, 'api_error', 'oops', { 'retry-after': '7' }), 'error 500'],
  ])('waits as long as a %s asks', async (_status, reply, what) => {
    await using wire = await startWire(reply, answer('ok'));
    const { model, lines, waits } = modelAt(wire.url);
    expect((await model.complete(CONVERSATION)).text).toBe('ok');
    expect(waits).toEqual([7000]);
    expect(lines).toEqual([`Model API: ${what}; attempt 2 of 6 in 7.0 s.`]);
  });

  it('understands a date and milliseconds', async () => {
    const date = new Date(Date.now() + 30_000).toUTCString();
    await using wire = await startWire(
      failure(503, 'api_error', 'down', { 'retry-after': date }),
      failure(429, 'rate_limit_error', 'slow', { 'retry-after-ms': '250' }),
      answer('ok'),
    );
    const { model, waits } = modelAt(wire.url);
    await model.complete(CONVERSATION);
    expect(waits[0]).toBeGreaterThan(25_000);
    expect(waits[0]).toBeLessThanOrEqual(30_000);
    expect(waits[1]).toBe(250);
  });

  it('doubles its own wait, with some chance in it', async () => {
    await using wire = await startWire(failure(529, 'overloaded_error', 'Overloaded'));
    const { model, waits } = modelAt(wire.url);
    await expect(model.complete(CONVERSATION)).rejects.toThrow('It was tried 6 times.');
    expect(waits).toHaveLength(5);
    waits.forEach((wait, index) => {
      const most = 500 * 2 ** index;
      expect(wait).toBeLessThanOrEqual(most);
      expect(wait).toBeGreaterThanOrEqual(most * 0.75);
    });
  });

  it('does not wait for an hour', async () => {
    const { error, attempts } = await errorOf(failure(429, 'rate_limit_error', 'slow', { 'retry-after': '3600' }));
    expect(attempts).toBe(1);
    expect(error.message).toContain('It asks to wait 3600 s.');
  });

  it('begins again after a stream that breaks, and counts the tokens that it lost', async () => {
    const half = [messageStart({ input_tokens: 100, output_tokens: 1 }), ...textBlock('half')];
    await using wire = await startWire(stream(half, 'reset'), stream(half), answer('whole'));
    const { model, lines } = modelAt(wire.url);
    const completion = await model.complete(CONVERSATION);
    expect(completion.text).toBe('whole');
    expect(completion.usage.input_tokens).toBe(100 + 100 + 10);
    expect(completion.usage.retries).toBe(2);
    expect(lines).toEqual([
      expect.stringMatching(/^Model API: the answer broke off; attempt 2 of 6/),
      expect.stringMatching(/^Model API: the answer broke off; attempt 3 of 6/),
    ]);
  });

  it('begins again after an overloaded_error inside the stream', async () => {
    const overloaded = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    await using wire = await startWire(
      stream([overloaded]),
      stream([messageStart({ input_tokens: 1, output_tokens: 1 }), overloaded]),
      answer('ok'),
    );
    const { model, lines } = modelAt(wire.url);
    expect((await model.complete(CONVERSATION)).text).toBe('ok');
    expect(lines.every((line) => line.includes('overloaded (529)'))).toBe(true);
  });

  it('tells what it was charged for when no answer comes', async () => {
    const half = [messageStart({ input_tokens: 100, output_tokens: 7 }), ...textBlock('half')];
    await using wire = await startWire(stream(half));
    const { model } = modelAt(wire.url, { maxRetries: 2 });
    const charged: unknown[] = [];
    await expect(model.complete(CONVERSATION, undefined, (usage) => charged.push(usage))).rejects.toThrow('3 times');
    const usd = expect.closeTo((3 * (100 * 5 + 7 * 25)) / 1e6, 10);
    expect(charged).toMatchObject([{ input_tokens: 300, output_tokens: 21, retries: 2, usd }]);
  });

  it('gives up on a stream that keeps breaking', async () => {
    const { error, attempts, url } = await errorOf(stream([messageStart({ input_tokens: 1, output_tokens: 1 })]));
    expect(attempts).toBe(3);
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error.message).toMatch(`The model API at ${url} keeps breaking off its answers`);
  });
});

describe('failures', () => {
  it('says that a key is refused', async () => {
    const { error, attempts, url } = await errorOf(failure(401, 'authentication_error', `invalid x-api-key ${KEY}`));
    expect(attempts).toBe(1);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toBe(
      `The model API at ${url} refused the key (401): check the secret or the variable ANTHROPIC_API_KEY that holds it, and that it belongs to this API.`,
    );
  });

  it.each([
    [403, 'permission_error', 'no access', EnvironmentError, /may not use model "claude-opus-4-5".*change `model`/],
    [402, 'billing_error', 'pay', EnvironmentError, /cannot pay \(pay\): add credit/],
    [400, 'invalid_request_error', 'Your credit balance is too low', EnvironmentError, /cannot pay/],
    [404, 'not_found_error', 'model: x', ConfigurationError, /knows no model "claude-opus-4-5".*change `model`/],
    [
      400,
      'invalid_request_error',
      'prompt is too long: 210000 tokens > 200000 maximum',
      ConfigurationError,
      /too long for model "claude-opus-4-5" \(prompt is too long.*fewer `turns`/,
    ],
    [413, 'request_too_large', 'Request too large', ContextExceeded, /too long for model/],
    [400, 'invalid_request_error', 'prompt is too long: 9 tokens > 8 maximum', ContextExceeded, /too long for model/],
    [
      400,
      'invalid_request_error',
      'adaptive thinking is not supported on this model',
      ConfigurationError,
      /how the model "claude-opus-4-5" is to think .*check `thinking` and `model-effort`/,
    ],
    [
      400,
      'invalid_request_error',
      'max_tokens: 200000 > 64000, which is the maximum allowed number of output tokens for claude-opus-4-5',
      ConfigurationError,
      /the length of an answer of the model "claude-opus-4-5" .*change `max-tokens`/,
    ],
    [400, 'invalid_request_error', 'messages: no', ConfigurationError, /refused the request \(400: messages: no/],
  ])('says what %i %s means', async (status, type, said, kind, message) => {
    const { error, attempts } = await errorOf(failure(status, type, said));
    expect(attempts).toBe(1);
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toMatch(message);
  });

  it('gives an error inside the stream the same meaning as its status', async () => {
    const { error, attempts } = await errorOf(
      stream([{ type: 'error', error: { type: 'authentication_error', message: 'no' } }]),
    );
    expect(attempts).toBe(1);
    expect(error.message).toContain('refused the key');
  });

  it('obeys x-should-retry', async () => {
    const { attempts } = await errorOf(failure(500, 'api_error', 'broken for good', { 'x-should-retry': 'false' }));
    expect(attempts).toBe(1);
  });

  it('tells a wrong base URL from a wrong model', async () => {
    const { error, url } = await errorOf(page(404, '<h1>Not found</h1>'));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toContain(`There is no Messages API at ${url}/v1/messages (404): check \`base-url\``);
  });

  it('knows a web page from a model', async () => {
    const { error, attempts, url } = await errorOf(page(200, '<h1>Welcome</h1>'));
    expect(attempts).toBe(1);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toBe(
      `${url} does not speak the Anthropic Messages API (it answered with text/html): check \`base-url\`.`,
    );
  });

  it('names the base URL that cannot be reached', async () => {
    const wire = await startWire();
    await wire[Symbol.asyncDispose]();
    const { model, waits } = modelAt(wire.url, { maxRetries: 2 });
    const error: Error = await model.complete(CONVERSATION).then(
      () => expect.unreachable(),
      (reason) => reason,
    );
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error.message).toContain(`The model API at ${wire.url} cannot be reached (connect ECONNREFUSED`);
    expect(error.message).toContain('It was tried 3 times.');
    expect(waits).toHaveLength(2);
  });

  it('does not try a port again that is none for HTTP', async () => {
    const { model, waits } = modelAt('http://127.0.0.1:9', { maxRetries: 2 });
    const failed = model.complete(CONVERSATION);
    await expect(failed).rejects.toThrow(ConfigurationError);
    await expect(failed).rejects.toThrow(/no HTTP client connects to its port/);
    expect(waits).toEqual([]);
  });

  it('never lets the key out, even where the other side echoes it', async () => {
    const echo = `you sent ${KEY}`;
    for (const reply of [
      failure(400, 'invalid_request_error', echo),
      failure(403, 'permission_error', echo),
      failure(500, 'api_error', echo),
      page(418, echo),
      stream([{ type: 'error', error: { type: 'invalid_request_error', message: echo } }]),
    ]) {
      const { error } = await errorOf(reply);
      expect(error.message).toContain('***');
      expect(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain(KEY);
    }
  });

  it('keeps a long message short and on one line', async () => {
    const { error } = await errorOf(failure(400, 'invalid_request_error', `first\nsecond ${'x'.repeat(5000)}`));
    expect(error.message).toContain('first second');
    expect(error.message.length).toBeLessThan(600);
  });
});
