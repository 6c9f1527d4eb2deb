import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../src/core/errors.ts';
import { parseApiKey, parseBaseUrl } from '../../src/models/endpoint.ts';

describe('parseBaseUrl', () => {
  it.each([
    ['https://api.anthropic.com', 'https://api.anthropic.com'],
    ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080'],
    ['https://gateway.example/anthropic//', 'https://gateway.example/anthropic'],
  ])('takes %s as %s', (text, url) => {
    expect(parseBaseUrl(text)).toBe(url);
  });

  it.each(['localhost:8080', 'api.anthropic.com', 'ftp://example.org', 'https://example.org/?key=1', ''])(
    'refuses %j',
    (text) => {
      expect(() => parseBaseUrl(text)).toThrow(ConfigurationError);
      expect(() => parseBaseUrl(text)).toThrow(/^The `base-url` cannot be used: give /);
    },
  );

  it('says what to write in place of a path that the client adds itself', () => {
    expect(() => parseBaseUrl('http://localhost:11434/v1')).toThrow('give http://localhost:11434.');
  });

  it('refuses a password without repeating it', () => {
    const attempt = () => parseBaseUrl('https://ann:hunter2@example.org');
    expect(attempt).toThrow(ConfigurationError);
    expect(attempt).not.toThrow(/hunter2/);
  });
});

describe('parseApiKey', () => {
  const remote = 'https://api.anthropic.com';

  it('takes off the line feed that a secret often ends with', () => {
    expect(parseApiKey(' sk-1\n', remote)).toBe('sk-1');
  });

  it.each([undefined, '', '  \n'])('misses the key where there is none: %j', (key) => {
    expect(() => parseApiKey(key, remote)).toThrow(ConfigurationError);
    expect(() => parseApiKey(key, remote)).toThrow(
      /key for https:\/\/api\.anthropic\.com is missing.*anthropic-api-key/,
    );
  });

  it('needs none for a local server', () => {
    expect(parseApiKey(undefined, 'http://localhost:8080')).toBe('none');
    expect(parseApiKey('sk-mine', 'http://localhost:8080')).toBe('sk-mine');
  });

  it.each(['sk 1234', 'sk\n1234', 'sk-ü1234'])('refuses one that no header can carry, without repeating it', (key) => {
    expect(() => parseApiKey(key, remote)).toThrow(ConfigurationError);
    expect(() => parseApiKey(key, remote)).not.toThrow(/1234/);
  });
});
