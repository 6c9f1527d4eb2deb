import { z } from 'zod';
import { notFound, unprocessable } from '../errors.ts';
import { readCommit, type Signature, writeCommit } from '../git/commits.ts';
import { changedFiles } from '../git/diff.ts';
import { objectType } from '../git/objects.ts';
import { resolveCommit } from '../git/refs.ts';
import { renderCommit, renderGitCommit } from '../render/commit.ts';
import { bodyOf, created, ok, type Reply, type RepositoryCall, type Route } from '../route.ts';
import { signatureOf } from '../signature.ts';

export const COMMIT_ROUTES: readonly Route[] = [
  {
    scope: 'repository',
    method: 'GET',
    template: '/repos/{owner}/{repo}/commits/{ref}',
    docs: '/commits/commits#get-a-commit',
    needs: [{ contents: 'read' }],
    handle: getCommit,
  },
  {
    scope: 'repository',
    method: 'GET',
    template: '/repos/{owner}/{repo}/git/commits/{commit_sha}',
    docs: '/git/commits#get-a-commit-object',
    needs: [{ contents: 'read' }],
    handle: getGitCommit,
  },
  {
    scope: 'repository',
    method: 'POST',
    template: '/repos/{owner}/{repo}/git/commits',
    docs: '/git/commits#create-a-commit',
    needs: [{ contents: 'write' }],
    handle: createCommit,
  },
];

/** What every history starts from: git's well-known empty tree. */
const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

async function getCommit({ repository, params }: RepositoryCall): Promise<Reply> {
  const { directory } = repository;
  const ref = params.ref ?? '';
  const sha = await resolveCommit(directory, ref);
  if (sha === undefined) throw unprocessable(`No commit found for SHA: ${ref}`);
  const commit = await readCommit(directory, sha);
  const files = await changedFiles(directory, commit.parents[0] ?? EMPTY_TREE, sha);
  return ok(renderCommit(commit, repository, files));
}

async function getGitCommit({ repository, params }: RepositoryCall): Promise<Reply> {
  const sha = params.commit_sha ?? '';
  if ((await objectType(repository.directory, sha)) !== 'commit') throw notFound();
  return ok(renderGitCommit(await readCommit(repository.directory, sha), repository));
}

const Person = z.object({ name: z.string(), email: z.string(), date: z.iso.datetime({ offset: true }).optional() });

const NewCommit = z.object({
  message: z.string(),
  tree: z.string(),
  parents: z.array(z.string()).default([]),
  author: Person.optional(),
  committer: Person.optional(),
});

async function createCommit(call: RepositoryCall): Promise<Reply> {
  const { repository, token } = call;
  const { directory } = repository;
  const { message, tree, parents, author, committer } = bodyOf(call, NewCommit);
  if ((await objectType(directory, tree)) !== 'tree') throw unprocessable('Tree SHA does not exist');
  for (const parent of parents) {
    if ((await objectType(directory, parent)) === 'commit') continue;
    throw unprocessable('Parent SHA does not exist or is not a commit object');
  }
  const signature = author === undefined ? signatureOf(token.user) : signatureFrom(author);
  const signed = committer === undefined ? signature : signatureFrom(committer);
  const sha = await writeCommit(directory, { tree, parents, message, author: signature, committer: signed });
  // GitHub signs what an app commits in its own name.
  if (token.kind === 'installation' && author === undefined && committer === undefined) {
    repository.signedCommits.add(sha);
  }
  const rendered = renderGitCommit(await readCommit(directory, sha), repository);
  return created(rendered, rendered.url);
}

function signatureFrom({ name, email, date }: z.output<typeof Person>): Signature {
  const time = date === undefined ? new Date() : new Date(date);
  return { name, email, seconds: Math.floor(time.getTime() / 1000), offset: '+0000' };
}
