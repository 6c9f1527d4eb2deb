import { z } from 'zod';
import { notFound, validationFailed } from '../errors.ts';
import { commitsBetween, mergeBase } from '../git/commits.ts';
import { unifiedDiff } from '../git/diff.ts';
import { resolveCommit } from '../git/refs.ts';
import { listReply } from '../pagination.ts';
import type { PullRequest } from '../pull-request.ts';
import { renderFile } from '../render/file.ts';
import { renderPullRequest, renderPullRequestListItem } from '../render/pull-request.ts';
import type { Repository } from '../repository.ts';
import { bodyOf, created, ok, type Reply, type RepositoryCall, type Route } from '../route.ts';

export const PULL_ROUTES: readonly Route[] = [
  {
    scope: 'repository',
    method: 'GET',
    template: '/repos/{owner}/{repo}/pulls',
    docs: '/pulls/pulls#list-pull-requests',
    needs: [{ pull_requests: 'read' }],
    handle: listPulls,
  },
  {
    scope: 'repository',
    method: 'POST',
    template: '/repos/{owner}/{repo}/pulls',
    docs: '/pulls/pulls#create-a-pull-request',
    needs: [{ pull_requests: 'write' }],
    handle: createPull,
  },
  {
    scope: 'repository',
    method: 'GET',
    template: '/repos/{owner}/{repo}/pulls/{pull_number}',
    docs: '/pulls/pulls#get-a-pull-request',
    needs: [{ pull_requests: 'read' }],
    handle: getPull,
  },
  {
    scope: 'repository',
    method: 'PATCH',
    template: '/repos/{owner}/{repo}/pulls/{pull_number}',
    docs: '/pulls/pulls#update-a-pull-request',
    needs: [{ pull_requests: 'write' }],
    handle: updatePull,
  },
  {
    scope: 'repository',
    method: 'GET',
    template: '/repos/{owner}/{repo}/pulls/{pull_number}/files',
    docs: '/pulls/pulls#list-pull-requests-files',
    needs: [{ pull_requests: 'read' }],
    handle: listFiles,
  },
];

/** https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files */
const MOST_FILES = 3000;

async function listPulls(call: RepositoryCall): Promise<Reply> {
  const query = call.url.searchParams;
  const state = query.get('state') ?? 'open';
  const [head, base] = [query.get('head'), query.get('base')];
  const pulls = call.repository.pulls
    .filter((pull) => state === 'all' || pull.state === state)
    .filter((pull) => head === null || `${pull.head.repository.owner.login}:${pull.head.ref}` === head)
    .filter((pull) => base === null || pull.base.ref === base)
    .sort((a, b) => b.number - a.number);
  return listReply(call, query.get('direction') === 'asc' ? pulls.reverse() : pulls, renderPullRequestListItem);
}

async function getPull(call: RepositoryCall): Promise<Reply> {
  const pull = pullOf(call);
  if (!/application\/vnd\.github\.(v3\.)?diff/.test(call.accept)) return ok(await renderPullRequest(pull));
  await pull.refresh();
  const content = await unifiedDiff(call.repository.directory, await pull.mergeBase(), pull.headSha);
  return { status: 200, raw: { mediaType: 'application/vnd.github.diff; charset=utf-8', content } };
}

async function listFiles(call: RepositoryCall): Promise<Reply> {
  const pull = pullOf(call);
  const files = await pull.files();
  return listReply(call, files.slice(0, MOST_FILES), (file) => renderFile(file, pull.base.repository, pull.headSha));
}

const NewPull = z.object({
  title: z.string(),
  head: z.string(),
  base: z.string(),
  body: z.string().nullish(),
  draft: z.boolean().default(false),
});

async function createPull(call: RepositoryCall): Promise<Reply> {
  const { repository, token } = call;
  const { title, head, base, body, draft } = bodyOf(call, NewPull);
  const source = sourceOf(repository, head);
  const [headSha, baseSha] = await Promise.all([
    source && resolveCommit(source.repository.directory, `refs/heads/${source.ref}`),
    resolveCommit(repository.directory, `refs/heads/${base}`),
  ]);
  if (baseSha === undefined) throw validationFailed({ resource: 'PullRequest', field: 'base', code: 'invalid' });
  if (source === undefined || headSha === undefined) {
    throw validationFailed({ resource: 'PullRequest', field: 'head', code: 'invalid' });
  }
  await refuseUseless(repository, source, base);
  const pull = await repository.openPullRequest({
    title,
    body: body ?? null,
    head: source.ref,
    base,
    draft,
    author: token.user.login,
    ...(source.repository === repository ? {} : { fork: source.repository.owner.login }),
  });
  return created(await renderPullRequest(pull), `${repository.apiUrl}/pulls/${pull.number}`);
}

interface Source {
  readonly repository: Repository;
  readonly ref: string;
}

/** `branch`, or `owner:branch` of a fork. */
function sourceOf(repository: Repository, head: string): Source | undefined {
  const [owner, ref] = head.includes(':') ? head.split(':', 2) : [repository.owner.login, head];
  const candidates = [repository, ...repository.forks];
  const source = candidates.find((candidate) => candidate.owner.login.toLowerCase() === owner?.toLowerCase());
  return source === undefined || ref === undefined ? undefined : { repository: source, ref };
}

async function refuseUseless(repository: Repository, source: Source, base: string): Promise<void> {
  const open = repository.pulls.filter((pull) => pull.state === 'open' && pull.base.ref === base);
  if (open.some(({ head }) => head.repository === source.repository && head.ref === source.ref)) {
    const message = `A pull request already exists for ${source.repository.owner.login}:${source.ref}.`;
    throw validationFailed({ resource: 'PullRequest', code: 'custom', message });
  }
  // A fork borrows the objects of its parent, so it knows the base's commits as they were when it was made.
  const { directory } = source.repository;
  const baseSha = await resolveCommit(repository.directory, base);
  const known = baseSha === undefined ? undefined : await mergeBase(directory, baseSha, `refs/heads/${source.ref}`);
  if ((await commitsBetween(directory, known ?? source.ref, `refs/heads/${source.ref}`)).length === 0) {
    const message = `No commits between ${base} and ${source.ref}`;
    throw validationFailed({ resource: 'PullRequest', code: 'custom', message });
  }
}

const PullChanges = z.object({
  title: z.string().optional(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']).optional(),
  base: z.string().optional(),
});

async function updatePull(call: RepositoryCall): Promise<Reply> {
  const pull = pullOf(call);
  const { title, body, state, base } = bodyOf(call, PullChanges);
  if (base !== undefined && (await resolveCommit(call.repository.directory, `refs/heads/${base}`)) === undefined) {
    throw validationFailed({ resource: 'PullRequest', field: 'base', code: 'invalid' });
  }
  if (title !== undefined) pull.title = title;
  if (body !== undefined) pull.body = body;
  if (base !== undefined) pull.base.ref = base;
  if (state === 'closed') pull.closedAt ??= call.state.now();
  if (state === 'open') pull.closedAt = null;
  pull.updatedAt = call.state.now();
  return ok(await renderPullRequest(pull));
}

export function pullOf({ repository, params }: RepositoryCall): PullRequest {
  const pull = repository.pull(Number(params.pull_number));
  if (pull === undefined) throw notFound();
  return pull;
}
