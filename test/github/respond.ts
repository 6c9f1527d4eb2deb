import type { Reply } from './route.ts';

/** What goes over the wire for a reply. */
export function respond({ status, body, raw, headers }: Reply): Response {
  if (raw !== undefined) {
    return new Response(new Uint8Array(raw.content), {
      status,
      headers: { ...headers, 'content-type': raw.mediaType },
    });
  }
  if (body === undefined) return new Response(null, { status, headers: { ...headers } });
  if (typeof body === 'string') return new Response(body, { status, headers: { ...headers } });
  const type = { 'content-type': 'application/json; charset=utf-8' };
  return new Response(JSON.stringify(body), { status, headers: { ...type, ...headers } });
}
