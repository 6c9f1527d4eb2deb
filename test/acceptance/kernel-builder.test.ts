import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const CLI = join(import.meta.dirname, '..', '..', 'dist', 'cli.js');
const SOURCE = 'silu_and_mul_cuda/silu_and_mul.cu';
/** A call that returns its result, at sizes that no benchmark has. */
const DECLARED = `targets:
  mine:
    kernel-builder: .
    function: silu_and_mul
    inputs: { x: "f32[rows, 2 * cols]" }
    outputs: { y: "f32[rows, cols]" }
    workloads: [ { rows: 8, cols: 64 } ]
    vary: { rows: [1], cols: [31] }
    reference: "torch.nn.functional.silu(x[:, :cols]) * x[:, cols:]"
`;
/** Each source is compiled with PyTorch's headers, which take half a minute, and minutes on a busy machine. */
const PATIENCE_MS = 900_000;

let folder: string;
let project: string;
let kernel: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kernelwright-kernel-builder-'));
  project = join(folder, 'silu-and-mul');
  await cp(join(import.meta.dirname, '..', 'fixtures', 'silu-and-mul'), project, { recursive: true });
  kernel = await readFile(join(project, SOURCE), 'utf8');
  await execa('git', ['init', '-q', project]);
  const git = ['-c', 'user.name=a', '-c', 'user.email=a@b'];
  await execa('git', [...git, 'add', '-A'], { cwd: project });
  await execa('git', [...git, 'commit', '-qm', 'a kernel'], { cwd: project });
});
afterAll(() => rm(folder, { recursive: true }));

/** One cache for the whole file: the binding is compiled once. */
const kernelwright = (...flags: string[]) =>
  execa(process.execPath, [CLI, ...flags], {
    cwd: project,
    reject: false,
    env: { KERNELWRIGHT_CACHE: join(folder, 'cache') },
  });

/** The kernel with something else in it, in a file of the same name. */
async function candidate(name: string, from: string, to: string): Promise<string> {
  expect(kernel).toContain(from);
  const path = join(folder, `${name}.cu`);
  await writeFile(path, kernel.replace(from, to));
  return path;
}

async function verdict(name: string, from: string, to: string) {
  const path = await candidate(name, from, to);
  // Two of the project's files may be rewritten, so a candidate has the name of one.
  const named = join(await mkdtemp(join(folder, 'candidate-')), 'silu_and_mul.cu');
  await cp(path, named);
  const { stdout, stderr } = await kernelwright(
    ...['verify', '--device', 'emulated', '--target', 'silu_and_mul', '--candidate', named, '--json'],
  );
  expect(stdout, stderr).not.toBe('');
  return { ...JSON.parse(stdout), stderr };
}

const checkOf = (evidence: { checks: readonly { name: string; status: string; detail: string }[] }, name: string) =>
  evidence.checks.find((check) => check.name === name);

/** A kernel-builder project in the root of a repository, without a word of configuration. */
describe('a kernel-builder project', () => {
  it('is a target when anything that it is made of changes', async () => {
    const header = join(project, 'silu_and_mul_cuda/rows.cuh');
    const text = await readFile(header, 'utf8');
    await writeFile(header, `${text}// changed\n`);
    const { stdout } = await kernelwright('targets', '--json');
    await writeFile(header, text);
    expect(JSON.parse(stdout).targets).toEqual([
      {
        target: 'silu_and_mul',
        kind: 'kernel-builder',
        source: 'build.toml',
        entry: '',
        because: 'silu_and_mul_cuda/rows.cuh was modified, which build.toml brings in',
      },
    ]);
  });

  it('is found by a build.toml of the first edition too, whose change reaches it', async () => {
    const file = join(project, 'build.toml');
    const text = await readFile(file, 'utf8');
    await cp(join(project, 'build.edition-1.toml'), file);
    const { stdout } = await kernelwright('targets');
    await writeFile(file, text);
    expect(stdout).toMatch(/silu_and_mul +build\.toml was modified/);
  });

  it('is checked at the shapes of its benchmarks', { timeout: PATIENCE_MS }, async () => {
    const { stdout, stderr, exitCode } = await kernelwright('bench', '--device', 'emulated');
    expect(stderr).toContain('SiluAndMulBenchmark.twice is left out: it calls silu_and_mul, 2 calls in all');
    expect(stdout).toMatch(/^\d+ checks passed; nothing was timed$/m);
    expect(exitCode).toBe(0);
  });

  it('is checked as a configuration declares it', { timeout: PATIENCE_MS }, async () => {
    const path = join(project, 'declared.yml');
    await writeFile(path, DECLARED);
    const { stdout, exitCode } = await kernelwright(
      'bench',
      'mine',
      '--device',
      'emulated',
      '--config',
      'declared.yml',
    );
    await rm(path);
    expect(stdout).toMatch(/^mine\n\d+ checks passed; nothing was timed$/m);
    expect(exitCode).toBe(0);
  });

  it('takes an honest candidate, which passes its own tests too', { timeout: PATIENCE_MS }, async () => {
    const evidence = await verdict('honest', 'const float g = gate[i];', 'const float g = fmaxf(gate[i], -80.0f);');
    expect(evidence.verdict, evidence.reason).toBe('not-proven');
    expect(checkOf(evidence, 'build')).toEqual({ name: 'build', status: 'passed', detail: 'it compiles' });
    expect(checkOf(evidence, 'project-tests')).toEqual({
      name: 'project-tests',
      status: 'passed',
      detail:
        "5 of the project's own tests passed; left out, since your own code fails them here: tests/test_silu_and_mul.py::test_of_another_machine",
    });
  });

  it('finds a wrong candidate by its results', { timeout: PATIENCE_MS }, async () => {
    const evidence = await verdict('wrong', 'expf(-g)', 'expf(g)');
    expect(evidence.verdict).toBe('incorrect');
    expect(evidence.reason).toMatch(/^Wrong result: at SiluAndMulBenchmark/);
  });

  it("finds one that is right only at the benchmarks' shapes by its own tests", { timeout: PATIENCE_MS }, async () => {
    const evidence = await verdict(
      'narrow',
      'for (int i = threadIdx.x; i < width;',
      'for (int i = threadIdx.x; i < width - width % 128;',
    );
    expect(evidence.verdict, evidence.reason).toBe('incorrect');
    expect(evidence.reason).toMatch(
      /^A test of the project fails: tests\/test_silu_and_mul\.py::test_silu_and_mul\[1\]: /,
    );
    expect(checkOf(evidence, 'project-tests')?.status).toBe('failed');
  });
});
