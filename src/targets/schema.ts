import { z } from 'zod';
import { DTYPES, SCALAR_TYPES, type TargetKind } from '../core/target.ts';

/** For editors, which show a mistake while it is being made; `readTarget` has the better words for it. */
const tensorHint = {
  description: 'dtype[extent, …], and behind it "in low..high", "strides [stride, …]" and "align bytes" where wanted',
  pattern: `^\\s*(${DTYPES.join('|')})\\s*\\[`,
  examples: ['f32[rows, cols]', 'i64[n] in 0..rows', 'f16[rows, 2 * cols] strides [pitch, 1] align 16'],
};
const scalarHint = {
  description: 'type, and behind it "in {value, …}" and "= default" where wanted',
  pattern: `^\\s*(${SCALAR_TYPES.join('|')})\\b`,
  examples: ['i32', 'f32 = 1e-5', 'i32 in {0, 1} = 0'],
};

const flagHint = {
  description: 'One flag; docs/configuration.md lists those that are allowed',
  pattern: '^-',
  examples: ['-DTILE=32', '--use_fast_math', '-std=c++20', '-lcublas'],
};
const architectureHint = { anyOf: [{ type: 'integer' }, { type: 'string' }], examples: [80, '90a'] } as const;

const tensors = z.record(z.string(), z.string().meta(tensorHint));
const values = z.record(z.string(), z.number());

const inLauncher = {
  source: z.string().describe('Path of the .cu file from the root of the repository'),
  entry: z.string().describe('Name of the extern "C" launcher in the source'),
};

const inKernel = {
  source: inLauncher.source,
  kernel: z.string().describe('Name of the __global__ function in the source'),
  // What is in it is checked by `readLaunch`.
  launch: z.record(z.string(), z.unknown()).describe('How the kernel is launched: formulas for grid, block and shared'),
};

/** How the source of a launcher or kernel is built; read by `readBuild`. */
const inBuild = {
  sources: z.array(z.string()).default([]).describe('Further files that are compiled and linked with the source'),
  include: z.array(z.string()).default([]).describe('Folders that are searched for headers first'),
  flags: z.array(z.string().meta(flagHint)).default([]).describe('Flags for nvcc, of those that are allowed'),
  architectures: z
    .array(z.unknown().meta(architectureHint))
    .default([])
    .describe('What it must compile for, beside the GPU at hand'),
};

/** Read by `readNewFiles`. */
const inGrowing = {
  'new-files': z
    .array(z.string().meta({ examples: ['kernels/softmax/*.cuh', 'kernels/fast_*.py'] }))
    .default([])
    .describe('Patterns of paths at which candidates may add headers or Python modules'),
};

const inModule = {
  module: z.string().describe('Path of the .py file, a colon, and the name of the torch.nn.Module class in it'),
  // Any JSON, checked by `readInit`, which says where in it something is wrong.
  init: z.unknown().default([]).describe("The constructor's positional arguments as a list, or keyword arguments"),
  backward: z.boolean().default(false).describe('Whether the backward pass is measured and checked too'),
};

const inFunction = {
  function: z.string().describe('Path of the .py file, a colon, and the name of the callable in it'),
};

const inProject = {
  'kernel-builder': z
    .string()
    .describe('Folder of a kernel-builder project, which has its build.toml; "." for the root'),
};

const inAll = {
  inputs: tensors.default({}).describe('Tensors that the code reads: dtype and extents by name'),
  inouts: tensors.default({}).describe('Tensors that the code reads and changes in place: dtype and extents by name'),
  outputs: tensors
    .default({})
    .describe('Tensors that a launcher writes or a module or function returns: dtype and extents by name'),
  scalars: z
    .record(z.string(), z.string().meta(scalarHint))
    .default({})
    .describe('Types and defaults of numbers passed by value'),
  workloads: z.array(values).min(1).describe('Measured and checked: the number for each dimension and scalar'),
  vary: z
    .record(z.string(), z.array(z.number()).min(1))
    .default({})
    .describe('Checked only: every combination of these'),
  emulate: z.array(values).default([]).describe('What the emulated device runs in place of workloads'),
  reference: z.string().optional().describe('Torch expression that gives the right answer'),
};

const launcherArgs = z.array(z.string()).min(1).describe("The launcher's parameters in order");
const pythonArgs = z.array(z.string()).optional().describe('Arguments of the call in order');

const launcher = z.strictObject({ ...inLauncher, args: launcherArgs, ...inBuild, ...inGrowing, ...inAll });
const kernel = z.strictObject({ ...inKernel, args: launcherArgs, ...inBuild, ...inGrowing, ...inAll });
const module = z.strictObject({ ...inModule, args: pythonArgs, ...inGrowing, ...inAll });
const callable = z.strictObject({ ...inFunction, args: pythonArgs, ...inGrowing, ...inAll });
const project = z.strictObject({
  ...inProject,
  function: z.string().optional().describe("Name of the callable in the project's package"),
  args: pythonArgs,
  ...inAll,
  workloads: z
    .array(values)
    .default([])
    .describe("Measured and checked; without any, those of the project's benchmarks"),
});

/** One target of each kind as it is written: keys and types. What they mean together is checked by `readTarget`. */
export const TARGET_SCHEMAS = {
  launcher: launcher.transform((written) => ({ kind: 'launcher' as const, ...written })),
  kernel: kernel.transform((written) => ({ kind: 'kernel' as const, ...written })),
  module: module.transform((written) => ({ kind: 'module' as const, ...written })),
  function: callable.transform((written) => ({ kind: 'function' as const, ...written })),
  'kernel-builder': project.transform((written) => ({ kind: 'kernel-builder' as const, ...written })),
} satisfies Record<TargetKind, z.ZodType>;

export type WrittenTarget = z.output<(typeof TARGET_SCHEMAS)[TargetKind]>;

/** The keys that say where the code is; a target has those of exactly one kind. */
export const NAMING_KEYS: Readonly<Record<TargetKind, readonly string[]>> = {
  launcher: Object.keys(inLauncher),
  kernel: ['kernel', 'launch'],
  module: ['module'],
  function: Object.keys(inFunction),
  'kernel-builder': Object.keys(inProject),
};

/** The keys that a target of each kind can have. */
export const KEYS_OF: Readonly<Record<TargetKind, readonly string[]>> = {
  launcher: Object.keys(launcher.shape),
  kernel: Object.keys(kernel.shape),
  module: Object.keys(module.shape),
  function: Object.keys(callable.shape),
  'kernel-builder': Object.keys(project.shape),
};

/** The keys that targets have, of whatever kind. */
export const TARGET_KEYS: readonly string[] = Object.keys({
  ...inLauncher,
  ...inKernel,
  ...inModule,
  ...inFunction,
  ...inProject,
  args: launcherArgs,
  ...inBuild,
  ...inGrowing,
  ...inAll,
});

/** The file around the targets. */
export const configurationSchema = z.strictObject({ targets: z.record(z.string(), z.unknown()) });

/** The file as a whole, for its JSON Schema. Reading goes one target after the other, so that each gets messages for its own kind. */
export const configurationFileSchema = z.strictObject({
  targets: z
    .record(z.string(), z.union([launcher, kernel, module, callable, project]))
    .describe('What to optimize, by the name that reports and --target have for it'),
});
