import type { Octokit } from '@octokit/rest';
import type { SourceFile } from '../core/source.ts';
import { type CommitOutcome, commitToBranch } from './commit.ts';
import { type Delivery, moved, nameOf, type Refused, refused, type Sleep, shortSha } from './delivery.ts';
import { treeOf } from './make-commit.ts';
import { checkBranch } from './pinned-head.ts';
import { presentEntries } from './present-entries.ts';
import { type StoredResult, sha256 } from './stored-result.ts';
import { attempt, wait } from './write-once.ts';

/** Where and with which words a stored result is committed; its files come from the result, and from the branch. */
export type ApplyRequest = Omit<Delivery, 'target' | 'before' | 'after'>;

/**
 * Commits an earlier confirmed result to the pull request's branch, after checking that it was proven, that its bytes are those that were
 * measured, and that the head and the files that it replaces are still the same. The first check that fails is the answer.
 *
 * @throws PermissionError, ConfigurationError or EnvironmentError as `explainGitHubError` words them.
 */
export async function applyStored(
  octokit: Octokit,
  request: ApplyRequest,
  stored: StoredResult,
  sleep: Sleep = wait,
): Promise<CommitOutcome> {
  const { target, verdict, head, files } = stored;
  if (verdict !== 'faster')
    return refused(`The result for ${target} is "${verdict}"; only what was proven to be faster is applied`);
  const spoiled = files.find(
    ({ content, sha256: recorded }) => !content.isWellFormed() || sha256(content) !== recorded,
  );
  if (spoiled !== undefined)
    return refused(`${spoiled.path} in the result for ${target} has not the bytes that were measured`);
  if (head !== request.head.sha) {
    return moved(
      `The result for ${target} is of ${shortSha(head)}, and ${nameOf(request)} is at ${shortSha(request.head.sha)} now; run /optimize again`,
    );
  }
  const after = files.map(({ path, content }) => ({ path, content }));
  const delivery: Delivery = { ...request, target, before: [], after };
  const problem = await checkBranch(octokit, delivery);
  if (problem !== undefined) return problem;
  const before = await attempt(`read the files of ${target} from ${nameOf(request)}`, () =>
    presentFiles(octokit, delivery, stored),
  );
  if (before.kind === 'refused') return before;
  return commitToBranch(octokit, { ...delivery, before: before.files }, sleep);
}

type Present = { readonly kind: 'present'; readonly files: readonly SourceFile[] } | Refused;

/** The files that were measured as the head's own, as the head has them; refused where one has other bytes. */
async function presentFiles(octokit: Octokit, delivery: Delivery, { target, before }: StoredResult): Promise<Present> {
  const { owner, repo, head } = delivery;
  const paths = before.map(({ path }) => path);
  const entries = await presentEntries(octokit, delivery, await treeOf(octokit, delivery, head.sha), paths);
  const files: SourceFile[] = [];
  for (const { path, sha256: recorded } of before) {
    const entry = entries.get(path);
    if (entry?.kind !== 'file') {
      return refused(
        `${path} is ${entry?.kind === 'blocked' ? 'no plain file' : 'gone'}, and the result for ${target} replaces it`,
      );
    }
    const { data } = await octokit.rest.git.getBlob({ owner, repo, file_sha: entry.sha });
    const bytes = Buffer.from(data.content, 'base64');
    if (sha256(bytes) !== recorded)
      return refused(`${path} is not the file that the result for ${target} was measured against`);
    files.push({ path, content: bytes.toString('utf8') });
  }
  return { kind: 'present', files };
}
