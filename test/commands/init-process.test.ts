import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FILL, type Files, MODULES, PLAIN_CUDA } from '../targets/draft/repositories.ts';

const CLI = join(import.meta.dirname, '..', '..', 'src', 'cli.ts');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'init-process-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

const kernelwright = (...flags: string[]) =>
  execa(process.execPath, [CLI, ...flags, '--device', 'emulated'], { cwd: folder, reject: false, stdin: 'ignore' });

/** The command line as a process, with compilers and the sandbox, which take their time on a busy machine. */
describe('kernelwright init', { timeout: 300_000 }, () => {
  it('ends by looking at the machine and measuring a target; and the drafts of launchers can be measured as they are', async () => {
    write(PLAIN_CUDA);
    await execa('git', ['init', '--quiet', folder]);
    const made = await kernelwright('init');
    expect(made.stderr).toMatch(/^gather_rows: building and checking kernels\/gather\.cu$/m);
    expect(made.stdout).toMatch(/^✔ sandbox/m);
    expect(made.stdout).toMatch(/^gather_rows\n\d+ checks passed; nothing was timed$/m);
    expect(made.exitCode).toBe(0);
    // Those in bare.cu stand beside host code that does not compile by itself.
    const names = ['gather_rows', 'count_values', 'row_sum_forward', 'scale_forward'];
    const { stdout, exitCode } = await kernelwright('bench', ...names, '--json');
    expect(JSON.parse(stdout).targets.map(({ target, outcome }: Record<string, string>) => [target, outcome])).toEqual(
      names.map((name) => [name, 'measured']),
    );
    expect(exitCode).toBe(0);
    const again = await kernelwright('init');
    expect([again.exitCode, again.stdout, again.stderr]).toEqual([
      2,
      '',
      expect.stringMatching(/^There are .* already, and nothing was written/),
    ]);
  });

  it('drafts modules that run', async () => {
    write(MODULES);
    const { stdout, exitCode } = await kernelwright('init', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      doctor: expect.arrayContaining([{ name: 'sandbox', status: 'ok', detail: expect.any(String) }]),
      bench: { targets: [{ target: 'GeluMLP', outcome: 'measured' }] },
    });
    expect(exitCode).toBe(0);
    const measured = JSON.parse((await kernelwright('bench', 'RMSNorm', 'Embed', '--json')).stdout).targets;
    expect(measured.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['measured', 'measured']);
  });

  it('goes on to the next target where one cannot be measured, and says what is wrong', async () => {
    const wrong = 'extern "C" void a_wrong(float* y, int n, cudaStream_t stream) { nothing(y, n); }\n';
    write({ 'a_wrong.cu': wrong, 'fill.cu': FILL });
    const { stdout, exitCode } = await kernelwright('init');
    expect(stdout).toMatch(/^a_wrong: a_wrong\.cu itself does not compile/m);
    expect(stdout).toMatch(/^fill_ones\n\d+ checks passed/m);
    expect(exitCode).toBe(0);
  });
});
