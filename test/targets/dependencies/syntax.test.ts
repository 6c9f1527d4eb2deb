import { expect, it } from 'vitest';
import { importsOf } from '../../../src/targets/dependencies/imports.ts';
import { includesOf } from '../../../src/targets/dependencies/includes.ts';
import { createSyntax } from '../../../src/targets/dependencies/syntax.ts';

/** The parser would need minutes for it. */
const ENDLESS = '(a)(b)*(c)&'.repeat(5_000);

it('gives up a text that takes too long, and goes on with the next', async () => {
  const syntax = createSyntax({ textMs: 50, overruns: 2 });
  const began = performance.now();
  expect(await syntax.parse('cuda', ENDLESS, () => 'a tree')).toBeUndefined();
  expect(performance.now() - began).toBeLessThan(5_000);
  expect(await syntax.parse('cuda', 'int a;', (root) => root.toString())).toMatch(/^\(translation_unit \(declaration /);
});

it('parses nothing any more after so many texts that took too long', async () => {
  const syntax = createSyntax({ textMs: 50, overruns: 1 });
  await syntax.parse('cuda', ENDLESS, () => 'a tree');
  expect(await syntax.parse('cuda', 'int a;', () => 'a tree')).toBeUndefined();
  expect(await includesOf('/*\n#include "a.h"\n*/\n', syntax)).toEqual([{ name: 'a.h', quoted: true }]);
  expect(await importsOf('import a\n', syntax)).toEqual([]);
});
