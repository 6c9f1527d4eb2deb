import { AnthropicError, APIConnectionError, APIConnectionTimeoutError, APIError } from '@anthropic-ai/sdk';
import { ConfigurationError, EnvironmentError } from '../core/errors.ts';
import { apiFailure } from './api-failure.ts';
import { type Endpoint, type Failure, permanent, quote } from './failure.ts';

/** The stream ended before the message did, or the reply was no event stream at all. */
export class BrokenStream extends Error {
  /** True when something other than a Messages API answered. */
  readonly foreign: boolean;

  constructor(message: string, foreign: boolean) {
    super(message);
    this.foreign = foreign;
  }
}

/** Throws on what is no failure of the model API but a bug. */
export function failureOf(error: unknown, endpoint: Endpoint): Failure {
  if (error instanceof BrokenStream) return brokenStream(error, endpoint);
  if (error instanceof APIConnectionError) return unreachable(error, endpoint);
  if (error instanceof APIError) return apiFailure(error, endpoint);
  // Whatever else the client throws happened while it read the stream: cut, reset, or not parseable.
  if (error instanceof AnthropicError) return brokenStream(new BrokenStream(error.message, false), endpoint);
  throw error;
}

function brokenStream(error: BrokenStream, { baseUrl, apiKey }: Endpoint): Failure {
  if (error.foreign) {
    return permanent(
      new ConfigurationError(
        `${baseUrl} does not speak the Anthropic Messages API (${quote(error.message, apiKey)}): check \`base-url\`.`,
      ),
    );
  }
  const what = 'the answer broke off';
  return {
    transient: true,
    what,
    error: new EnvironmentError(
      `The model API at ${baseUrl} keeps breaking off its answers (${quote(error.message, apiKey)}): run again later, or check the network and any proxy between.`,
    ),
  };
}

function unreachable(error: APIConnectionError, { baseUrl, apiKey }: Endpoint): Failure {
  const reason = error instanceof APIConnectionTimeoutError ? 'timed out' : deepestReason(error);
  // What `fetch` says of a port that belongs to another protocol, https://fetch.spec.whatwg.org/#port-blocking: it never connects.
  if (reason === 'bad port') {
    return permanent(
      new ConfigurationError(
        `The model API at ${baseUrl} cannot be reached, because no HTTP client connects to its port: let it listen on another one, and correct \`base-url\`.`,
      ),
    );
  }
  return {
    transient: true,
    what: `no connection: ${quote(reason, apiKey)}`,
    error: new EnvironmentError(
      `The model API at ${baseUrl} cannot be reached (${quote(reason, apiKey)}): check \`base-url\` and the network of this machine.`,
    ),
  };
}

/** Node wraps "connect ECONNREFUSED 127.0.0.1:1" twice, as "Connection error." and as "fetch failed". */
function deepestReason(error: Error): string {
  let reason: Error = error;
  while (reason.cause instanceof Error) reason = reason.cause;
  const code = 'code' in reason && typeof reason.code === 'string' ? reason.code : undefined;
  return reason.message || code || error.message;
}
