import type { Octokit } from '@octokit/rest';
import { statusOf } from '../events/github-error.ts';
import { type Delivery, moved, type NotDelivered, nameOf, refused, shortSha } from './delivery.ts';
import { attempt } from './write-once.ts';

/** Undefined while the pull request is open and its head is what was measured: then something may be written for it. */
export async function checkHead(octokit: Octokit, delivery: Delivery): Promise<NotDelivered | undefined> {
  const { owner, repo, pullRequest, head } = delivery;
  const name = nameOf(delivery);
  const { data } = await attempt(`read pull request ${name}`, () =>
    octokit.rest.pulls.get({ owner, repo, pull_number: pullRequest }),
  );
  if (data.state !== 'open') return refused(`${name} is ${data.merged ? 'merged' : 'closed'}`);
  return data.head.sha === head.sha ? undefined : movedTo(delivery, data.head.sha);
}

/**
 * The same for what is written to the head's repository: a pull request from a fork is refused, and the branch itself is asked, because a
 * pull request may lag behind its branch.
 */
export async function checkBranch(octokit: Octokit, delivery: Delivery): Promise<NotDelivered | undefined> {
  const { owner, repo, head } = delivery;
  if (head.repository.toLowerCase() !== `${owner}/${repo}`.toLowerCase()) {
    return refused(
      `${nameOf(delivery)} comes from the fork ${head.repository}, and Kernelwright never writes to a fork; take the patch from the report`,
    );
  }
  const problem = await checkHead(octokit, delivery);
  if (problem !== undefined) return problem;
  const tip = await attempt(`read the branch ${head.ref} of ${owner}/${repo}`, () =>
    tipOf(octokit, delivery, head.ref),
  );
  return tip === head.sha ? undefined : movedTo(delivery, tip);
}

/** The commit that a branch points to; undefined where there is no such branch. Fails as Octokit does. */
export async function tipOf(
  octokit: Octokit,
  { owner, repo }: Pick<Delivery, 'owner' | 'repo'>,
  branch: string,
): Promise<string | undefined> {
  try {
    const { data } = await octokit.rest.git.getRef({ owner, repo, ref: `heads/${branch}` });
    return data.object.sha;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

export function movedTo({ head }: Delivery, tip: string | undefined): NotDelivered {
  const now = tip === undefined ? `the branch ${head.ref} is gone` : `${head.ref} is at ${shortSha(tip)} now`;
  return moved(`${now}, and what was measured is ${shortSha(head.sha)}; ask again for the new head`);
}
