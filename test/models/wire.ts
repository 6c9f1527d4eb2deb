import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Wire extends AsyncDisposable {
  readonly url: string;
  readonly requests: { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: unknown }[];
}

/** `body`: what was asked. */
export type Reply = (response: ServerResponse, body: unknown) => void;

/** A server that gives the n-th request the n-th reply, and the last one ever after. */
export async function startWire(...replies: readonly Reply[]): Promise<Wire> {
  const requests: Wire['requests'][number][] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const body: unknown = JSON.parse(text);
    requests.push({ path: request.url ?? '', headers: request.headers, body });
    const reply = replies[Math.min(requests.length, replies.length) - 1];
    reply?.(response, body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const failure =
  (status: number, type: string, message: string, headers: Record<string, string> = {}): Reply =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ type: 'error', error: { type, message } }));
  };

export const page =
  (status: number, html: string): Reply =>
  (response) => {
    response.writeHead(status, { 'content-type': 'text/html' });
    response.end(html);
  };

interface Event {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** Events of one stream; `end` as `reset` closes the socket in the middle. */
export const stream =
  (events: readonly Event[], end: 'finish' | 'reset' = 'finish'): Reply =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const text = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
    if (end === 'finish') response.end(text);
    else response.write(text, () => setTimeout(() => response.destroy(), 20));
  };

/** `usage` as a server may send it, right or wrong. */
export function messageStart(usage: Record<string, unknown>): Event {
  return {
    type: 'message_start',
    message: { id: 'm', type: 'message', role: 'assistant', model: 'x', content: [], stop_reason: null, usage },
  };
}

export function textBlock(text: string): Event[] {
  return [
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
    { type: 'content_block_stop', index: 0 },
  ];
}

/** A whole answer. */
export function answer(
  text: string,
  stopReason: string | null = 'end_turn',
  usage: Record<string, number | null> = { input_tokens: 10, output_tokens: 1 },
): Reply {
  return stream([
    messageStart(usage),
    ...textBlock(text),
    { type: 'message_delta', delta: { stop_reason: stopReason, stop_sequence: null }, usage: { output_tokens: 5 } },
    { type: 'message_stop' },
  ]);
}
