import { notFound } from '../errors.ts';
import { commitsBetween, divergence, mergeBase, readCommit } from '../git/commits.ts';
import { changedFiles, unifiedDiff } from '../git/diff.ts';
import { fetchFrom, resolveCommit } from '../git/refs.ts';
import { pageOf } from '../pagination.ts';
import { renderCommit } from '../render/commit.ts';
import { renderFile } from '../render/file.ts';
import type { Repository } from '../repository.ts';
import type { Reply, RepositoryCall, Route } from '../route.ts';

export const COMPARE_ROUTES: readonly Route[] = [
  {
    scope: 'repository',
    method: 'GET',
    template: '/repos/{owner}/{repo}/compare/{basehead}',
    docs: '/commits/commits#compare-two-commits',
    needs: [{ contents: 'read' }],
    handle: compare,
  },
];

/** Files come with the first page only, and never more: https://docs.github.com/en/rest/commits/commits#compare-two-commits */
const MOST_FILES = 300;
const COMMITS_A_PAGE = 250;

async function compare(call: RepositoryCall): Promise<Reply> {
  const { repository, params } = call;
  const { directory, apiUrl, htmlUrl } = repository;
  const [baseName = '', headName = ''] = (params.basehead ?? '').split('...');
  const [base, head] = await Promise.all([resolve(repository, baseName), resolve(repository, headName)]);
  const fork = base && head ? await mergeBase(directory, base, head) : undefined;
  if (base === undefined || head === undefined || fork === undefined) throw notFound();
  if (/application\/vnd\.github\.(v3\.)?diff/.test(call.accept)) {
    const content = await unifiedDiff(directory, fork, head);
    return { status: 200, raw: { mediaType: 'application/vnd.github.diff; charset=utf-8', content } };
  }
  const [behind, ahead] = await divergence(directory, base, head);
  const shas = await commitsBetween(directory, base, head);
  const page = pageOf(call, shas, COMMITS_A_PAGE);
  const render = async (sha: string) => renderCommit(await readCommit(directory, sha), repository);
  const files = page.number === 1 ? (await changedFiles(directory, fork, head)).slice(0, MOST_FILES) : [];
  const web = `${htmlUrl}/compare/${encodeURIComponent(baseName)}...${encodeURIComponent(headName)}`;
  return {
    status: 200,
    headers: page.headers,
    body: {
      url: `${apiUrl}/compare/${encodeURIComponent(baseName)}...${encodeURIComponent(headName)}`,
      html_url: web,
      permalink_url: `${htmlUrl}/compare/${base}...${head}`,
      diff_url: `${web}.diff`,
      patch_url: `${web}.patch`,
      base_commit: await render(base),
      merge_base_commit: await render(fork),
      status: statusOf(ahead, behind),
      ahead_by: ahead,
      behind_by: behind,
      total_commits: shas.length,
      commits: await Promise.all(page.items.map(render)),
      files: files.map((file) => renderFile(file, repository, head)),
    },
  };
}

function statusOf(ahead: number, behind: number): 'diverged' | 'ahead' | 'behind' | 'identical' {
  if (ahead > 0) return behind > 0 ? 'diverged' : 'ahead';
  return behind > 0 ? 'behind' : 'identical';
}

/** A branch, tag or SHA; or `owner:branch`, of a repository in the same network. */
async function resolve(repository: Repository, name: string): Promise<string | undefined> {
  const [owner, ref] = name.includes(':') ? name.split(':', 2) : [undefined, name];
  if (ref === undefined) return undefined;
  if (owner === undefined) return resolveCommit(repository.directory, ref);
  const network = [repository, ...repository.forks, ...(repository.parent ? [repository.parent] : [])];
  const other = network.find((candidate) => candidate.owner.login.toLowerCase() === owner.toLowerCase());
  const sha = other === undefined ? undefined : await resolveCommit(other.directory, ref);
  if (other !== undefined && sha !== undefined) await fetchFrom(repository.directory, other.directory, sha);
  return sha;
}
