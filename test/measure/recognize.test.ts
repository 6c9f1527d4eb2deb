import { expect, it } from 'vitest';
import { createRecognizer } from '../../src/measure/recognize.ts';
import { fakeHarness } from './fake-harness.ts';

const FILES = [{ path: 'a.py', content: 'class Model: ...\n' }];
const ECHO = `
import json, sys
print(json.dumps({"missing": [[sys.argv[1], file["content"]] for file in json.load(sys.stdin)["files"]]}))
`;

it('asks the program with the files', async () => {
  const harness = fakeHarness(ECHO);
  const recognize = createRecognizer(async () => harness, { PATH: process.env.PATH });
  expect(await recognize(FILES)).toEqual([['recognize', 'class Model: ...\n']]);
});

it('looks for no harness where there is nothing to parse', async () => {
  const recognize = createRecognizer(() => Promise.reject(new Error('was looked for')), {});
  expect(await recognize([])).toEqual([]);
});

it('refuses an answer of another form', async () => {
  const harness = fakeHarness('print("{}")');
  await expect(createRecognizer(async () => harness, { PATH: process.env.PATH })(FILES)).rejects.toThrow();
});
