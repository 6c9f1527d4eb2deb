import { z } from 'zod';
import { notFound, unprocessable } from '../errors.ts';
import { objectType } from '../git/objects.ts';
import { deleteRef, findRef, isAncestor, isValidRefName, listRefs, type Ref, writeRef } from '../git/refs.ts';
import { encodePath } from '../render/file.ts';
import { nodeId } from '../render/node-id.ts';
import type { GitRefShape } from '../render/shapes.ts';
import type { Repository } from '../repository.ts';
import { bodyOf, created, NO_CONTENT, ok, type Reply, type RepositoryCall, type Route } from '../route.ts';

export const REF_ROUTES: readonly Route[] = [
  {
    scope: 'repository',
    method: 'GET',
    template: '/repos/{owner}/{repo}/git/ref/{ref}',
    docs: '/git/refs#get-a-reference',
    needs: [{ contents: 'read' }],
    handle: async (call) => ok(renderRef(await refOf(call, notFound()), call.repository)),
  },
  {
    scope: 'repository',
    method: 'GET',
    template: '/repos/{owner}/{repo}/git/matching-refs/{ref}',
    docs: '/git/refs#list-matching-references',
    needs: [{ contents: 'read' }],
    handle: listMatching,
  },
  {
    scope: 'repository',
    method: 'POST',
    template: '/repos/{owner}/{repo}/git/refs',
    docs: '/git/refs#create-a-reference',
    needs: [{ contents: 'write' }],
    handle: createRef,
  },
  {
    scope: 'repository',
    method: 'PATCH',
    template: '/repos/{owner}/{repo}/git/refs/{ref}',
    docs: '/git/refs#update-a-reference',
    needs: [{ contents: 'write' }],
    handle: updateRef,
  },
  {
    scope: 'repository',
    method: 'DELETE',
    template: '/repos/{owner}/{repo}/git/refs/{ref}',
    docs: '/git/refs#delete-a-reference',
    needs: [{ contents: 'write' }],
    handle: removeRef,
  },
];

async function listMatching({ repository, params }: RepositoryCall): Promise<Reply> {
  const refs = await listRefs(repository.directory, `refs/${params.ref}`);
  return ok(refs.map((ref) => renderRef(ref, repository)));
}

async function createRef(call: RepositoryCall): Promise<Reply> {
  const { directory } = call.repository;
  const { ref: name, sha } = bodyOf(call, z.object({ ref: z.string(), sha: z.string() }));
  if (!name.startsWith('refs/')) throw unprocessable("Reference name must start with 'refs/'");
  if (!(await isValidRefName(directory, name))) throw unprocessable('Reference name is not valid');
  const type = await typeFor(call.repository, name, sha);
  try {
    // All zeros: only if there is no such ref yet.
    await writeRef(directory, name, sha, '0'.repeat(40));
  } catch {
    throw unprocessable('Reference already exists');
  }
  const rendered = renderRef({ name, sha, type }, call.repository);
  return created(rendered, rendered.url);
}

async function updateRef(call: RepositoryCall): Promise<Reply> {
  const { directory } = call.repository;
  const { sha, force } = bodyOf(call, z.object({ sha: z.string(), force: z.boolean().default(false) }));
  const ref = await refOf(call, unprocessable('Reference does not exist'));
  const type = await typeFor(call.repository, ref.name, sha);
  if (!force && !(await isAncestor(directory, ref.sha, sha))) throw unprocessable('Update is not a fast forward');
  try {
    await writeRef(directory, ref.name, sha, ref.sha);
  } catch {
    // Somebody else moved it since we looked, so it would not be a fast-forward any more.
    throw unprocessable('Update is not a fast forward');
  }
  return ok(renderRef({ name: ref.name, sha, type }, call.repository));
}

async function removeRef(call: RepositoryCall): Promise<Reply> {
  const ref = await refOf(call, unprocessable('Reference does not exist'));
  await deleteRef(call.repository.directory, ref.name);
  return NO_CONTENT;
}

async function refOf({ repository, params }: RepositoryCall, otherwise: Error): Promise<Ref> {
  const ref = await findRef(repository.directory, `refs/${params.ref}`);
  if (ref === undefined) throw otherwise;
  return ref;
}

async function typeFor({ directory }: Repository, name: string, sha: string): Promise<Ref['type']> {
  const type = await objectType(directory, sha);
  if (type === undefined) throw unprocessable('Object does not exist');
  if (name.startsWith('refs/heads/') && type !== 'commit') throw unprocessable('Reference update failed');
  return type;
}

function renderRef({ name, sha, type }: Ref, { apiUrl }: Repository): GitRefShape {
  return {
    ref: name,
    node_id: nodeId('Ref', name),
    url: `${apiUrl}/git/${encodePath(name)}`,
    object: { type, sha, url: `${apiUrl}/git/${type}s/${sha}` },
  };
}
