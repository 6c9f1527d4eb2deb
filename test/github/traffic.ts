import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context, MiddlewareHandler, Next } from 'hono';
import type { Fault, Faults } from './faults.ts';
import type { RequestLog } from './request-log.ts';
import { respond } from './respond.ts';
import type { Reply, Route } from './route.ts';
import type { State } from './state.ts';

/** `pose`: what a fault wants to be taken for the route's own answer. */
export type Env = { Bindings: HttpBindings; Variables: { pose?: Reply } };

export interface Traffic {
  readonly state: State;
  readonly faults: Faults;
  readonly log: RequestLog;
}

const GIT_TEMPLATE = '/{owner}/{repo}.git/{service}';

/** Around every request: the log, and the fault that waits for it. */
export function traffic(
  { state, faults, log }: Traffic,
  apiRoot: string,
  routeOf: (context: Context<Env>) => Route | undefined,
): MiddlewareHandler<Env> {
  return async (context, next) => {
    const { method } = context.req;
    const path = context.req.path.replace(new RegExp(`^${apiRoot}(?=/|$)`), '');
    const token = state.tokens.of(context.req.header('authorization'));
    const route = routeOf(context);
    const template = route?.template ?? (/^\/[^/]+\/[^/]+\.git\//.test(path) ? GIT_TEMPLATE : null);
    const entry = log.open({ method, path, template, login: token?.user.login ?? null });
    const fault = faults.take(method, path) ?? {};
    // The timer must not keep a process alive whose server is closed.
    if (fault.delay !== undefined) await sleep(fault.delay, undefined, { ref: false });
    if (fault.drop !== 'before') await answerOrFail(context, next, route, fault, { ...token?.rateLimit.headers() });
    if (fault.drop !== undefined) {
      context.env.incoming.socket.destroy();
      return RESPONSE_ALREADY_SENT;
    }
    entry.status = context.res.status;
    context.header('x-github-request-id', randomUUID());
    return undefined;
  };
}

async function answerOrFail(
  context: Context<Env>,
  next: Next,
  route: Route | undefined,
  { status, body, headers }: Fault,
  rateLimitHeaders: Readonly<Record<string, string>>,
): Promise<void> {
  if (status === undefined) return next();
  const reply: Reply = { status, body, headers: { ...rateLimitHeaders, ...headers } };
  if (route === undefined || status >= 400) {
    context.res = respond(reply);
    return;
  }
  // Below 400 it poses as a good answer, so it has to be one, and the route checks it.
  context.set('pose', reply);
  return next();
}
