import { z } from 'zod';
import { notFound, unprocessable } from '../errors.ts';
import { objectType, readBlob, writeBlob } from '../git/objects.ts';
import { nodeId } from '../render/node-id.ts';
import { bodyOf, created, ok, type Reply, type RepositoryCall, type Route } from '../route.ts';
import { base64Lines } from './contents.ts';

export const BLOB_ROUTES: readonly Route[] = [
  {
    scope: 'repository',
    method: 'GET',
    template: '/repos/{owner}/{repo}/git/blobs/{file_sha}',
    docs: '/git/blobs#get-a-blob',
    needs: [{ contents: 'read' }],
    handle: getBlob,
  },
  {
    scope: 'repository',
    method: 'POST',
    template: '/repos/{owner}/{repo}/git/blobs',
    docs: '/git/blobs#create-a-blob',
    needs: [{ contents: 'write' }],
    handle: createBlob,
  },
];

async function getBlob({ repository, params, accept }: RepositoryCall): Promise<Reply> {
  const sha = params.file_sha ?? '';
  if (!/^[0-9a-f]{40}$/.test(sha)) {
    throw unprocessable('The sha parameter must be exactly 40 characters and contain only [0-9a-f].');
  }
  if ((await objectType(repository.directory, sha)) !== 'blob') throw notFound();
  const content = await readBlob(repository.directory, sha);
  if (/application\/vnd\.github\.(v3\.)?raw/.test(accept)) {
    return { status: 200, raw: { mediaType: 'application/vnd.github.raw+json; charset=utf-8', content } };
  }
  return ok({
    sha,
    node_id: nodeId('Blob', sha),
    url: `${repository.apiUrl}/git/blobs/${sha}`,
    size: content.length,
    content: base64Lines(content),
    encoding: 'base64',
  });
}

const NewBlob = z.object({ content: z.string(), encoding: z.enum(['utf-8', 'base64']).default('utf-8') });

async function createBlob(call: RepositoryCall): Promise<Reply> {
  const { directory, apiUrl } = call.repository;
  const { content, encoding } = bodyOf(call, NewBlob);
  const sha = await writeBlob(directory, encoding === 'base64' ? Buffer.from(content, 'base64') : content);
  const url = `${apiUrl}/git/blobs/${sha}`;
  return created({ sha, url }, url);
}
