import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';

/** What the parser loads when it starts. A bundle cannot hold these files, so they are copied beside it. */
export const GRAMMAR_FILES = {
  engine: 'web-tree-sitter/web-tree-sitter.wasm',
  cuda: 'tree-sitter-cuda/tree-sitter-cuda.wasm',
  python: 'tree-sitter-python/tree-sitter-python.wasm',
} as const;

/** The file as a path on this machine: beside the bundle, else in the package that it comes from. */
export function grammarPath(file: keyof typeof GRAMMAR_FILES): string {
  const beside = join(import.meta.dirname, basename(GRAMMAR_FILES[file]));
  return existsSync(beside) ? beside : createRequire(import.meta.url).resolve(GRAMMAR_FILES[file]);
}
