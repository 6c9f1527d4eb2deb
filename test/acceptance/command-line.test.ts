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
