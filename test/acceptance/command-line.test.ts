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
