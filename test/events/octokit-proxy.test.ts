import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startProxy } from '../models/connect-proxy.ts';
import { startWire } from '../models/wire.ts';

const API = 'http://github.acme.internal/api/v3';

beforeAll(() => {
  for (const name of ['http_proxy', 'https_proxy', 'no_proxy', 'NO_PROXY']) vi.stubEnv(name, undefined);
});
afterAll(() => vi.unstubAllEnvs());

it('GitHub Enterprise Server is asked through the proxy that the environment names', async () => {
  await using wire = await startWire((response) => response.end('{}'));
  await using proxy = await startProxy(wire.url);
  vi.stubEnv('HTTP_PROXY', proxy.url);
  vi.stubEnv('GITHUB_API_URL', API);
  // Which proxy there is, Actions' own module reads when it is loaded.
  const { createOctokit } = await import('../../src/events/octokit.ts');
  const log = { debug: () => {}, warn: () => {} };
  const octokit = createOctokit({ token: 'token', apiUrl: API, log, retries: 0 });
  await octokit.rest.repos.createDispatchEvent({ owner: 'acme', repo: 'kernels', event_type: 'x' });
  expect(proxy.asked).toEqual([{ host: 'github.acme.internal:80', credentials: 'ada:s@fe' }]);
  expect(wire.requests).toMatchObject([
    { path: '/api/v3/repos/acme/kernels/dispatches', headers: { host: 'github.acme.internal' } },
  ]);
});
