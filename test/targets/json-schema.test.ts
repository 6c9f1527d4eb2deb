import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { configurationJsonSchema } from '../../src/targets/json-schema.ts';
import { TARGET_KEYS } from '../../src/targets/schema.ts';
import { GELU_MLP, RMS_NORM } from './python-configurations.ts';
import { SOFTMAX, softmaxWith } from './softmax-configuration.ts';

const PUBLISHED = fileURLToPath(new URL('../../kernelwright.schema.json', import.meta.url));
const TEXT = `${JSON.stringify(configurationJsonSchema(), null, 2)}\n`;

it('what is published is the schema that the configuration is read by; vitest -u writes it anew', async () => {
  await expect(TEXT).toMatchFileSnapshot(PUBLISHED);
});

describe('an editor with the published schema', () => {
  const schema = z.fromJSONSchema(JSON.parse(TEXT));
  const accepts = (text: string) => schema.safeParse(parse(text)).success;

  it.each([
    ['a launcher', SOFTMAX],
    ['a module', GELU_MLP],
    ['a function', RMS_NORM],
    ['all notations', softmaxWith('f32[rows, cols]', 'i32[n / 2] in 0..rows strides [2] align 4')],
    ['a scalar with values', softmaxWith('workloads:', 'scalars: { rows: "i32 in {1, 2} = 1" }\n    workloads:')],
    [
      'build options',
      softmaxWith(
        'args:',
        'flags: [-DA=1]\n    sources: [a.cc]\n    include: [a]\n    architectures: [80, 90a]\n    args:',
      ),
    ],
  ])('accepts %s', (_, text) => {
    expect(accepts(text)).toBe(true);
  });

  it.each([
    ['a misspelt key', softmaxWith('entry:', 'entri:')],
    ['a key of another kind', softmaxWith('entry:', 'init: [1]\n    entry:')],
    ['an unknown dtype', softmaxWith('f32[rows, cols]', 'float32[rows, cols]')],
    ['a tensor that is a number', softmaxWith('"f32[rows, cols]"', '32')],
    ['a flag without its dash', softmaxWith('args:', 'flags: [O3]\n    args:')],
    ['an architecture that is a list', softmaxWith('args:', 'architectures: [[80]]\n    args:')],
    ['workloads that are no list', softmaxWith('[ { rows: 33, cols: 257 } ]', '{ rows: 33 }')],
    ['a key beside targets', `${SOFTMAX}version: 2\n`],
  ])('marks %s', (_, text) => {
    expect(accepts(text)).toBe(false);
  });

  it('describes every key of a target', () => {
    const described = new Set<string>();
    for (const { properties } of JSON.parse(TEXT).properties.targets.additionalProperties.anyOf) {
      for (const [key, { description }] of Object.entries<{ description?: string }>(properties)) {
        if (description) described.add(key);
      }
    }
    expect([...described].sort()).toEqual([...TARGET_KEYS].sort());
  });
});
