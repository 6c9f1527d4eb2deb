import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceFile } from '../../src/core/source.ts';

/** One replacement in a file, which must hold `from`. */
export interface Edit {
  /** From the root of the project. */
  readonly path: string;
  readonly from: string;
  readonly to: string;
}

/** A repository as a user might have it, with what somebody might propose for its kernels. */
export interface Project {
  readonly name: string;
  /** By path from its root. */
  readonly files: Readonly<Record<string, string>>;
  /** Sizes that are worth timing, where those in the files suit a machine without a GPU. */
  readonly onGpu: readonly Edit[];
  readonly targets: readonly Subject[];
}

/** A target of it, and two candidates: one that keeps its results and one that does not. */
export interface Subject {
  /** As the command line names it. */
  readonly name: string;
  /** A file whose change must reach it. */
  readonly reachedBy: string;
  readonly honest: SourceFile;
  readonly wrong: SourceFile;
  /** It needs what no machine without a GPU has. */
  readonly gpuOnly?: true;
}

const TEST = join(import.meta.dirname, '..');

/** In the order in which they are walked through: plain CUDA, Triton, a kernel-builder project, files in KernelBench's convention. */
export function readProjects(): readonly Project[] {
  return [rowKernels(), triton(), siluAndMul(), ...conventionProjects()];
}

/** Launchers and a bare kernel that share headers; flags, further sources, several architectures, cuBLAS. */
function rowKernels(): Project {
  const files = filesIn('fixtures/row-kernels');
  const [softmax, norm, affine, gram] = ['softmax.cu', 'rms_norm.cu', 'affine.cu', 'gram.cu'].map(
    (name) => `kernels/${name}`,
  ) as [string, string, string, string];
  return {
    name: 'row-kernels',
    files,
    onGpu: [],
    targets: [
      {
        name: 'softmax',
        reachedBy: 'include/rows/warp.cuh',
        honest: edited(files, { path: softmax, from: 'kThreads = 256', to: 'kThreads = 512' }),
        wrong: edited(files, { path: softmax, from: 'expf(row[col] - largest) / sum', to: 'expf(row[col]) / sum' }),
      },
      {
        name: 'rms_norm',
        reachedBy: 'include/rows/reduce.cuh',
        honest: edited(files, {
          path: norm,
          from: 'row[col] * scale * weight[col]',
          to: 'scale * weight[col] * row[col]',
        }),
        wrong: edited(files, { path: norm, from: '/ cols + eps', to: '/ blockDim.x + eps' }),
      },
      {
        name: 'layer_norm',
        reachedBy: 'kernels/affine.h',
        honest: edited(files, { path: affine, from: '<<<rows, 128', to: '<<<rows, 512' }),
        wrong: edited(files, { path: affine, from: '+ bias[col]', to: '+ bias[0]' }),
      },
      {
        name: 'gram',
        reachedBy: gram,
        honest: edited(files, { path: gram, from: 'CUBLAS_OP_N, rows', to: 'CUBLAS_OP_N, /* as many columns */ rows' }),
        wrong: edited(files, { path: gram, from: 'one = 1.0f', to: 'one = 1.01f' }),
        gpuOnly: true,
      },
    ],
  };
}

function triton(): Project {
  const files = filesIn('fixtures/triton');
  const [softmax, matmul] = ['ops/softmax.py', 'ops/matmul.py'];
  return {
    name: 'triton',
    files,
    onGpu: [],
    targets: [
      {
        name: 'softmax',
        reachedBy: 'ops/blocks.py',
        honest: edited(files, {
          path: softmax,
          from: 'powers / total[:, None]',
          to: 'powers * (1.0 / total)[:, None]',
        }),
        wrong: edited(files, { path: softmax, from: 'tl.sum(powers, axis=1)', to: 'tl.sum(powers)' }),
      },
      {
        name: 'matmul',
        reachedBy: matmul,
        honest: edited(files, { path: matmul, from: 'STEP=16', to: 'STEP=32' }),
        wrong: edited(files, { path: matmul, from: 'range(0, k, STEP)', to: 'range(0, k - STEP, STEP)' }),
      },
    ],
  };
}

function siluAndMul(): Project {
  const files = filesIn('fixtures/silu-and-mul');
  const kernel = 'silu_and_mul_cuda/silu_and_mul.cu';
  const benchmark = 'benchmarks/benchmark.py';
  return {
    name: 'silu-and-mul',
    files,
    onGpu: [
      { path: benchmark, from: 'torch.randn(3, 2048', to: 'torch.randn(4096, 16384' },
      { path: benchmark, from: 'torch.empty(3, 1024', to: 'torch.empty(4096, 8192' },
    ],
    targets: [
      {
        name: 'silu_and_mul',
        reachedBy: 'silu_and_mul_cuda/rows.cuh',
        honest: edited(files, { path: kernel, from: '<<<rows, 128', to: '<<<rows, 512' }),
        wrong: edited(files, { path: kernel, from: 'expf(-g)', to: 'expf(g)' }),
      },
    ],
  };
}

/** The line with a problem's sizes, for a GPU. */
const SIZES: Readonly<Record<string, string>> = {
  batched_matmul: 'BATCH, INNER, ROWS, COLUMNS = 128, 256, 256, 256',
  binary_cross_entropy: 'BATCH = 1048576',
  causal_attention: 'BATCH, LENGTH, FEATURES = 32, 1024, 64',
  conv_relu: 'BATCH, CHANNELS = 8192, 3',
  cross_entropy: 'BATCH, CLASSES = 32768, 1000',
  cumulative_sum: 'BATCH, LENGTH = 4096, 8192',
  gelu_mlp: 'BATCH, FEATURES = 8192, 1024',
  layer_norm: 'BATCH, LENGTH, FEATURES = 64, 512, 1024',
  matmul: 'ROWS, INNER, COLUMNS = 2048, 2048, 2048',
  max_pool: 'BATCH = 16384',
  mean_embedding: 'BATCH, LENGTH, WORDS = 16384, 128, 32000',
  rms_norm: 'BATCH, CHANNELS = 4096, 128',
  scaled_residual: 'BATCH, FEATURES = 8192, 4096',
  softmax: 'BATCH, FEATURES = 8192, 4096',
};

function conventionProjects(): Project[] {
  return readdirSync(join(TEST, 'kernelbench/problems'))
    .toSorted()
    .map((name) => {
      const {
        'model.py': model = '',
        'honest.py': honest = '',
        'wrong.py': wrong = '',
      } = filesIn(`kernelbench/problems/${name}`);
      const path = `${name}.py`;
      const sizes = /^[A-Z]+(?:, [A-Z]+)* = [\d, ]+$/m.exec(model)?.[0] ?? '';
      return {
        name,
        files: { [path]: model },
        onGpu: [{ path, from: sizes, to: SIZES[name] ?? sizes }],
        targets: [
          {
            name: path,
            reachedBy: path,
            honest: { path, content: honest },
            wrong: { path, content: wrong },
          },
        ],
      };
    });
}

/** The file as it is after the edit. */
export function edited(files: Project['files'], { path, from, to }: Edit): SourceFile {
  const text = files[path];
  if (from === '' || !text?.includes(from)) throw new Error(`${path} does not hold ${JSON.stringify(from)}.`);
  return { path, content: text.replace(from, () => to) };
}

function filesIn(folder: string): Record<string, string> {
  const root = join(TEST, folder);
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !entry.parentPath.includes('__pycache__'),
  );
  return Object.fromEntries(
    entries.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(root.length + 1), readFileSync(path, 'utf8')];
    }),
  );
}
