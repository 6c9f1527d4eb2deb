import { ConfigurationError } from '../core/errors.ts';
import { baseUrlProblem, isLocalUrl } from '../events/base-url.ts';

export const ANTHROPIC_API = 'https://api.anthropic.com';

/** What is sent where no key is needed. Without any, the client would look for credentials in the environment and in files. */
const NO_KEY = 'none';

/** The base URL without a slash at its end. The text is not quoted in the error: it may hold a password. */
export function parseBaseUrl(text: string): string {
  const problem = baseUrlProblem(text);
  if (problem !== undefined) throw new ConfigurationError(`The \`base-url\` cannot be used: ${problem}.`);
  return text.replace(/\/+$/, '');
}

/**
 * The key without surrounding white space. A local server needs none. Refused when it is missing or cannot be sent as a
 * header, and never quoted.
 */
export function parseApiKey(text: string | undefined, baseUrl: string): string {
  const key = text?.trim() ?? '';
  if (key === '') {
    if (isLocalUrl(baseUrl)) return NO_KEY;
    throw new ConfigurationError(
      `The key for ${baseUrl} is missing: set the \`anthropic-api-key\` input from a repository secret, or the environment variable ANTHROPIC_API_KEY.`,
    );
  }
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new ConfigurationError(
      'The key in `anthropic-api-key` holds a space, a line break or a character outside ASCII: copy it again into the secret.',
    );
  }
  return key;
}
