import { expect, it } from 'vitest';
import { targetFiles } from '../../src/refine/target-files.ts';

const files = ['k.cu', 'plan.cpp', 'plan.h'].map((path) => ({ path, content: path }));

it('lets a proposal rewrite the source and what is compiled with it, and no header', () => {
  const build = { sources: ['plan.cpp'], include: [], flags: [], architectures: [] };
  const { writable, readOnly } = targetFiles({ source: 'k.cu', build }, files);
  expect([writable, readOnly].map((list) => list.map(({ path }) => path))).toEqual([['k.cu', 'plan.cpp'], ['plan.h']]);
  expect(targetFiles({ source: 'k.cu' }, files).writable).toEqual([files[0]]);
});
