import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { INLINE_CUDA } from '../../src/refine/inline-cuda.ts';

const DOCS = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'configuration.md'), 'utf8');

// test/harness/test_inline_cuda.py compiles and calls what stands in the documentation.
it('the loader is the one of the documentation', () => {
  expect(DOCS).toContain(`\`\`\`python\n${INLINE_CUDA}\`\`\`\n`);
});

it('the loader is short enough to be carried along', () => {
  expect(INLINE_CUDA.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
});
