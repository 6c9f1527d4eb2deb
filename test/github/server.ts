import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { makeScratchFolder } from '../../src/deliver/scratch-folder.ts';
import { API_ROOT, createApp } from './app.ts';
import { Faults } from './faults.ts';
import { createBareRepository } from './git/repository.ts';
import type { Violation } from './openapi.ts';
import { Repository, type RepositoryOptions } from './repository.ts';
import { type LoggedRequest, RequestLog } from './request-log.ts';
import { ROUTES } from './routes/all.ts';
import { State } from './state.ts';
import type { TokenOptions } from './tokens.ts';

export interface GitHubOptions {
  /** Check every request and response against GitHub's OpenAPI description; costs a quarter of a second at the start. */
  readonly openapi?: boolean;
}

/** A GitHub of one's own: REST API and git transport on a port of the loopback interface. */
export interface LocalGitHub extends AsyncDisposable {
  /** Root of the API, as in `GITHUB_API_URL`. */
  readonly url: string;
  /** Root of the web pages and of git's transport, as in `GITHUB_SERVER_URL`. */
  readonly serverUrl: string;
  readonly state: State;
  readonly faults: Faults;
  /** Every request so far, the oldest first. */
  readonly routes: readonly LoggedRequest[];
  /** Mismatches with GitHub's description so far; always empty without `openapi`. */
  readonly violations: readonly Violation[];
  /** Those requests that asked to change something, pushes too. */
  writes(): readonly LoggedRequest[];
  createRepository(options: RepositoryOptions): Promise<Repository>;
  /** The token's value, to send. */
  createToken(options: TokenOptions): string;
  /** Stops the server, cuts open connections and removes the repositories. */
  close(): Promise<void>;
}

export async function startGitHub({ openapi = false }: GitHubOptions = {}): Promise<LocalGitHub> {
  const contract = openapi ? await (await import('./openapi.ts')).Contract.load(ROUTES) : undefined;
  const root = await makeScratchFolder('local-github-');
  const faults = new Faults();
  const log = new RequestLog();
  const violations: Violation[] = [];
  const { server, serverUrl, serve } = await listen();
  const url = `${serverUrl}${API_ROOT}`;
  const state = new State(root.path, { api: url, server: serverUrl });
  serve(createApp({ state, faults, log, contract, violations }).fetch);

  const close = async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
    await root[Symbol.asyncDispose]();
  };
  return {
    url,
    serverUrl,
    state,
    faults,
    violations,
    get routes() {
      return log.all;
    },
    writes: () => log.writes(),
    createRepository: (options) => createRepository(state, options),
    createToken: (options) => state.tokens.create(options).value,
    close,
    [Symbol.asyncDispose]: close,
  };
}

type Fetch = ReturnType<typeof createApp>['fetch'];

/** The port is known only once the server listens, and the application needs to know it: so the server comes first. */
async function listen(): Promise<{ server: Server; serverUrl: string; serve: (fetch: Fetch) => void }> {
  let fetch: Fetch | undefined;
  const server = createAdaptorServer({
    fetch: (request, env) => fetch?.(request, env) ?? new Response(null, { status: 503 }),
    // The client may share this process, and must find the platform's own Request and Response.
    overrideGlobalObjects: false,
  }) as Server;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    server,
    serverUrl: `http://127.0.0.1:${port}`,
    serve: (application) => {
      fetch = application;
    },
  };
}

async function createRepository(state: State, options: RepositoryOptions): Promise<Repository> {
  const { owner, name } = options;
  if (state.findRepository(owner, name) !== undefined)
    throw new Error(`There is a repository ${owner}/${name} already.`);
  const repository = new Repository(state, options);
  state.repositories.push(repository);
  await createBareRepository(repository.directory, repository.defaultBranch);
  const { defaultBranch: branch } = repository;
  await repository.commit({ branch, files: options.files, message: 'Initial commit' });
  return repository;
}
