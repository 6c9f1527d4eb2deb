import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const CLI = join(import.meta.dirname, '..', '..', 'dist', 'cli.js');

let project: string;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'kernelwright-project-'));
  await cp(join(import.meta.dirname, 'scale'), project, { recursive: true });
  await execa('git', ['init', '-q', project]);
});
afterEach(() => rm(project, { recursive: true }));

const kernelwright = (...flags: string[]) =>
  execa(process.execPath, [CLI, ...flags], { cwd: project, reject: false, env: { ANTHROPIC_API_KEY: 'not-asked' } });

/** `dist/cli.js` as a process. */
describe('kernelwright optimize', () => {
  it('ends with status 2 where no target could start, and leaves the repository clean', async () => {
    await writeFile(join(project, 'kernels/scale.cu'), 'no kernel\n');
    const { exitCode, stdout } = await kernelwright('optimize', 'scale', '--device', 'emulated');
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/^scale: your code could not be measured\.$/m);
    expect(stdout).toMatch(/^scale: kernels\/scale\.cu itself does not compile/m);
    expect(await readFile(join(project, '.kernelwright/report/report.md'), 'utf8')).toContain(
      'itself does not compile',
    );
    const { stdout: status } = await execa('git', ['status', '--porcelain', '-uall'], { cwd: project });
    expect(status).not.toContain('.kernelwright');
  });
});

describe('kernelwright verify', () => {
  it('does not take a text for a patch', async () => {
    await writeFile(join(project, 'g.patch'), 'garbage\n');
    const { exitCode, stderr } = await kernelwright('verify', '--target', 'scale', '--candidate', 'g.patch');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('g.patch holds no patch');
  });
});

describe('kernelwright bench', () => {
  it('checks the code as it is and as it was, and says that nothing can be timed here', async () => {
    const git = (...command: string[]) =>
      execa('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...command], { cwd: project });
    await git('add', '-A');
    await git('commit', '-qm', 'a kernel');
    const path = join(project, 'kernels/scale.cu');
    await writeFile(path, `${await readFile(path, 'utf8')}// and a comment\n`);
    const { exitCode, stdout } = await kernelwright('bench', '--device', 'emulated', '--base', 'HEAD');
    expect(stdout).toMatch(/^scale: not-proven against HEAD\. Correct on the emulated device/);
    expect(stdout).toMatch(/^\d+ checks passed; nothing was timed$/m);
    expect(exitCode).toBe(0);
    const wrong = await kernelwright('bench', '--device', 'emulated', '--base', 'no-such-branch');
    expect([wrong.exitCode, wrong.stderr]).toEqual([2, expect.stringContaining('"no-such-branch" is no commit')]);
  });

  it('ends with status 2 where code does not do its job, after all targets', async () => {
    await writeFile(join(project, 'kernels/scale.cu'), 'no kernel\n');
    const { exitCode, stdout } = await kernelwright('bench', 'scale', '--device', 'emulated', '--json');
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout).targets).toMatchObject([{ target: 'scale', outcome: 'failed' }]);
  });
});

describe('a target that is a bare kernel', () => {
  const CONFIGURATION = `targets:
  scale:
    source: kernels/scale.cu
    kernel: scale
    launch: { grid: "ceil_div(n, threads)", block: threads, shared: "4 * threads" }
    args: [x, y, n]
    inputs: { x: "f32[n]" }
    outputs: { y: "f32[n]" }
    workloads: [{ n: 4096, threads: 128 }]
    vary: { n: [1, 1000] }
    reference: "2 * x"
`;
  const kernel = (body: string) => `__global__ static void scale(const float* x, float* y, int n) {
  extern __shared__ float staged[];
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  ${body}
}
`;
  const HONEST = 'if (i < n) { staged[threadIdx.x] = x[i]; y[i] = 2 * staged[threadIdx.x]; }';
  const verify = async (candidate: string) => {
    await writeFile(join(project, '.github/kernelwright.yml'), CONFIGURATION);
    await writeFile(join(project, 'kernels/scale.cu'), kernel(HONEST));
    await writeFile(join(project, 'new.cu'), candidate);
    const flags = ['--target', 'scale', '--candidate', 'new.cu', '--device', 'emulated', '--json'];
    const { exitCode, stdout, stderr } = await kernelwright('verify', ...flags);
    return { exitCode, stderr, reason: stdout === '' ? '' : JSON.parse(stdout).reason };
  };

  it.each([
    ['is right', kernel('if (i < n) y[i] = x[i] + x[i];'), 10, /^Correct on the emulated device/],
    ['leaves out the tail', kernel('if (i + 1 < n) y[i] = 2 * x[i];'), 20, /^Wrong result: at n=1, threads=128/],
    ['has another signature', kernel(HONEST).replace('int n', 'float* z, int n'), 30, /^It does not compile/],
    [
      'is right with another launch alone, which it makes by a macro',
      `${kernel('if (gridDim.x == 1) for (int k = threadIdx.x; k < n; k += blockDim.x) y[k] = 2 * x[k];')}#define dim3(...) dim3(1)\n`,
      20,
      /^Wrong result: at n=1000, threads=128/,
    ],
  ])('judges one that %s', async (_, candidate, status, reason) => {
    const found = await verify(candidate);
    expect(found.reason).toMatch(reason);
    expect(found.exitCode).toBe(status);
  });

  it('says where there is no such kernel', async () => {
    await writeFile(join(project, '.github/kernelwright.yml'), CONFIGURATION.replace('kernel: scale', 'kernel: scael'));
    const { exitCode, stdout } = await kernelwright('bench', '--device', 'emulated');
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/^scale: kernels\/scale\.cu has no __global__ function scael; correct "kernel"/);
  });
});

describe('kernelwright targets', () => {
  it('follows includes with the grammars beside it', async () => {
    await writeFile(join(project, 'kernels/scale.cuh'), '// shared\n');
    await writeFile(join(project, 'kernels/scale.cu'), '/*\n#include "old.cuh"\n*/\n#include "scale.cuh"\n');
    await execa('git', ['add', '--all'], { cwd: project });
    const identity = ['-c', 'user.name=T', '-c', 'user.email=t@example.com'];
    await execa('git', [...identity, 'commit', '-q', '-m', 'first'], { cwd: project });
    await writeFile(join(project, 'kernels/old.cuh'), '// older\n');
    expect((await kernelwright('targets')).stdout).toContain('neither kernels/scale.cu nor anything');
    await writeFile(join(project, 'kernels/scale.cuh'), '// changed\n');
    const { exitCode, stdout } = await kernelwright('targets', '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).targets).toMatchObject([
      { target: 'scale', because: 'kernels/scale.cuh was modified, which kernels/scale.cu includes' },
    ]);
  });
});
