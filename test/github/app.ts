import { type Context, Hono } from 'hono';
import { matchedRoutes } from 'hono/route';
import { answer, type Incoming, refusal } from './answer.ts';
import { badCredentials, GitHubError, notFound } from './errors.ts';
import type { Contract, Violation } from './openapi.ts';
import { GRAPHQL_PATH } from './request-log.ts';
import { respond } from './respond.ts';
import { ok, type Reply, type Route } from './route.ts';
import { ROUTES } from './routes/all.ts';
import { serveGit } from './smart-http.ts';
import { type Env, type Traffic, traffic } from './traffic.ts';

/** Where the REST API lies below the server, as on GitHub Enterprise Server, so that git's paths cannot clash with it. */
export const API_ROOT = '/api/v3';

const VIEWER_QUERY = '{ viewer { login } }';
const UNKNOWN_QUERY = { data: null, errors: [{ message: `The local GitHub answers only ${VIEWER_QUERY}` }] };

interface Parts extends Traffic {
  readonly contract: Contract | undefined;
  readonly violations: Violation[];
}

/** The server's one application: REST under `API_ROOT`, git's transport beside it, and the log and the faults around both. */
export function createApp(parts: Parts): Hono<Env> {
  const app = new Hono<Env>({ strict: false });
  const routeOf = new Map(ROUTES.map((route) => [`${route.method} ${API_ROOT}${honoPath(route.template)}`, route]));
  app.use(
    '*',
    traffic(parts, API_ROOT, (context) => {
      const found = matchedRoutes(context).map(({ method, path }) => routeOf.get(`${method} ${path}`));
      return found.find((route) => route !== undefined);
    }),
  );
  for (const route of ROUTES) {
    app.on(route.method, `${API_ROOT}${honoPath(route.template)}`, async (context) => {
      const incoming = await incomingOf(context);
      const reply = context.get('pose') ?? (await answer(parts.state, route, incoming));
      return respond(checked(parts, route, incoming, reply));
    });
  }
  app.post(GRAPHQL_PATH, async (context) => {
    const token = parts.state.tokens.of(context.req.header('authorization'));
    if (token === undefined) return respond(refusal(badCredentials()));
    const { query } = await context.req.json<{ query?: unknown }>();
    return respond(ok(query === VIEWER_QUERY ? { data: { viewer: { login: token.user.login } } } : UNKNOWN_QUERY));
  });
  app.all('/:owner/:repo{[^/]+\\.git}/:service{.+}', (context) => {
    const { owner, repo, service } = context.req.param();
    return serveGit(parts.state, context.req.raw, { owner, repo: repo.slice(0, -'.git'.length), service });
  });
  app.notFound(() => respond(refusal(notFound())));
  app.onError((error) => respond(refusal(new GitHubError(500, `The local GitHub has a bug: ${error.stack}`))));
  return app;
}

/** OpenAPI's `{name}` in Hono's notation; paths, refs and comparisons may hold slashes, and the path of the root is empty. */
function honoPath(template: string): string {
  return template
    .replace('/{path}', '/:path{.+}?')
    .replace(/\{(ref|basehead|tree_sha)\}/g, ':$1{.+}')
    .replace(/\{(\w+)\}/g, ':$1');
}

async function incomingOf(context: Context<Env>): Promise<Incoming> {
  return {
    url: new URL(context.req.url),
    params: context.req.param(),
    authorization: context.req.header('authorization'),
    accept: context.req.header('accept') ?? '',
    body: await context.req.text(),
  };
}

/** The reply, unless GitHub's description forbids it or its request: then a 500 that says so, and the record. */
function checked({ contract, violations }: Parts, route: Route, incoming: Incoming, reply: Reply): Reply {
  const found = contract?.check(route, incoming, reply) ?? [];
  if (found.length === 0) return reply;
  violations.push(...found);
  const list = found.map(({ operation, side, problem }) => `${operation} ${side}: ${problem}`).join('; ');
  return refusal(new GitHubError(500, `Not as in GitHub's OpenAPI description: ${list}`));
}
