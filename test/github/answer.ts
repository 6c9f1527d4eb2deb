import { badCredentials, forbidden, GitHubError, notFound } from './errors.ts';
import { canSee, isAllowed, type Needs } from './permissions.ts';
import type { Call, Reply, Route } from './route.ts';
import type { State } from './state.ts';
import type { Token } from './tokens.ts';

/** What arrived for a route. */
export interface Incoming {
  readonly url: URL;
  readonly params: Readonly<Record<string, string>>;
  readonly authorization: string | undefined;
  readonly accept: string;
  /** Empty without a body. */
  readonly body: string;
}

/** The whole way of a request: token, limit, repository, permission, handler; every refusal in GitHub's words. */
export async function answer(state: State, route: Route, incoming: Incoming): Promise<Reply> {
  const token = state.tokens.of(incoming.authorization);
  try {
    const reply = await handle(state, route, incoming, token);
    return { ...reply, headers: { ...headersFor(route, token), ...reply.headers } };
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    return { ...refusal(error, route.docs), headers: { ...headersFor(route, token), ...error.headers } };
  }
}

async function handle(state: State, route: Route, incoming: Incoming, token: Token | undefined): Promise<Reply> {
  const { url, params, accept, body } = incoming;
  if (token === undefined) throw badCredentials();
  // Asking for the limit is free.
  if (route.template !== '/rate_limit' && !token.rateLimit.take()) throw rateLimitExceeded(token);
  const call: Call = { state, token, params, url, accept, json: parseJson(body) };
  if (route.scope === 'account') return route.handle(call);
  const repository = state.findRepository(params.owner ?? '', params.repo ?? '');
  if (repository === undefined || !canSee(token, repository)) throw notFound();
  if (!isAllowed(token, repository, route.needs)) throw forbidden(token.kind);
  return route.handle({ ...call, repository });
}

/** An error as JSON, with the page that explains it. */
export function refusal(error: GitHubError, docs = ''): Reply {
  const { status, message, errors } = error;
  const documentation_url = `https://docs.github.com/rest${docs}`;
  return { status, body: { message, ...(errors ? { errors } : {}), documentation_url, status: String(status) } };
}

function rateLimitExceeded({ kind, user }: Token): GitHubError {
  const whose = kind === 'installation' ? 'installation' : 'user';
  return new GitHubError(403, `API rate limit exceeded for ${whose} ID ${user.id}.`);
}

function parseJson(body: string): unknown {
  if (body === '') return undefined;
  try {
    return JSON.parse(body);
  } catch {
    throw new GitHubError(400, 'Problems parsing JSON');
  }
}

function headersFor(route: Route, token: Token | undefined): Record<string, string> {
  return {
    ...token?.rateLimit.headers(),
    ...(route.needs.length === 0 ? {} : { 'x-accepted-github-permissions': formatNeeds(route.needs) }),
  };
}

/** `issues=write; pull_requests=write`: alternatives are divided by semicolons. */
function formatNeeds(needs: Needs): string {
  const formatOne = (need: Needs[number]) => Object.entries(need).map(([name, level]) => `${name}=${level}`);
  return needs.map((need) => formatOne(need).join(',')).join('; ');
}
