import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

export interface ConnectProxy extends AsyncDisposable {
  readonly url: string;
  /** What it was asked to connect to, as `host:port`, with the credentials that came along. */
  readonly asked: readonly { readonly host: string; readonly credentials: string }[];
}

/** A proxy as companies have it that knows one host alone: whatever is asked for, it leads there. */
export async function startProxy(host: string): Promise<ConnectProxy> {
  const asked: { host: string; credentials: string }[] = [];
  const server = createServer((_, response) => response.writeHead(405).end());
  server.on('connect', ({ url = '', headers }, socket) => {
    const [, encoded = ''] = (headers['proxy-authorization'] ?? '').split(' ');
    asked.push({ host: url, credentials: Buffer.from(encoded, 'base64').toString('utf8') });
    const { hostname, port } = new URL(host);
    const onwards = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onwards.pipe(socket).pipe(onwards);
    });
    for (const end of [socket, onwards]) end.on('error', () => [socket, onwards].map((one) => one.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://ada:s%40fe@127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
