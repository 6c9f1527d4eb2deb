import { posix } from 'node:path';
import { repositoryPathProblem } from '../core/repository-path.ts';
import type { Parsed } from './parsed.ts';

function adviceFor(text: string, extension: '.cu' | '.py'): string {
  if (extension === '.py' && /^[\w.]*\w$/.test(text) && !text.endsWith('.cu'))
    return `write its path instead of its name in Python: "${text.replaceAll('.', '/')}.py"`;
  if (extension === '.py') return 'a launcher in a .cu file is named by "source" and "entry"';
  return text.endsWith('.py')
    ? 'a class or function in a .py file is named by "module" or "function", such as "kernels/mlp.py:Mlp"'
    : 'name the .cu file that has the launcher in it';
}

/** The path of a target's source as GitHub writes it: from the root of the repository, with forward slashes, normalized. */
export function parseSourcePath(text: string, extension: '.cu' | '.py'): Parsed<string> {
  const path = parseRepositoryPath(text);
  if (!path.ok || text.endsWith(extension)) return path;
  return { ok: false, problem: `is not a ${extension} file; ${adviceFor(text, extension)}` };
}

/** The path of a folder, written alike; `.` for the root. */
export function parseFolderPath(text: string): Parsed<string> {
  const path = parseRepositoryPath(text);
  if (!path.ok) return path;
  if (/\.toml\/*$/.test(text))
    return { ok: false, problem: `is a file; name the folder that it is in: "${posix.dirname(path.value)}"` };
  return { ok: true, value: path.value.replace(/(?<=.)\/$/, '') };
}

/** The path of a file or folder, from the root of the repository, normalized. */
export function parseRepositoryPath(text: string): Parsed<string> {
  const problem = repositoryPathProblem(text);
  return problem === undefined ? { ok: true, value: posix.normalize(text) } : { ok: false, problem };
}
