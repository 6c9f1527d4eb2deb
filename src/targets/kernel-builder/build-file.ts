import { parse, TomlError } from 'smol-toml';
import { z } from 'zod';
import { ConfigurationError } from '../../core/errors.ts';

/*
 * `build.toml` of Hugging Face's kernel-builder, editions 1 to 5. The editions say the same things in other places, so they are told apart by
 * what a file has and not by its number: older files bear none. Keys that we do not know are none of our business.
 */

/** One `[kernel.NAME]`: sources that are compiled alike. */
export interface KernelSection {
  readonly name: string;
  readonly backend: string;
  /** Libraries that it needs, by kernel-builder's names: `torch`, `cutlass_3_8`. */
  readonly depends: readonly string[];
  /** Sources and headers. Paths are from the project's folder, here and below. */
  readonly src: readonly string[];
  readonly include: readonly string[];
  readonly cudaFlags: readonly string[];
  readonly cxxFlags: readonly string[];
  /** Compute capabilities that it is for, such as `9.0a`; empty for all. */
  readonly capabilities: readonly string[];
}

/** What all editions of a `build.toml` say. */
export interface BuildFile {
  /** The package's name in Python. */
  readonly name: string;
  /** Under which the kernel is published, where the file says it. */
  readonly repoId?: string;
  /** `noarch`: Python alone, such as Triton. */
  readonly framework: 'torch' | 'noarch' | 'tvm-ffi';
  /** Sources and headers that register the kernels as PyTorch's operators. */
  readonly binding: Pick<KernelSection, 'src' | 'include' | 'cxxFlags'>;
  /** Extensions of the package's own files, without dots. */
  readonly extensions: readonly string[];
  readonly kernels: readonly KernelSection[];
}

const words = z.array(z.string()).default([]);

const kernelSchema = z.looseObject({
  backend: z.string().optional(),
  // Edition 1 has this in place of a backend; `cuda-hipify` is CUDA that is also translated for ROCm.
  language: z.string().default('cuda'),
  depends: words,
  src: z.array(z.string()),
  include: words,
  'cuda-flags': words,
  'cxx-flags': words,
  'cuda-capabilities': words,
});

const frameworkSchema = z.looseObject({
  src: words,
  include: words,
  pyext: z.array(z.string()).optional(),
  'cxx-flags': words,
  universal: z.boolean().default(false),
});

const schema = z.looseObject({
  general: z.looseObject({
    name: z.string(),
    universal: z.boolean().default(false),
    hub: z.looseObject({ 'repo-id': z.string().optional() }).optional(),
  }),
  torch: frameworkSchema.optional(),
  'torch-noarch': frameworkSchema.optional(),
  'tvm-ffi': frameworkSchema.optional(),
  kernel: z.record(z.string(), kernelSchema).default({}),
});

/** A package is a folder below `torch-ext` and a name in Python. */
const PACKAGE = /^[A-Za-z_]\w*$/;

/**
 * Reads the text of a `build.toml`; `path` is only for messages.
 * @throws ConfigurationError where it is no TOML (`path:line:column: message`), or lacks what every edition has.
 */
export function parseBuildFile(text: string, path: string): BuildFile {
  const read = schema.safeParse(parseToml(text, path));
  if (!read.success) {
    const [issue] = read.error.issues;
    const key = issue?.path.join('.') ?? '';
    throw new ConfigurationError(
      `${path}: ${key === '' ? 'it' : `"${key}"`} is not what kernel-builder takes there: ${issue?.message ?? ''}`,
    );
  }
  const { general, kernel, ...written } = read.data;
  const name = general.name.replaceAll('-', '_');
  if (!PACKAGE.test(name)) {
    throw new ConfigurationError(
      `${path}: "general.name" is ${JSON.stringify(general.name)}, which no package can have`,
    );
  }
  const repoId = general.hub?.['repo-id'];
  const framework = frameworkOf(read.data);
  const section = written[SECTIONS[framework]] ?? written.torch;
  return {
    name,
    ...(repoId === undefined ? {} : { repoId }),
    framework,
    binding: { src: section?.src ?? [], include: section?.include ?? [], cxxFlags: section?.['cxx-flags'] ?? [] },
    extensions: section?.pyext ?? ['py', 'pyi'],
    kernels: Object.entries(kernel).map(([of, read]) => kernelSection(of, read)),
  };
}

const SECTIONS = { torch: 'torch', noarch: 'torch-noarch', 'tvm-ffi': 'tvm-ffi' } as const;

/** Up to edition 3 a file without kernels, or one that is universal, is for Python alone. */
function frameworkOf(file: z.output<typeof schema>): BuildFile['framework'] {
  if (file['tvm-ffi'] !== undefined) return 'tvm-ffi';
  const universal = file.general.universal || file.torch?.universal === true || file['torch-noarch'] !== undefined;
  return universal || Object.keys(file.kernel).length === 0 ? 'noarch' : 'torch';
}

function kernelSection(name: string, read: z.output<typeof kernelSchema>): KernelSection {
  return {
    name,
    backend: read.backend ?? (read.language === 'cuda-hipify' ? 'cuda' : read.language),
    depends: read.depends,
    src: read.src,
    include: read.include,
    cudaFlags: read['cuda-flags'],
    cxxFlags: read['cxx-flags'],
    capabilities: read['cuda-capabilities'],
  };
}

function parseToml(text: string, path: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const message = error.message.split('\n')[0]?.replace(/^Invalid TOML document: /, '') ?? '';
    throw new ConfigurationError(`${path}:${error.line}:${error.column}: ${message}`, { cause: error });
  }
}
