import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';

/** How large the repository is. */
export interface Size {
  readonly files: number;
  /** `.cu` files among them, each a target. */
  readonly kernels: number;
  /** Shared headers among them; each includes two of the next. */
  readonly headers: number;
  /** `.py` files among them, of which every twentieth is a target. */
  readonly modules: number;
}

const LICENCE = `/*
 * Copyright (c) the authors. A comment of several lines stands at the head of many a file.
 * #include "in_a_comment.h"
 */
`;
/** Long enough for a kernel of some lines; parsing all of it would show. */
const BODY = Array.from(
  { length: 60 },
  (_, index) => `__device__ inline float step_${index}(float x) { return x * ${index}.0f + __expf(x); }\n`,
).join('');

/** Fills `root` with a repository of that size and commits it. The same size gives the same files. */
export async function generateRepository(root: string, size: Size): Promise<void> {
  const files = new Map([...kernels(size), ...headers(size), ...modules(size)]);
  files.set('.github/kernelwright.yml', configuration(size));
  for (let index = 0; files.size < size.files; index++) files.set(`notes/part${index % 97}/${index}.txt`, `${index}\n`);
  for (const folder of new Set([...files.keys()].map(dirname))) await mkdir(join(root, folder), { recursive: true });
  for (const [path, content] of files) await writeFile(join(root, path), content);
  const git = (...args: string[]) =>
    execa('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com', ...args], { cwd: root });
  await git('init', '--quiet');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'generated');
}

export const headerPath = (index: number) => `include/shared/header_${index}.cuh`;
const kernelPath = (index: number) => `kernels/group_${index % 50}/kernel_${index}.cu`;
const modulePath = (index: number) => `models/part_${index % 40}/module_${index}.py`;

function kernels(size: Size): [string, string][] {
  return times(size.kernels, (index) => {
    const included = [index, index * 7 + 1, index * 13 + 2].map((number) => number % size.headers);
    const includes = included.map((number) => `#include "shared/header_${number}.cuh"\n`).join('');
    const launcher = `extern "C" void kernel_${index}(const float* x, float* y, int n, cudaStream_t stream) {}\n`;
    return [kernelPath(index), `${LICENCE}#include <cuda_runtime.h>\n${includes}${BODY}${launcher}`];
  });
}

function headers({ headers: count }: Size): [string, string][] {
  return times(count, (index) => {
    const included = [index * 2 + 1, index * 2 + 2].filter((number) => number < count);
    const includes = included.map((number) => `#include "header_${number}.cuh"\n`).join('');
    return [headerPath(index), `${LICENCE}#pragma once\n${includes}${BODY.replaceAll('step', `header_${index}`)}`];
  });
}

function modules({ modules: count }: Size): [string, string][] {
  return times(count, (index) => {
    const next = (index + 1) % count;
    const imported = index % 20 === 0 ? `from models.part_${next % 40} import module_${next}\n` : '';
    return [
      modulePath(index),
      `"""Module ${index}."""\nimport torch\nfrom torch import nn\n${imported}\nx = ${index}\n`,
    ];
  });
}

function configuration(size: Size): string {
  const rest = '    inputs: { x: "f32[n]" }\n    outputs: { y: "f32[n]" }\n    workloads: [{ n: 1024 }]\n';
  const launchers = times(
    size.kernels,
    (index) =>
      `  kernel_${index}:\n    source: ${kernelPath(index)}\n    entry: kernel_${index}\n    args: [x, y, n, stream]\n${rest}`,
  );
  const functions = times(Math.floor(size.modules / 20), (index) => {
    return `  module_${index * 20}:\n    function: ${modulePath(index * 20)}:f\n${rest}`;
  });
  return `targets:\n${[...launchers, ...functions].join('')}`;
}

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
