import { execa } from 'execa';
import { GIT_ENVIRONMENT } from './git/environment.ts';
import { canSee, isAllowed } from './permissions.ts';
import type { Repository } from './repository.ts';
import type { State } from './state.ts';
import type { Token } from './tokens.ts';

/*
 * Clone, fetch and push by git's own server program, behind GitHub's rules: everybody may read what is public, a bad
 * token is refused even for that, and pushing needs `contents: write`.
 */

/** Path below the repository: `info/refs`, `git-upload-pack`, `git-receive-pack`. */
export async function serveGit(
  state: State,
  request: Request,
  params: { readonly owner: string; readonly repo: string; readonly service: string },
): Promise<Response> {
  const authorization = request.headers.get('authorization') ?? undefined;
  const token = state.tokens.of(authorization);
  const repository = state.findRepository(params.owner, params.repo);
  const url = new URL(request.url);
  const push = [params.service, url.searchParams.get('service')].includes('git-receive-pack');
  if (token === undefined && (authorization !== undefined || push || repository?.private !== false)) return challenge();
  if (repository === undefined || (token !== undefined && !canSee(token, repository))) {
    return new Response('Repository not found.\n', { status: 404 });
  }
  if (token !== undefined && !isAllowed(token, repository, [{ contents: push ? 'write' : 'read' }])) {
    const text = `Permission to ${repository.fullName}.git denied to ${token.user.login}.\n`;
    return new Response(text, { status: 403 });
  }
  return httpBackend(state, request, repository, params.service, push ? token : undefined);
}

function challenge(): Response {
  const headers = { 'www-authenticate': 'Basic realm="GitHub"' };
  return new Response('Invalid username or token.\n', { status: 401, headers });
}

async function httpBackend(
  state: State,
  request: Request,
  repository: Repository,
  service: string,
  pusher: Token | undefined,
): Promise<Response> {
  const { headers } = request;
  const input = new Uint8Array(await request.arrayBuffer());
  const { stdout } = await execa('git', ['http-backend'], {
    extendEnv: false,
    env: {
      ...GIT_ENVIRONMENT,
      GIT_PROJECT_ROOT: state.root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_PROTOCOL: headers.get('git-protocol') ?? '',
      PATH_INFO: `/${repository.fullName}.git/${service}`,
      QUERY_STRING: new URL(request.url).search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: headers.get('content-type') ?? '',
      CONTENT_LENGTH: String(input.length),
      HTTP_CONTENT_ENCODING: headers.get('content-encoding') ?? '',
      ...(pusher === undefined ? {} : { REMOTE_USER: pusher.user.login }),
    },
    input,
    encoding: 'buffer',
    stripFinalNewline: false,
    killDescendants: true,
  });
  return responseOfCgi(Buffer.from(stdout));
}

/** A CGI program prints header lines, an empty line and the body; `Status` is 200 unless it says otherwise. */
function responseOfCgi(output: Buffer): Response {
  const end = output.indexOf('\r\n\r\n');
  const headers = new Headers();
  for (const line of output.subarray(0, end).toString('utf8').split('\r\n')) {
    const colon = line.indexOf(':');
    headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  const status = Number.parseInt(headers.get('status') ?? '200', 10);
  headers.delete('status');
  return new Response(new Uint8Array(output.subarray(end + 4)), { status, headers });
}
