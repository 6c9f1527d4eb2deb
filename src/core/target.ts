import type { Project } from './project.ts';

/** Element types of tensors and scalars, in the notation of the configuration; `tf32` is an f32 whose products may be made in TF32. */
export const DTYPES = [
  'f64',
  'f32',
  'tf32',
  'f16',
  'bf16',
  'f8e4m3',
  'f8e5m2',
  'i8',
  'i16',
  'i32',
  'i64',
  'u8',
  'bool',
] as const;
export type DType = (typeof DTYPES)[number];

/** Types in which a scalar or a dimension can be passed to a launcher by value. */
export const SCALAR_TYPES = ['i32', 'i64', 'f32', 'f64'] as const;
export type ScalarType = (typeof SCALAR_TYPES)[number];

/** A number, or the name or the formula under which each workload has it among its values: `n`, `(n + 31) / 32`. */
export type Extent = number | string;

export interface TensorArgument {
  readonly kind: 'tensor';
  readonly name: string;
  /** `inout`: what the code reads and changes in place. */
  readonly role: 'input' | 'inout' | 'output';
  readonly dtype: DType;
  readonly shape: readonly Extent[];
  /** In elements, one for each extent; absent for a row-major and contiguous tensor. */
  readonly strides?: readonly Extent[];
  /** Of the first element, in bytes, where it is less than what `cudaMalloc` gives: a power of two. */
  readonly alignment?: number;
  /** What an input is drawn from; absent where any value will do. */
  readonly range?: ValueRange;
}

/** Half open, as Python's `range`: values from `low` up to, and without, `high`. */
export interface ValueRange {
  readonly low: Extent;
  readonly high: Extent;
}

/** A tensor of a module's `state_dict`: its state, and no argument of a call. */
export interface ParameterTensor {
  readonly kind: 'tensor';
  /** In the `state_dict`: `fc1.weight`. */
  readonly name: string;
  readonly role: 'parameter';
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Whether it is a parameter that takes a gradient, and no buffer. */
  readonly learned?: boolean;
}

/** A dimension or another number, passed by value; a workload sets it by name. */
export interface ScalarArgument {
  readonly kind: 'scalar';
  readonly name: string;
  readonly type: ScalarType;
  /** The only values that workloads may give it; absent where any will do. */
  readonly allowed?: readonly number[];
}

/** The `cudaStream_t` on which the launcher must put its work. */
export interface StreamArgument {
  readonly kind: 'stream';
  readonly name: string;
}

export type Argument = TensorArgument | ScalarArgument | StreamArgument;

/** One set of argument shapes and values: the number for each dimension and scalar. */
export interface Workload {
  /** As people read it: `rows=4096, cols=4096`. Unique in its target. */
  readonly name: string;
  /** By name; and beside the names each formula of the target's tensors, by its text. */
  readonly values: Readonly<Record<string, number>>;
}

/**
 * An `extern "C"` launcher or a bare `__global__` kernel in a `.cu` file, or a `torch.nn.Module` class or a callable on tensors in a `.py`
 * file, or a callable of the package that a kernel-builder project makes.
 */
export type TargetKind = 'launcher' | 'kernel' | 'module' | 'function' | 'kernel-builder';

/** What is called from Python and returns its outputs; launchers and kernels write to them. */
export function isPython({ kind }: { readonly kind: TargetKind }): boolean {
  return kind === 'module' || kind === 'function' || kind === 'kernel-builder';
}

/** What its files are written in. A project with kernels is called from Python, but Python is not what makes it fast or slow. */
export function languageOf({ kind, project }: Pick<Target, 'kind' | 'project'>): 'cuda' | 'python' {
  return isPython({ kind }) && !project?.sources.length ? 'python' : 'cuda';
}

/** How a kernel is launched. */
export interface Launch {
  /** Blocks, and threads of a block, in x, y and z. */
  readonly grid: readonly [Extent, Extent, Extent];
  readonly block: readonly [Extent, Extent, Extent];
  /** Bytes of dynamic shared memory. */
  readonly shared: Extent;
}

/** How a launcher or kernel is built, beside what Kernelwright does by itself. */
export interface BuildOptions {
  /** Further sources that are compiled and linked with the target's own: paths from the root of the repository. */
  readonly sources: readonly string[];
  /** Folders that are searched for headers before all others, from the root of the repository. */
  readonly include: readonly string[];
  /** For nvcc, each in the one spelling that `parseFlag` gives it. */
  readonly flags: readonly string[];
  /** What it must compile for beside the device's own: `sm_80`, `sm_90a`. */
  readonly architectures: readonly string[];
}

/** Where candidates may add files. */
export interface NewFiles {
  /** Paths from the root of the repository, where a `*` in the name of the file, and nowhere else, stands for any characters. */
  readonly patterns: readonly string[];
  /** Once the target was read: what is there already and the patterns would take, whatever the case of its letters. */
  readonly taken?: readonly string[];
}

/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** One thing to optimize: a source file, an entry point in it, and how to call it. */
export interface Target {
  readonly name: string;
  readonly kind: TargetKind;
  /** Path of the `.cu` or `.py` file from the root of the repository; of a project its `build.toml` until it was read, then its main kernel. */
  readonly source: string;
  /** Of a project that was read: the files that a candidate may replace, `source` first. `sourcesOf` gives those of any target. */
  readonly writable?: readonly string[];
  /** Of a `kernel-builder` target, once its `build.toml` was read. */
  readonly project?: Project;
  /** Name of the launcher, kernel, class or callable in `source`. */
  readonly entry: string;
  /** Of a kernel alone. */
  readonly launch?: Launch;
  /** Of a launcher or kernel; absent where nothing is asked for. */
  readonly build?: BuildOptions;
  /** Absent where candidates only replace what is there. */
  readonly newFiles?: NewFiles;
  /** The file says itself how its module is constructed and called, or a project's benchmarks how its package is. `init`, `arguments`, `workloads` and `vary` are empty until it was described. */
  readonly convention?: 'kernelbench' | 'benchmarks';
  /** Positional or keyword arguments of a module's constructor; empty for the other kinds. */
  readonly init: readonly Json[] | Readonly<Record<string, Json>>;
  /** Of a module: a call is its forward and its backward pass, and the gradients of all floating inputs and learned parameters are results too. */
  readonly backward?: true;
  /** In the order of the call. Modules and functions have no stream among them, and return their outputs, which stand last. */
  readonly arguments: readonly Argument[];
  /** Keyword arguments of every call of a function, beside those among `arguments`: what a tensor or a number cannot be. */
  readonly fixed?: Readonly<Record<string, Json>>;
  /** A module's `state_dict` in its order, once its baseline was described; empty before, and for the other kinds. */
  readonly parameters: readonly ParameterTensor[];
  /** Measured and checked. */
  readonly workloads: readonly Workload[];
  /** Checked only, never timed: odd, tiny and ragged shapes. */
  readonly vary: readonly Workload[];
  /** What the emulated device runs in place of `workloads`; when empty, it runs those workloads that are small enough. */
  readonly emulate: readonly Workload[];
  /** Names of the outputs and of what is changed in place, in the order in which `reference` gives them, where that is not theirs among `arguments`. */
  readonly resultOrder?: readonly string[];
  /** Torch expression over the inputs, dimensions and scalars by name; without one the baseline is the oracle. */
  readonly reference?: string;
}

/**
 * The files of a target that are its own, and that a candidate may replace: its source, and those that are compiled with it. Of a project that was
 * read, those that its `build.toml` names as kernels.
 */
export function sourcesOf({
  source,
  build,
  writable,
}: Pick<Target, 'source' | 'build' | 'writable'>): readonly string[] {
  return writable ?? [source, ...(build?.sources ?? [])];
}

/** What a target says of its call before it was described, where it is its code that says it. */
export const UNDESCRIBED = {
  init: [],
  arguments: [],
  parameters: [],
  workloads: [],
  vary: [],
  emulate: [],
} as const satisfies Partial<Target>;

const BYTES: Readonly<Record<DType, number>> = {
  f64: 8,
  f32: 4,
  tf32: 4,
  f16: 2,
  bf16: 2,
  f8e4m3: 1,
  f8e5m2: 1,
  i8: 1,
  i16: 2,
  i32: 4,
  i64: 8,
  u8: 1,
  bool: 1,
};

/** What an extent comes to in one workload; NaN where the workload has no such number. */
export function numberOf(extent: Extent, values: Workload['values']): number {
  return typeof extent === 'number' ? extent : (values[extent] ?? Number.NaN);
}

/** Bytes of tensors together, from their first to their last, for the numbers of one workload. */
export function tensorBytes(
  tensors: readonly Pick<TensorArgument, 'dtype' | 'shape' | 'strides'>[],
  values: Workload['values'],
): number {
  return tensors.reduce((sum, { shape, strides, dtype }) => {
    const extents = shape.map((extent) => numberOf(extent, values));
    const elements =
      strides === undefined
        ? extents.reduce((a, b) => a * b, 1)
        : extents.reduce((span, extent, axis) => span + (extent - 1) * numberOf(strides[axis] ?? 1, values), 1);
    return sum + elements * BYTES[dtype];
  }, 0);
}

/** Bytes of one element. */
export function bytesOf(dtype: DType): number {
  return BYTES[dtype];
}

export function isTensor(argument: Argument): argument is TensorArgument {
  return argument.kind === 'tensor';
}

export function isFloat(dtype: DType): boolean {
  return dtype.includes('f');
}
