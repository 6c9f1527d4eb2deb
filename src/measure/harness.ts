import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { execa } from 'execa';
import { EnvironmentError } from '../core/errors.ts';

/** How to start the Python side: which interpreter, which package, and how it shall run candidates. */
export interface Harness {
  readonly python: string;
  /** Folder that holds the package `kernelwright_harness`. */
  readonly packageRoot: string;
  readonly device: 'auto' | 'cuda' | 'emulated';
  readonly sandbox: 'on' | 'off';
}

/**
 * The environment that the harness's processes get: enough to find compilers and the driver, and no secret. The orchestrator's own
 * environment holds the GitHub token and the model's key, so nothing is inherited.
 */
const PASSED = [
  'PATH',
  'HOME',
  'LANG',
  'TMPDIR',
  'LD_LIBRARY_PATH',
  'CUDA_HOME',
  'CUDA_VISIBLE_DEVICES',
  'KERNELWRIGHT_ARCH',
];

/** `added` are variables that this program alone gets. */
export function harnessCommand(
  harness: Harness,
  program: 'judge' | 'build' | 'describe' | 'recognize' | 'project-tests' | 'doctor',
  env: NodeJS.ProcessEnv,
  added: Readonly<Record<string, string>> = {},
) {
  const inherited = PASSED.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  return {
    file: harness.python,
    arguments: [
      '-s',
      '-B',
      '-m',
      'kernelwright_harness',
      program,
      '--device',
      harness.device,
      '--sandbox',
      harness.sandbox,
    ],
    options: {
      env: { ...Object.fromEntries(inherited), PYTHONPATH: harness.packageRoot, PYTHONUNBUFFERED: '1', ...added },
      extendEnv: false,
      killDescendants: true,
      // `python -m` imports from the working directory first: in a checkout, a pull request's file `json.py` would run in the judge.
      cwd: harness.packageRoot,
    },
  };
}

/** The folder of the Python package beside the bundle or the sources: both lie one or two levels below the project's root. */
export function findPackageRoot(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'runner-image', 'harness');
    if (existsSync(join(candidate, 'kernelwright_harness', '__main__.py'))) return candidate;
    if (dirname(folder) === folder) {
      throw new EnvironmentError(
        `Kernelwright's folder runner-image/harness is missing above ${from}: reinstall Kernelwright as a whole.`,
      );
    }
  }
}

/** The folder of the skills that ship. */
export function skillsFolder({ packageRoot }: Harness): string {
  return join(packageRoot, '..', '..', 'skills');
}

/**
 * The Python to use: the one that was asked for, else the virtual environment that `install.sh` made, else the machine's `python3` if it
 * can import torch. Throws `EnvironmentError` when none will do.
 *
 * @param askedBy what named it, as whoever reads the error knows it
 */
export async function findPython(
  asked: string | undefined,
  packageRoot: string,
  askedBy = 'KERNELWRIGHT_PYTHON',
): Promise<string> {
  // An empty variable is none, as for install.sh.
  if (asked) {
    // A path is meant from here, but the programs are started in another folder.
    const python = asked.includes('/') ? resolve(asked) : asked;
    if (await canImportTorch(python)) return python;
    throw new EnvironmentError(
      `${askedBy} is "${asked}", which ${await whyUnusable(python)}: name a Python with torch and numpy, or leave it out to have one looked for.`,
    );
  }
  const installed = join(packageRoot, '..', '..', '.venv', 'bin', 'python');
  for (const python of [installed, 'python3']) {
    if (await canImportTorch(python)) return python;
  }
  throw new EnvironmentError(
    "No Python with torch and numpy was found: run Kernelwright's runner-image/install.sh on this machine, or name one by the variable KERNELWRIGHT_PYTHON.",
  );
}

/** Ends the sentence "this program …". */
async function whyUnusable(python: string): Promise<string> {
  if (python.includes('/') && !existsSync(python)) return 'does not exist';
  const { failed, stdout } = await execa(python, ['-I', '-c', 'print("Python")'], { reject: false, timeout: 60_000 });
  if (failed || stdout !== 'Python')
    return python.includes('/') ? 'is no Python that runs' : 'is no Python on the PATH';
  return 'cannot import torch and numpy';
}

async function canImportTorch(python: string): Promise<boolean> {
  // find_spec is enough and takes milliseconds, where the import itself takes seconds. Its word is printed rather than made an exit
  // status, since any program can exit with 0. -I: nothing is imported from the working directory, which may hold a pull request's files,
  // or from PYTHONPATH, which the harness's processes do not get either.
  const probe = 'import importlib.util as u; print(all(u.find_spec(m) for m in ("torch", "numpy")))';
  const { stdout } = await execa(python, ['-I', '-c', probe], {
    reject: false,
    timeout: 60_000,
    killDescendants: true,
  });
  return stdout === 'True';
}
