import { LLMock } from '@copilotkit/aimock';
import { messageOf } from '../../src/core/errors.ts';
import { recordedAnswer } from './answers.ts';
import { type Fault, Faults } from './faults.ts';

export interface ModelServer {
  /** For the `base-url` input. */
  readonly url: string;
  /** Every request to the Messages API, oldest first. */
  requests(): readonly ModelRequest[];
  readonly faults: Faults;
  close(): Promise<void>;
}

export interface ModelRequest {
  readonly model: string;
  readonly system: string;
  readonly messages: readonly { readonly role: string; readonly text: string }[];
  /** What was sent back. */
  readonly status: number;
}

type Request = { model: string; messages: readonly { role: string; content: unknown }[] };

export interface ModelOptions {
  /** The folder of `<target>/<n>.md`. */
  readonly answers: string;
  /** Between two chunks of 400 characters. */
  readonly pauseMs?: number;
  /** Numbers the code of each answer in a comment, so that no two trajectories propose the same bytes. */
  readonly numbered?: boolean;
}

/**
 * A local model over the real wire: Anthropic's Messages API, streaming, on a free port of the loopback interface. The
 * n-th turn of a conversation about a target gets the n-th recorded answer.
 */
export async function startModel({ answers, pauseMs = 0, numbered = false }: ModelOptions): Promise<ModelServer> {
  const faults = new Faults();
  let given = 0;
  const answer = (request: Request) => {
    given += 1;
    return recorded(request, (target, turn) => {
      const text = recordedAnswer(answers, target, turn);
      return numbered ? text.replace(/^```\w+ path=.*\n/m, (fence) => `${fence}// answer ${given}\n`) : text;
    });
  };
  const server = new LLMock({ host: '127.0.0.1', port: 0, logLevel: 'silent', chunkSize: 400, latency: pauseMs });
  // A dropped stream is an option of the fixture, not of its response; so it has a fixture of its own, before the other.
  server.addFixture({
    match: { predicate: () => faults.next?.kind === 'dropped-stream' },
    response: (request) => {
      faults.take();
      return answer(request);
    },
    chunkSize: 20,
    // The pause lets the first chunks go out before the connection closes.
    latency: 5,
    truncateAfterChunks: 5,
  });
  server.addFixture({
    match: { predicate: () => true },
    response: (request) => {
      const fault = faults.take();
      return fault ? faultResponse(fault, request) : answer(request);
    },
  });
  await server.start();
  return {
    url: server.url,
    faults,
    requests: () =>
      server
        .getRequests()
        .filter(({ body }) => body !== null)
        .map(({ body, response }) => requestOf(body as Request, response.status)),
    close: () => server.stop(),
  };
}

/** The turn is one more than the answers that the request already holds. A gap in the recording is no reason to try again: 400. */
function recorded(request: Request, answerOf: (target: string, turn: number) => string) {
  const task = request.messages.find((message) => message.role === 'user');
  const target = /^Target: (\S+)$/m.exec(textOf(task?.content))?.[1];
  const turn = request.messages.filter((message) => message.role === 'assistant').length + 1;
  try {
    if (target === undefined) throw new Error('The first user message has no line "Target: NAME".');
    const content = answerOf(target, turn);
    return { content, usage: usageOf(request, content) };
  } catch (error) {
    return failure(400, 'invalid_request_error', messageOf(error));
  }
}

function faultResponse(fault: Fault, request: Request) {
  switch (fault.kind) {
    case 'rate-limit':
      return failure(429, 'rate_limit_error', 'This request would exceed your rate limit.', fault.retryAfter);
    case 'overloaded':
      return failure(529, 'overloaded_error', 'Overloaded');
    case 'bad-key':
      return failure(401, 'authentication_error', 'invalid x-api-key');
    case 'unknown-model':
      return failure(404, 'not_found_error', `model: ${request.model}`);
    case 'refusal':
      return { content: '', finishReason: 'refusal', usage: usageOf(request, '') };
    case 'cut':
      return { content: '```cuda path=', finishReason: 'length', usage: usageOf(request, '```cuda path=') };
    default:
      return { content: 'As a kernel I dream of electric warps.', usage: usageOf(request, 'electric warps') };
  }
}

function failure(status: number, type: string, message: string, retryAfter?: number) {
  return { status, error: { type, message }, ...(retryAfter !== undefined ? { retryAfter } : {}) };
}

/** Four characters a token, which is near enough for text and code. */
function usageOf(request: Request, answer: string) {
  const characters = request.messages.reduce((sum, message) => sum + textOf(message.content).length, 0);
  return { input_tokens: Math.ceil(characters / 4), output_tokens: Math.ceil(answer.length / 4) };
}

function requestOf(body: Request, status: number): ModelRequest {
  const messages = body.messages.map(({ role, content }) => ({ role, text: textOf(content) }));
  return {
    model: body.model,
    system: messages.find((message) => message.role === 'system')?.text ?? '',
    messages: messages.filter((message) => message.role !== 'system'),
    status,
  };
}

function textOf(content: unknown): string {
  return typeof content === 'string' ? content : '';
}
