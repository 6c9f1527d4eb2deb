import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { parse } from 'yaml';
import { makeScratchFolder, type ScratchFolder } from '../../src/deliver/scratch-folder.ts';
import type { LocalGitHub } from '../github/server.ts';

export interface ActionRun {
  readonly github: Pick<LocalGitHub, 'url' | 'serverUrl'>;
  /** `owner/name`. */
  readonly repository: string;
  readonly token: string;
  readonly eventName: string;
  readonly payload: unknown;
  /** By the names of `action.yml`; the others get their defaults, as on GitHub's runner. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Variables of the job beside those that a runner sets. */
  readonly env?: Readonly<Record<string, string>>;
  /** The runner cancels the job when a line of the log matches. */
  readonly cancelAt?: RegExp;
  /** Gets each line of the log as it comes. */
  readonly onLine?: (line: string) => void;
}

export interface ActionResult {
  readonly exitCode: number;
  readonly log: string;
  /** Messages of `::error::` commands, which the runner shows as annotations. */
  readonly errors: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** Holds the report; whoever ran the action disposes of it. */
  readonly workspace: ScratchFolder;
}

/** Each running child has a listener that ends it with us, and several run side by side. */
process.setMaxListeners(64);

const ROOT = join(import.meta.dirname, '..', '..');

/** Runs the shipped bundle in a process of its own, with what GitHub's runner would give it and nothing else. */
export async function runAction(run: ActionRun): Promise<ActionResult> {
  const workspace = await makeScratchFolder('kernelwright-action-');
  const folder = workspace.path;
  const file = async (name: string, content = '') => {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };
  const env = {
    ...passedOn(['PATH', 'HOME', 'LD_LIBRARY_PATH', 'CUDA_HOME', 'CUDA_VISIBLE_DEVICES', 'KERNELWRIGHT_PYTHON']),
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_API_URL: run.github.url,
    GITHUB_SERVER_URL: run.github.serverUrl,
    GITHUB_REPOSITORY: run.repository,
    GITHUB_EVENT_NAME: run.eventName,
    GITHUB_RUN_ID: '4711',
    GITHUB_WORKSPACE: folder,
    GITHUB_EVENT_PATH: await file('event.json', JSON.stringify(run.payload)),
    GITHUB_OUTPUT: await file('output'),
    GITHUB_STEP_SUMMARY: await file('summary.md'),
    ...(await inputVariables(run)),
    ...run.env,
  };
  const child = execa(process.execPath, [join(ROOT, 'dist', 'main.js')], {
    cwd: folder,
    env,
    extendEnv: false,
    all: true,
    reject: false,
    killDescendants: true,
  });
  for await (const line of child.iterable({ from: 'all' })) {
    run.onLine?.(String(line));
    // What it does first: https://docs.github.com/actions/reference/workflow-cancellation-reference
    if (run.cancelAt?.test(String(line))) child.kill('SIGINT');
  }
  const { exitCode, all } = await child;
  const log = String(all ?? '');
  return {
    exitCode: exitCode ?? -1,
    log,
    errors: [...log.matchAll(/^::error::(.*)$/gm)].map(([, text]) =>
      decodeURIComponent((text ?? '').replace(/%(?!0A|0D|25)/g, '%25')),
    ),
    outputs: parseOutputs(await readFile(env.GITHUB_OUTPUT, 'utf8')),
    summary: await readFile(env.GITHUB_STEP_SUMMARY, 'utf8'),
    workspace,
  };
}

/** Inputs as the runner passes them: `INPUT_` and the name in capitals, with the defaults of `action.yml`. */
async function inputVariables(run: ActionRun): Promise<Record<string, string>> {
  const action = parse(await readFile(join(ROOT, 'action.yml'), 'utf8')) as {
    inputs: Record<string, { default?: unknown }>;
  };
  return Object.fromEntries(
    Object.entries(action.inputs).map(([name, { default: ordinary }]) => [
      `INPUT_${name.toUpperCase()}`,
      run.inputs[name] ?? String(ordinary ?? '').replace(/\$\{\{\s*github\.token\s*\}\}/, run.token),
    ]),
  );
}

/** `name<<delimiter`, the value's lines, `delimiter`: https://docs.github.com/actions/reference/workflow-commands-for-github-actions#multiline-strings */
function parseOutputs(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/^(.+)<<(ghadelimiter_\S+)\n([\s\S]*?)\n\2$/gm)].map(([, name, , value]) => [
      name ?? '',
      value ?? '',
    ]),
  );
}

function passedOn(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
