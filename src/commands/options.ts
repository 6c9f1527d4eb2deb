import { resolve } from 'node:path';
import { Option } from 'commander';
import type { InputName } from '../events/inputs.ts';
import { INPUTS, type InputSpec } from '../events/inputs.ts';
import { type Environment, type LocalSettings, readLocalSettings } from '../events/settings.ts';
import { findPackageRoot, findPython, type Harness } from '../measure/harness.ts';

/** What the flags of a command hold, by commander's names. */
export type Flags = Readonly<Record<string, string | boolean | string[] | undefined>>;

/** The flag that gives the same as an input of the action: described once, in `src/events/inputs.ts`. */
export function inputOption(name: InputName, placeholder: string): Option {
  const spec: InputSpec = INPUTS[name];
  const description = (OWN_WORDS[name] ?? spec.description).replaceAll('`', '');
  return new Option(`--${name} <${placeholder}>`, description).default(spec.default);
}

/** Where the command line differs from the action. */
const OWN_WORDS: Partial<Record<InputName, string>> = {
  config: 'Path of the configuration from the root of the repository; it is read from the working tree.',
  'report-dir': 'Folder for the report and the evidence, inside the repository.',
};

/** Where the work tree is that a command works on. */
export function rootOption(): Option {
  return new Option('-C, --root <dir>', 'Root of the repository.').default('.', 'the current folder');
}

/** Reads flags by the rules of the action's inputs. Throws `ConfigurationError`. */
export function settingsFrom(flags: Flags, env: Environment, needs: { readonly model: boolean }): LocalSettings {
  const inputs = (name: InputName): string => {
    const value = flags[name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())];
    return typeof value === 'string' ? value : '';
  };
  return readLocalSettings(inputs, { ...env, GITHUB_WORKSPACE: resolve(String(flags.root ?? '.')) }, needs);
}

/** The harness that the settings ask for. Throws `EnvironmentError` when there is no usable Python. */
export async function harnessFrom(settings: LocalSettings, env: Environment): Promise<Harness> {
  const packageRoot = findPackageRoot(import.meta.dirname);
  const python =
    settings.python === undefined
      ? await findPython(env.KERNELWRIGHT_PYTHON, packageRoot)
      : await findPython(settings.python, packageRoot, '--python');
  return { python, packageRoot, device: settings.device, sandbox: settings.sandbox };
}
