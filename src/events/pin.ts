import { explainGitHubError } from './github-error.ts';
import type { Octokit } from './octokit.ts';
import type { Place } from './triggers/github-event.ts';
import type { OptimizeRequest } from './triggers/pull-request.ts';

/** A pull request on GitHub. */
export interface PullRequestPlace extends Place {
  /** Its number. */
  readonly pullRequest: number;
}

/** A pull request with the commits that a run is about from now on, or why there is to be none. */
export type PinnedHead =
  | {
      readonly kind: 'pinned';
      readonly request: OptimizeRequest;
      readonly isFork: boolean;
      readonly draft: boolean;
      readonly state: 'open';
    }
  /** `sha` is what to give in place of what was given, where that would help. */
  | { readonly kind: 'refused'; readonly reason: string; readonly sha?: string };

/**
 * Asks once which commit is the head, for a run that somebody allowed to has asked for. `asked` is the SHA that they gave, or its
 * beginning. For a pull request from a fork they must give it whole: they have read that commit, and its author can push another
 * meanwhile, even one whose SHA begins alike.
 *
 * @throws PermissionError, ConfigurationError or EnvironmentError when the pull request cannot be read.
 */
export async function pinHead(octokit: Octokit, place: PullRequestPlace, asked?: string): Promise<PinnedHead> {
  const { owner, repo, pullRequest } = place;
  const name = `pull request #${pullRequest}`;
  const pull = await readPull(octokit, place);
  if (pull.merged) return refused(`${name} is merged`);
  if (pull.state !== 'open') return refused(`${name} is closed`);
  if (pull.head.repo === null) return refused(`the repository that ${name} comes from is gone`);
  const isFork = pull.head.repo.id !== pull.base.repo.id;
  const { sha } = pull.head;
  if (asked !== undefined && !sha.startsWith(asked.toLowerCase())) {
    return refused(
      `the head of ${name} is now ${sha}, not ${asked}; read what came since, then write the command with that SHA`,
      sha,
    );
  }
  if (isFork && asked?.length !== sha.length) {
    const why = asked === undefined ? '' : ', whole because another commit could begin alike';
    return refused(
      `${name} comes from a fork: read its code at ${sha} first, then write the command with that SHA${why}`,
      sha,
    );
  }
  return {
    kind: 'pinned',
    request: {
      kind: 'optimize',
      owner,
      repo,
      pullRequest,
      base: { sha: pull.base.sha, ref: pull.base.ref },
      head: { sha, ref: pull.head.ref, repository: pull.head.repo.full_name },
    },
    isFork,
    draft: pull.draft === true,
    state: 'open',
  };
}

/** Whether the pull request is still open and its head still this commit; to be asked before each write. */
export async function headIsStill(octokit: Octokit, place: PullRequestPlace, sha: string): Promise<boolean> {
  const pull = await readPull(octokit, place);
  return pull.state === 'open' && pull.head.sha === sha;
}

/** The commit that is the head now, whatever state the pull request is in. */
export async function headOf(octokit: Octokit, place: PullRequestPlace): Promise<string> {
  return (await readPull(octokit, place)).head.sha;
}

async function readPull(octokit: Octokit, { owner, repo, pullRequest }: PullRequestPlace) {
  try {
    return (await octokit.rest.pulls.get({ owner, repo, pull_number: pullRequest })).data;
  } catch (error) {
    throw explainGitHubError(error, `read pull request #${pullRequest} of ${owner}/${repo}`);
  }
}

function refused(reason: string, sha?: string): PinnedHead {
  return { kind: 'refused', reason, ...(sha === undefined ? {} : { sha }) };
}
