import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { findTarget, openRepository, readBaseline } from '../../src/commands/local-targets.ts';
import type { Benchmark } from '../../src/core/benchmark.ts';
import { messageOf, UserError } from '../../src/core/errors.ts';
import type { Evidence } from '../../src/core/evidence.ts';
import type { SourceFile } from '../../src/core/source.ts';
import { INPUTS } from '../../src/events/inputs.ts';
import { benchmark } from '../../src/measure/benchmark.ts';
import type { Harness } from '../../src/measure/harness.ts';
import { createRecognizer } from '../../src/measure/recognize.ts';
import { prepareVerifier } from '../../src/measure/verifier.ts';
import type { Workshop } from '../../src/optimize.ts';
import { candidateFor } from '../../src/targets/candidate-for.ts';
import { dependencyGraph } from '../../src/targets/dependencies/graph.ts';
import { WORKING_TREE } from '../../src/targets/local-repository.ts';
import { type Edit, edited, type Project, type Subject } from './projects.ts';

/** What was said of one target. */
export interface Walked {
  readonly project: string;
  readonly target: string;
  /** Why a change of a file reaches it; absent where it did not. */
  readonly because?: string;
  readonly benchmark?: Benchmark;
  readonly honest?: Evidence;
  readonly wrong?: Evidence;
  /** The sentence of a step that failed; those after it were not taken. */
  readonly failure?: string;
}

export interface WalkOptions {
  /** The built command line. */
  readonly cli: string;
  /** One judge for all. */
  readonly workshop: Workshop;
  readonly harness: Harness;
  readonly env: NodeJS.ProcessEnv;
  readonly onStep: (line: string) => void;
}

/**
 * Takes one project through what `targets`, `bench` and `verify` do, in a repository of its own; without a new judge for each of them,
 * which would take longer than most of the measurements.
 */
export async function* walkProject(project: Project, options: WalkOptions): AsyncGenerator<Walked> {
  const folder = await mkdtemp(join(tmpdir(), 'kernelwright-walk-'));
  try {
    const onGpu = options.workshop.hello.device.kind === 'cuda';
    const files = withEdits(project.files, onGpu ? project.onGpu : []);
    for (const [path, text] of Object.entries(files)) await write(join(folder, path), text);
    for (const words of [
      ['init', '-q'],
      ['add', '-A'],
      [...AUTHOR, 'commit', '-qm', 'as it is'],
    ]) {
      await execa('git', words, { cwd: folder });
    }
    for (const subject of project.targets.filter(({ gpuOnly = false }) => onGpu || !gpuOnly)) {
      yield await walkTarget({ folder, files, subject }, options, {
        project: project.name,
        target: subject.name,
      });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const AUTHOR = ['-c', 'user.name=a', '-c', 'user.email=a@b'];

type Files = Project['files'];

interface Checkout {
  readonly folder: string;
  readonly files: Files;
  readonly subject: Subject;
}

async function walkTarget(
  checkout: Checkout,
  options: WalkOptions,
  names: Pick<Walked, 'project' | 'target'>,
): Promise<Walked> {
  const { folder, subject } = checkout;
  const onProgress = (text: string) => options.onStep(`${names.project}, ${names.target}: ${text}`);
  let walked: Walked = names;
  try {
    onProgress('is it reached by a change?');
    const because = await becauseOf(checkout, options);
    walked = { ...walked, ...(because !== undefined && { because }) };

    const repository = await openRepository({ root: folder });
    const recognize = createRecognizer(async () => options.harness, options.env);
    const written = await findTarget(repository, INPUTS.config.default, subject.name, recognize);
    const { target, baseline } = await readBaseline(dependencyGraph(repository, WORKING_TREE), written);
    const bench = { ...options.workshop, onProgress };
    walked = { ...walked, benchmark: await benchmark(bench, target, baseline) };

    const verifier = await prepareVerifier(bench, target, baseline);
    const confirm = (proposed: SourceFile) => {
      const files = baseline.map((file) => (file.path === proposed.path ? proposed : file));
      return verifier.confirm(candidateFor(verifier.target, files));
    };
    walked = { ...walked, honest: await confirm(subject.honest) };
    walked = { ...walked, wrong: await confirm(subject.wrong) };
    return walked;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { ...walked, failure: messageOf(error) };
  }
}

/** Why a comment at the end of a file brings the target in, by the command line. */
async function becauseOf({ folder, files, subject }: Checkout, { cli, env }: WalkOptions): Promise<string | undefined> {
  const { name, reachedBy } = subject;
  const comment = reachedBy.endsWith('.py') ? '# a comment\n' : '// a comment\n';
  await write(join(folder, reachedBy), `${files[reachedBy]}${comment}`);
  const { stdout } = await execa(process.execPath, [cli, 'targets', '--json'], { cwd: folder, env });
  await write(join(folder, reachedBy), files[reachedBy] ?? '');
  const { targets } = JSON.parse(stdout) as Listed;
  return targets.find(({ target, source }) => [target, source].includes(name))?.because;
}

/** What `targets --json` prints, as far as it is looked at. */
interface Listed {
  readonly targets: readonly { readonly target: string; readonly source: string; readonly because: string }[];
}

function withEdits(files: Files, edits: readonly Edit[]): Files {
  const known = { ...files };
  for (const edit of edits) known[edit.path] = edited(known, edit).content;
  return known;
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
