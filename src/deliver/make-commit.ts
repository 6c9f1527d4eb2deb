import type { Octokit } from '@octokit/rest';
import { type Change, changesOf } from './changes.ts';
import { markedMessage } from './commit-message.ts';
import { type Delivery, nameOf, type Refused, refused, shortSha } from './delivery.ts';
import { gitBlobSha } from './git-blob.ts';
import { type Entry, type FileMode, presentEntries } from './present-entries.ts';

export type PreparedTree = { readonly kind: 'tree'; readonly sha: string } | Refused;

export interface MadeCommit {
  readonly sha: string;
  readonly url: string;
  /** Whether GitHub signed it, and shows it as verified. */
  readonly verified: boolean;
}

/**
 * The pinned head's tree with the target's files replaced. Nothing points to what this writes, so a failure leaves nothing that anybody
 * sees, and the same call again finds the same names. Fails as Octokit does.
 */
export async function prepareTree(octokit: Octokit, delivery: Delivery): Promise<PreparedTree> {
  const { owner, repo, head } = delivery;
  const planned = changesOf(delivery);
  if (planned.kind === 'refused') return planned;
  const { changes } = planned;
  const base = await treeOf(octokit, delivery, head.sha);
  const paths = [...new Set([...delivery.before, ...delivery.after].map(({ path }) => path))];
  const entries = await presentEntries(octokit, delivery, base, paths);
  const problem = paths.map((path) => problemAt(delivery, path, entries.get(path))).find((text) => text !== undefined);
  if (problem !== undefined) return refused(problem);
  const tree = [];
  for (const change of changes) {
    const entry = entries.get(change.path);
    const mode: FileMode = entry?.kind === 'file' ? entry.mode : '100644';
    tree.push({ path: change.path, mode, type: 'blob' as const, sha: await writeBlob(octokit, delivery, change) });
  }
  const { data } = await octokit.rest.git.createTree({ owner, repo, base_tree: base, tree });
  return { kind: 'tree', sha: data.sha };
}

/**
 * Neither author nor committer is named: GitHub then signs what an app or a workflow's token commits, and shows it as verified
 * (https://docs.github.com/en/authentication/managing-commit-signature-verification/about-commit-signature-verification#signature-verification-for-bots).
 * A commit by a personal token stays unsigned. Fails as Octokit does.
 */
export async function makeCommit(octokit: Octokit, delivery: Delivery, tree: string): Promise<MadeCommit> {
  const { owner, repo, head, message, run } = delivery;
  const { data } = await octokit.rest.git.createCommit({
    owner,
    repo,
    message: markedMessage(message, run),
    tree,
    parents: [head.sha],
  });
  return { sha: data.sha, url: data.html_url, verified: data.verification.verified };
}

/** The tree of a commit. Fails as Octokit does. */
export async function treeOf(
  octokit: Octokit,
  { owner, repo }: Pick<Delivery, 'owner' | 'repo'>,
  commit: string,
): Promise<string> {
  const { data } = await octokit.rest.git.getCommit({ owner, repo, commit_sha: commit });
  return data.tree.sha;
}

/** What is replaced must be, byte for byte, what was measured: a file whose bytes were not read faithfully shows here too. */
function problemAt({ before, head }: Delivery, path: string, entry: Entry | undefined): string | undefined {
  const measured = before.find((file) => file.path === path);
  if (entry?.kind === 'blocked')
    return `${entry.reason}, and Kernelwright writes only to files of the pull request itself`;
  const present = entry?.kind === 'file' ? entry.sha : undefined;
  const expected = measured && gitBlobSha(measured.content);
  if (present === expected) return undefined;
  return `${path} at ${shortSha(head.sha)} is not what was measured, so nothing is written over it`;
}

async function writeBlob(octokit: Octokit, delivery: Delivery, { path, after }: Change): Promise<string> {
  const { owner, repo } = delivery;
  const content = Buffer.from(after, 'utf8').toString('base64');
  const { data } = await octokit.rest.git.createBlob({ owner, repo, content, encoding: 'base64' });
  if (data.sha !== gitBlobSha(after))
    throw new Error(`${nameOf(delivery)}: GitHub stored other bytes than ${path} has`);
  return data.sha;
}
