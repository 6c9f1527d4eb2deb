import { posix } from 'node:path';
import { BUILD_FILE } from '../core/project.ts';
import type { Target } from '../core/target.ts';
import { quote, type Report } from './issues.ts';
import type { Parsed } from './parsed.ts';
import type { WrittenTarget } from './schema.ts';
import { parseFolderPath, parseSourcePath } from './source-path.ts';
import { IDENTIFIER } from './tensor-notation.ts';

/** Where the code of a target stands: its file, and the name in it. */
type Place = Pick<Target, 'source' | 'entry'>;

/** Reads where the code stands, the path normalized; what is wrong is reported, and the result is then of no use. */
export function readPlace(written: WrittenTarget, report: Report): Place {
  if (written.kind === 'launcher') return readLauncher(written, report);
  if (written.kind === 'kernel') return readKernel(written, report);
  if (written.kind === 'kernel-builder') return readProjectPlace(written, report);
  const { kind } = written;
  const text = written.kind === 'module' ? written.module : written.function;
  const place = parsePythonPlace(text, kind);
  if (!place.ok) report([kind], `${quote(text)} ${place.problem}`);
  return place.ok ? place.value : { source: text, entry: '' };
}

/** Its `build.toml`, and the function that is called; none where the benchmarks are to tell. */
function readProjectPlace(written: Extract<WrittenTarget, { kind: 'kernel-builder' }>, report: Report): Place {
  const folder = parseFolderPath(written['kernel-builder']);
  if (!folder.ok) report(['kernel-builder'], `${quote(written['kernel-builder'])} ${folder.problem}`);
  const { function: entry = '' } = written;
  const declares = written.workloads.length > 0 || Object.keys({ ...written.outputs, ...written.inouts }).length > 0;
  if (written.function === undefined && declares) {
    report([], 'does not say what is called; give "function", the name of a callable in the project\'s package', 'key');
  } else if (entry !== '' && !IDENTIFIER.test(entry)) {
    report(
      ['function'],
      `${quote(entry)} is not the name of a function; write the plain name of one in the project's package`,
    );
  }
  return { source: posix.join(folder.ok ? folder.value : '.', BUILD_FILE), entry };
}

/** `softmax`, `ops::softmax`, `softmax<float, 4>`. */
const KERNEL = /^[A-Za-z_]\w*(::[A-Za-z_]\w*)*(<[\w\s:,*&<>]+>)?$/;

function readKernel({ source, kernel }: { readonly source: string; readonly kernel: string }, report: Report): Place {
  const entry = kernel.trim();
  if (!KERNEL.test(entry) || entry.includes('<<')) {
    report(
      ['kernel'],
      `${quote(kernel)} is not the name of a kernel; write it without parameters or launch, such as "softmax" or "softmax<float>"`,
    );
  }
  return { source: readSource(source, report), entry };
}

function readSource(source: string, report: Report): string {
  const path = parseSourcePath(source, '.cu');
  if (!path.ok) report(['source'], `${quote(source)} ${path.problem}`);
  return path.ok ? path.value : source;
}

function readLauncher({ source, entry }: { readonly source: string; readonly entry: string }, report: Report): Place {
  const path = readSource(source, report);
  if (!IDENTIFIER.test(entry)) {
    report(
      ['entry'],
      `${quote(entry)} is not the name of a C function; write it without arguments or namespace, such as "softmax_forward"`,
    );
  }
  return { source: path, entry };
}

/** `kernels/mlp.py:Mlp` for `kernels.mlp.Mlp`, where that is what was written. */
function suggestion(text: string, example: string): string {
  if (text.endsWith('.py')) return `${text}:${example}`;
  const [, path, name] = /^(\w+(?:\.\w+)*)\.(\w+)$/.exec(text) ?? [];
  return path === undefined ? `kernels/example.py:${example}` : `${path.replaceAll('.', '/')}.py:${name}`;
}

/** Parses `kernels/mlp.py:Mlp`. */
function parsePythonPlace(text: string, kind: 'module' | 'function'): Parsed<Place> {
  const [what, example] = kind === 'module' ? ['class', 'Mlp'] : ['function', 'rms_norm'];
  const colon = text.indexOf(':');
  if (colon === -1) {
    return {
      ok: false,
      problem: `does not name a ${what}; put it behind the path, such as "${suggestion(text, example)}"`,
    };
  }
  const source = parseSourcePath(text.slice(0, colon), '.py');
  if (!source.ok) return source;
  const entry = text.slice(colon + 1);
  if (!IDENTIFIER.test(entry)) {
    return {
      ok: false,
      problem: `has ${quote(entry)} behind the colon, which is not the name of a ${what}; write the plain name of one at the top level of the file, such as "${source.value}:${example}"`,
    };
  }
  return { ok: true, value: { source: source.value, entry } };
}
