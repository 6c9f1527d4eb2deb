import type { Octokit } from '@octokit/rest';
import { ConfigurationError } from '../core/errors.ts';
import { statusOf } from '../events/github-error.ts';
import { oneLine } from '../report/escape.ts';
import { type Delivery, type NotDelivered, nameOf, type Sleep } from './delivery.ts';
import { gitBlobSha } from './git-blob.ts';
import { makeCommit, prepareTree, treeOf } from './make-commit.ts';
import { checkBranch, tipOf } from './pinned-head.ts';
import { presentEntries } from './present-entries.ts';
import { stackedBranch } from './stacked-branch.ts';
import { attempt, NO_RETRIES, wait, writeOnce } from './write-once.ts';

export type StackedPullOutcome =
  | { readonly kind: 'opened' | 'unchanged'; readonly number: number; readonly url: string; readonly branch: string }
  | NotDelivered;

interface OpenPull {
  readonly number: number;
  readonly url: string;
}

/** https://docs.github.com/en/rest/pulls/pulls#create-a-pull-request takes no longer ones. */
const LONGEST_TITLE = 256;

/**
 * Opens a pull request into the pull request's own branch, with one commit on the pinned head. Asked again for the same bytes it finds what
 * it opened. A branch that was left without its pull request is used again; one that holds anything else is never written over.
 *
 * @throws ConfigurationError when the branch holds something else. @throws PermissionError, ConfigurationError or EnvironmentError as
 * `explainGitHubError` words them.
 */
export async function openStackedPull(
  octokit: Octokit,
  delivery: Delivery,
  sleep: Sleep = wait,
): Promise<StackedPullOutcome> {
  const branch = stackedBranch(delivery);
  const where = `the branch ${branch} of ${delivery.owner}/${delivery.repo}`;
  const early = await checkBranch(octokit, delivery);
  if (early !== undefined) return early;
  const known = await attempt(`look for an earlier pull request of ${nameOf(delivery)}`, () =>
    findPull(octokit, delivery, branch),
  );
  if (known !== undefined) {
    if (!(await attempt(`read ${where}`, () => holdsTheFiles(octokit, delivery, branch))))
      throw otherContent(delivery, branch);
    return { kind: 'unchanged', ...known, branch };
  }
  const tree = await attempt(`write a commit for ${where}`, () => prepareTree(octokit, delivery));
  if (tree.kind === 'refused') return tree;
  const late = await checkBranch(octokit, delivery);
  if (late !== undefined) return late;
  const isOurs = await attempt(`create ${where}`, () => makeBranch(octokit, delivery, branch, tree.sha, sleep));
  if (!isOurs) throw otherContent(delivery, branch);
  const opened = await attempt(`open a pull request from ${where}, which is there and will be used next time`, () =>
    openPull(octokit, delivery, branch, sleep),
  );
  return { kind: 'opened', ...opened, branch };
}

/** Whether the branch is, or was already, exactly one commit with this tree on the pinned head. */
async function makeBranch(
  octokit: Octokit,
  delivery: Delivery,
  branch: string,
  tree: string,
  sleep: Sleep,
): Promise<boolean> {
  const { owner, repo } = delivery;
  const left = await tipOf(octokit, delivery, branch);
  if (left !== undefined) return isThisCommit(octokit, delivery, left, tree);
  const { sha } = await makeCommit(octokit, delivery, tree);
  try {
    const request = { owner, repo, ref: `refs/heads/${branch}`, sha, request: NO_RETRIES };
    const tip = await writeOnce(
      () => octokit.rest.git.createRef(request).then(() => sha),
      () => tipOf(octokit, delivery, branch),
      sleep,
    );
    return tip === sha || (await isThisCommit(octokit, delivery, tip, tree));
  } catch (error) {
    // Another run may have been quicker by a moment.
    const tip = statusOf(error) === 422 ? await tipOf(octokit, delivery, branch) : undefined;
    if (tip === undefined) throw error;
    return isThisCommit(octokit, delivery, tip, tree);
  }
}

async function isThisCommit(
  octokit: Octokit,
  { owner, repo, head }: Delivery,
  commit: string,
  tree: string,
): Promise<boolean> {
  const { data } = await octokit.rest.git.getCommit({ owner, repo, commit_sha: commit });
  return data.tree.sha === tree && data.parents.length === 1 && data.parents[0]?.sha === head.sha;
}

/** People may have added to a pull request since it was opened, as long as the candidate's bytes are still in it. */
async function holdsTheFiles(octokit: Octokit, delivery: Delivery, branch: string): Promise<boolean> {
  const tip = await tipOf(octokit, delivery, branch);
  if (tip === undefined) return false;
  const paths = delivery.after.map(({ path }) => path);
  const entries = await presentEntries(octokit, delivery, await treeOf(octokit, delivery, tip), paths);
  return delivery.after.every(({ path, content }) => {
    const entry = entries.get(path);
    return entry?.kind === 'file' && entry.sha === gitBlobSha(content);
  });
}

async function openPull(octokit: Octokit, delivery: Delivery, branch: string, sleep: Sleep): Promise<OpenPull> {
  const { owner, repo, head, title, body } = delivery;
  const find = () => findPull(octokit, delivery, branch);
  const open = async () => {
    const { data } = await octokit.rest.pulls.create({
      owner,
      repo,
      title: oneLine(title, LONGEST_TITLE) || `A faster version for ${nameOf(delivery)}`,
      head: branch,
      base: head.ref,
      body: body.toWellFormed(),
      request: NO_RETRIES,
    });
    return { number: data.number, url: data.html_url };
  };
  try {
    return await writeOnce(open, find, sleep);
  } catch (error) {
    // "A pull request already exists": another run was quicker.
    const found = statusOf(error) === 422 ? await find() : undefined;
    if (found === undefined) throw error;
    return found;
  }
}

async function findPull(
  octokit: Octokit,
  { owner, repo, head }: Delivery,
  branch: string,
): Promise<OpenPull | undefined> {
  const wanted = { owner, repo, state: 'open', head: `${owner}:${branch}`, base: head.ref } as const;
  const { data } = await octokit.rest.pulls.list(wanted);
  // GitHub leaves the filter out when it cannot make sense of it.
  const found = data.find((pull) => pull.head.ref === branch && pull.base.ref === head.ref);
  return found && { number: found.number, url: found.html_url };
}

function otherContent({ owner, repo }: Delivery, branch: string): ConfigurationError {
  return new ConfigurationError(
    `The branch ${branch} of ${owner}/${repo} is there already and holds something else, which Kernelwright never writes over; delete the branch and run again`,
  );
}
