/**
 * Takes repositories as users have them through what the command line does: is a change found, is the code timed, is an honest
 * candidate believed and a wrong one found out? A script, not a test: its numbers are of one machine.
 *
 *   node test/projects/walk.ts [--device auto|cuda|emulated] [--json FILE] [project…]
 *
 * A table is printed on standard output, progress on standard error; `--json` has all that was said and is written again after each
 * target, so that a run that is stopped loses nothing. Exit status: 0 all well, 1 something is not, 2 wrong usage, 3 the machine lacks
 * something.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigurationError } from '../../src/core/errors.ts';
import { findPackageRoot, findPython, type Harness } from '../../src/measure/harness.ts';
import { withWorkshop } from '../../src/optimize.ts';
import { asScript } from '../as-script.ts';
import { describeMachine, renderMachine } from '../bench/report.ts';
import { writeJson } from '../write-json.ts';
import { type Project, readProjects } from './projects.ts';
import { type Walked, walkProject } from './walk-project.ts';
import { isWell, renderWalk } from './walk-table.ts';

await asScript(main);

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { device: { type: 'string', default: 'auto' }, json: { type: 'string' } },
  });
  const projects = chooseProjects(positionals);
  const { device } = values;
  if (device !== 'auto' && device !== 'cuda' && device !== 'emulated')
    throw new ConfigurationError(`--device is auto, cuda or emulated, not "${device}".`);
  const packageRoot = findPackageRoot(import.meta.dirname);
  const python = await findPython(process.env.KERNELWRIGHT_PYTHON, packageRoot);
  const harness: Harness = { python, packageRoot, device, sandbox: 'on' };
  return withWorkshop({ harness, env: process.env }, async (workshop) => {
    const cli = join(import.meta.dirname, '..', '..', 'dist', 'cli.js');
    const walked: Walked[] = [];
    for (const project of projects) {
      const options = { cli, workshop, harness, env: process.env, onStep: (line: string) => console.error(line) };
      for await (const each of walkProject(project, options)) {
        walked.push(each);
        if (values.json !== undefined) writeJson(values.json, walked);
      }
    }
    console.log(`${renderMachine(describeMachine(workshop.hello, new Date()))}\n\n${renderWalk(walked)}`);
    return walked.every(isWell) ? 0 : 1;
  });
}

function chooseProjects(names: readonly string[]): readonly Project[] {
  const all = readProjects();
  for (const name of names) {
    if (all.every((project) => project.name !== name))
      throw new ConfigurationError(
        `There is no project "${name}"; there are ${all.map((project) => project.name).join(', ')}.`,
      );
  }
  return all.filter(({ name }) => names.length === 0 || names.includes(name));
}
