import type { Octokit } from '@octokit/rest';
import { messageOf } from '../core/errors.ts';
import { statusOf } from '../events/github-error.ts';
import { type Delivery, type NotDelivered, refused, type Sleep } from './delivery.ts';
import { type MadeCommit, makeCommit, prepareTree } from './make-commit.ts';
import { checkBranch, movedTo, tipOf } from './pinned-head.ts';
import { attempt, NO_RETRIES, wait, writeOnce } from './write-once.ts';

export type CommitOutcome = ({ readonly kind: 'committed' } & MadeCommit) | NotDelivered;

/**
 * Puts the candidate's files on the pull request's branch as one commit on the pinned head. The branch is moved last, and only forward
 * from there: whatever fails before leaves it as it was, and somebody else's push at the same time wins.
 *
 * @throws PermissionError, ConfigurationError or EnvironmentError as `explainGitHubError` words them.
 */
export async function commitToBranch(
  octokit: Octokit,
  delivery: Delivery,
  sleep: Sleep = wait,
): Promise<CommitOutcome> {
  const { owner, repo, head } = delivery;
  const where = `the branch ${head.ref} of ${owner}/${repo}`;
  const early = await checkBranch(octokit, delivery);
  if (early !== undefined) return early;
  const made = await attempt(`write a commit for ${where}`, async () => {
    const tree = await prepareTree(octokit, delivery);
    return tree.kind === 'refused'
      ? tree
      : { kind: 'made' as const, ...(await makeCommit(octokit, delivery, tree.sha)) };
  });
  if (made.kind === 'refused') return made;
  // Once more: a branch that was put back to before the pinned head could be moved forward, over the heads of those who put it back.
  const late = await checkBranch(octokit, delivery);
  if (late !== undefined) return late;
  const lost = await attempt(`move ${where}`, () => moveBranch(octokit, delivery, made.sha, sleep));
  return lost ?? { ...made, kind: 'committed' };
}

/** Undefined once the branch has the commit. Fails as Octokit does. */
async function moveBranch(
  octokit: Octokit,
  delivery: Delivery,
  sha: string,
  sleep: Sleep,
): Promise<NotDelivered | undefined> {
  const { owner, repo, head } = delivery;
  const request = { owner, repo, ref: `heads/${head.ref}`, sha, force: false, request: NO_RETRIES };
  try {
    await writeOnce(
      () => octokit.rest.git.updateRef(request).then(() => true),
      () => contains(octokit, delivery, sha),
      sleep,
    );
    return undefined;
  } catch (error) {
    const refusal = refusalIn(delivery, error);
    if (refusal !== undefined) return refusal;
    if (statusOf(error) !== 409 && statusOf(error) !== 422) throw error;
    const tip = await tipOf(octokit, delivery, head.ref);
    if (tip === head.sha) throw error;
    return movedTo(delivery, tip);
  }
}

/** Whether the branch has the commit, be it below what somebody has pushed since; undefined where it has not. */
async function contains(octokit: Octokit, delivery: Delivery, sha: string): Promise<true | undefined> {
  const { owner, repo, head } = delivery;
  const tip = await tipOf(octokit, delivery, head.ref);
  if (tip === sha) return true;
  if (tip === undefined || tip === head.sha) return undefined;
  const basehead = `${sha}...${tip}`;
  const { data } = await octokit.rest.repos.compareCommitsWithBasehead({ owner, repo, basehead, per_page: 1 });
  return data.status === 'ahead' ? true : undefined;
}

/** The rules of a repository may forbid what a token's permissions allow. */
function refusalIn({ head }: Delivery, error: unknown): NotDelivered | undefined {
  if (statusOf(error) !== 422 || !/protected branch|rule violation/i.test(messageOf(error))) return undefined;
  return refused(
    `The rules of the repository do not let this token write to the branch ${head.ref}; let Kernelwright deliver a pull request or suggestions`,
  );
}
