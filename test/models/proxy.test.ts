import { afterEach, expect, it, vi } from 'vitest';
import { createAnthropicModel } from '../../src/models/anthropic.ts';
import { startProxy } from './connect-proxy.ts';
import { answer, startWire } from './wire.ts';

afterEach(() => vi.unstubAllEnvs());

const ask = (baseUrl: string) =>
  createAnthropicModel({
    apiKey: 'key',
    baseUrl,
    model: 'claude-opus-4-5',
    maxTokens: 1000,
    maxRetries: 0,
    log: () => {},
  })
    .complete({ system: 's', messages: [{ role: 'user', text: 'hello' }] })
    .then(({ text }) => text);

function through(url: string, direct = '') {
  for (const name of ['http_proxy', 'https_proxy', 'no_proxy']) vi.stubEnv(name, undefined);
  vi.stubEnv('HTTP_PROXY', url);
  vi.stubEnv('HTTPS_PROXY', url);
  vi.stubEnv('NO_PROXY', direct);
}

it('a model is asked through the proxy that the environment names', async () => {
  await using wire = await startWire(answer('hello'));
  await using proxy = await startProxy(wire.url);
  through(proxy.url);
  expect(await ask('http://models.internal:8080')).toBe('hello');
  expect(proxy.asked).toEqual([{ host: 'models.internal:8080', credentials: 'ada:s@fe' }]);
  expect(wire.requests).toHaveLength(1);
});

it('Anthropic’s own too, where the proxy has the last word', async () => {
  await using wire = await startWire(answer('hello'));
  await using proxy = await startProxy(wire.url);
  through(proxy.url);
  // What answers there speaks no TLS.
  await expect(ask('https://api.anthropic.com')).rejects.toThrow(/api\.anthropic\.com/);
  expect(proxy.asked[0]?.host).toBe('api.anthropic.com:443');
});

it('but not on this machine, nor where NO_PROXY has the host', async () => {
  await using wire = await startWire(answer('hello'));
  await using proxy = await startProxy(wire.url);
  through(proxy.url);
  expect(await ask(wire.url)).toBe('hello');
  through(proxy.url, 'models.internal');
  await expect(ask('http://models.internal:8080')).rejects.toThrow(/models\.internal/);
  expect(proxy.asked).toEqual([]);
});
