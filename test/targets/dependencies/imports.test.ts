import { expect, it } from 'vitest';
import { importsOf } from '../../../src/targets/dependencies/imports.ts';
import { createSyntax } from '../../../src/targets/dependencies/syntax.ts';

const syntax = createSyntax();
const absolute = (module: string, ...names: string[]) => ({ level: 0, module: module.split('.'), names });

it.each([
  ['import a', [absolute('a')]],
  ['import a.b, c as d', [absolute('a.b'), absolute('c')]],
  ['from a.b import c, d as e', [absolute('a.b', 'c', 'd')]],
  ['from a import (b,  # one\n    c,\n)', [absolute('a', 'b', 'c')]],
  ['from a import \\\n  b', [absolute('a', 'b')]],
  ['from a import *', [absolute('a')]],
  ['from . import a', [{ level: 1, module: [], names: ['a'] }]],
  ['from .a import b', [{ level: 1, module: ['a'], names: ['b'] }]],
  ['from ...a.b import c', [{ level: 3, module: ['a', 'b'], names: ['c'] }]],
  ['from __future__ import annotations', []],
])('reads %j', async (text, expected) => {
  expect(await importsOf(`${text}\n`, syntax)).toEqual(expected);
});

it('counts imports in functions and under conditions', async () => {
  const text = 'try:\n    import a\nexcept ImportError:\n    def f():\n        if x: from b import c\n';
  expect(await importsOf(text, syntax)).toEqual([absolute('a'), absolute('b', 'c')]);
});

it('does not count comments and strings', async () => {
  const text = '# import no\n"""\nimport no\nfrom no import no\n"""\nx = "import no"\nimport yes\n';
  expect(await importsOf(text, syntax)).toEqual([absolute('yes')]);
});

it('counts imports in code that does not parse', async () => {
  const text = 'def f(:\n    import a\nx = (\nfrom b import c\n';
  expect(await importsOf(text, syntax)).toEqual([absolute('a'), absolute('b', 'c')]);
});

it('needs no parser for what imports nothing', async () => {
  const none = { parse: () => Promise.reject(new Error('parsed')) };
  expect(await importsOf('x = 1  # import a\nimportant = 2\n', none)).toEqual([]);
});
