import type { Octokit } from '@octokit/rest';
import { statusOf } from '../events/github-error.ts';
import { type Delivery, moved, type NotDelivered, nameOf, refused, shortSha } from './delivery.ts';
import { attempt } from './write-once.ts';

/** Undefined while the pull request is open and its head is what was measured: then something may be written for it. */
export async function checkHead(octokit: Octokit, delivery: Delivery): Promise<NotDelivered | undefined> {
  return headProblem(delivery, await readPull(octokit, delivery));
}

/**
 * The same for what is written to the head's repository: a pull request from a fork is refused, and the branch itself is asked, because a
 * pull request may lag behind its branch. Whose branch it is, GitHub says, whatever the event said.
 */
export async function checkBranch(octokit: Octokit, delivery: Delivery): Promise<NotDelivered | undefined> {
  const { owner, repo, head } = delivery;
  if (!isSame(head.repository, delivery)) return fromFork(delivery, head.repository);
  const pull = await readPull(octokit, delivery);
  if (!isSame(pull.head.repo?.full_name, delivery)) return fromFork(delivery, pull.head.repo?.full_name);
  const problem = headProblem(delivery, pull);
  if (problem !== undefined) return problem;
  if (pull.head.ref !== head.ref)
    return moved(`The branch of ${nameOf(delivery)} is ${pull.head.ref} and not ${head.ref}`);
  const tip = await attempt(`read the branch ${head.ref} of ${owner}/${repo}`, () =>
    tipOf(octokit, delivery, head.ref),
  );
  return tip === head.sha ? undefined : movedTo(delivery, tip);
}

async function readPull(octokit: Octokit, delivery: Delivery) {
  const { owner, repo, pullRequest } = delivery;
  const { data } = await attempt(`read pull request ${nameOf(delivery)}`, () =>
    octokit.rest.pulls.get({ owner, repo, pull_number: pullRequest }),
  );
  return data;
}

function headProblem(delivery: Delivery, pull: Awaited<ReturnType<typeof readPull>>): NotDelivered | undefined {
  if (pull.state !== 'open') return refused(`${nameOf(delivery)} is ${pull.merged ? 'merged' : 'closed'}`);
  return pull.head.sha === delivery.head.sha ? undefined : movedTo(delivery, pull.head.sha);
}

/** GitHub's names do not tell upper from lower case. */
function isSame(repository: string | undefined, { owner, repo }: Delivery): boolean {
  return repository?.toLowerCase() === `${owner}/${repo}`.toLowerCase();
}

function fromFork(delivery: Delivery, repository = 'that is gone'): NotDelivered {
  return refused(
    `${nameOf(delivery)} comes from the fork ${repository}, and Kernelwright never writes to a fork; take the patch from the report`,
  );
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
