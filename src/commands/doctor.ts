import { Command } from 'commander';
import { EnvironmentError } from '../core/errors.ts';
import type { LocalSettings } from '../events/settings.ts';
import { examine, type Finding } from '../measure/doctor.ts';
import { findPackageRoot } from '../measure/harness.ts';
import type { Door } from './door.ts';
import { type Flags, harnessFrom, inputOption, settingsFrom } from './options.ts';

export function doctorCommand(door: Door): Command {
  return new Command('doctor')
    .summary('check that this machine has what a measurement needs')
    .description(
      'Looks for Python, torch, the GPU, the sandbox and the compilers, and says what to do about what is missing.',
    )
    .addOption(inputOption('device', 'kind'))
    .addOption(inputOption('sandbox', 'on|off'))
    .addOption(inputOption('python', 'path'))
    .option('--json', 'Print the findings as JSON.')
    .addHelpText(
      'after',
      '\nExit status: 0 when all is there, 3 when something is missing.\n\nExample:\n  kernelwright doctor --device cuda',
    )
    .action((flags: Flags) => doctor(flags, door));
}

async function doctor(flags: Flags, door: Door): Promise<void> {
  const settings = settingsFrom(flags, door.env, { model: false });
  const findings = await examineOrExplain(settings, door);
  const missing = findings.some(({ status }) => status === 'missing');
  door.print(flags.json ? JSON.stringify(findings, undefined, 2) : renderFindings(findings));
  if (missing) door.exit(new EnvironmentError('').exitCode);
}

/** Without a usable Python that is a finding too, and all that needs none is still looked for. */
export async function examineOrExplain(settings: LocalSettings, door: Pick<Door, 'env'>): Promise<readonly Finding[]> {
  try {
    return await examine(await harnessFrom(settings, door.env), door.env);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    return [{ name: 'python', status: 'missing', detail: error.message }, ...(await withoutTorch(settings, door.env))];
  }
}

/** What any Python of the machine can find out, which knows nothing of torch; nothing where there is none. */
async function withoutTorch({ device, sandbox }: LocalSettings, env: Door['env']): Promise<readonly Finding[]> {
  const harness = { python: 'python3', packageRoot: findPackageRoot(import.meta.dirname), device, sandbox };
  try {
    const findings = await examine(harness, env);
    return findings.filter(({ name }) => WITHOUT_TORCH.has(name));
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    return [];
  }
}

const WITHOUT_TORCH = new Set(['sandbox', 'nvcc', 'g++']);

const MARKS = { ok: '✔', missing: '✘', optional: '–' } as const;

/** One line for each. */
export function renderFindings(findings: readonly Finding[]): string {
  return findings.map(line).join('\n');
}

function line({ name, status, detail }: Finding): string {
  return `${MARKS[status]} ${name.padEnd(13)} ${detail}`;
}
