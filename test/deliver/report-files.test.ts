import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigurationError, EnvironmentError } from '../../src/core/errors.ts';
import { writeReportFiles } from '../../src/deliver/report-files.ts';
import * as samples from '../report/samples.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'report-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('writeReportFiles', () => {
  it('writes the report, the result, a patch for each best candidate, a picture for each that was timed, and nothing else', async () => {
    const dir = join(folder, 'made/when/needed');
    const files = await writeReportFiles({ dir: dir, root: folder }, samples.mixedRun(), samples.CONTEXT);
    expect(files).toEqual({
      report: join(dir, 'report.md'),
      result: join(dir, 'result.json'),
      patches: ['rms_norm', 'transpose', 'softmax'].map((target) => ({ target, path: join(dir, `${target}.patch`) })),
    });
    expect(readdirSync(dir).sort()).toEqual([
      'report.md',
      'result.json',
      'rms_norm-turns.svg',
      'rms_norm.patch',
      'softmax-turns.svg',
      'softmax.patch',
      'transpose-turns.svg',
      'transpose.patch',
    ]);
    expect(readFileSync(files.report, 'utf8')).toMatch(/^### 2 of 4 kernels can be made faster/);
    expect(JSON.parse(readFileSync(files.result, 'utf8'))).toMatchObject({ improved: true });
  });

  it('writes patches that turn the baseline into the candidate', async () => {
    const outcome = samples.softmaxFaster();
    const { patches } = await writeReportFiles(
      { dir: join(folder, 'out'), root: folder },
      samples.runOf([outcome]),
      samples.CONTEXT,
    );
    for (const { path, content } of outcome.baseline) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    execFileSync('git', ['apply', patches[0]?.path ?? ''], {
      cwd: folder,
      env: { ...process.env, GIT_CEILING_DIRECTORIES: tmpdir() },
    });
    for (const { path, content } of outcome.best?.candidate.files ?? []) {
      expect(readFileSync(join(folder, path), 'utf8')).toBe(content);
    }
  });

  it('writes everything, however long', async () => {
    const files = await writeReportFiles({ dir: folder, root: folder }, samples.hugeRun(2, 500), samples.CONTEXT);
    const report = readFileSync(files.report, 'utf8');
    expect(report.length).toBeGreaterThan(65_536);
    expect(report).not.toContain('Shortened');
  });

  it('replaces what was there, and a link rather than what it points to', async () => {
    const elsewhere = join(folder, 'elsewhere');
    writeFileSync(elsewhere, 'keep me');
    symlinkSync(elsewhere, join(folder, 'report.md'));
    const { report } = await writeReportFiles({ dir: folder, root: folder }, samples.fasterRun(), samples.CONTEXT);
    expect(readFileSync(elsewhere, 'utf8')).toBe('keep me');
    expect(lstatSync(report).isSymbolicLink()).toBe(false);
    await writeReportFiles({ dir: folder, root: folder }, samples.nothingFoundRun(), samples.CONTEXT);
    expect(readFileSync(report, 'utf8')).toContain('No faster version of column_sum');
  });

  it('keeps the patch of a target with a strange name inside the folder', async () => {
    const { target, ...rest } = samples.rmsNormFaster();
    const run = samples.runOf([{ ...rest, target: { ...target, name: '../../escape' } }]);
    const { patches } = await writeReportFiles({ dir: join(folder, 'out'), root: folder }, run, samples.CONTEXT);
    expect(patches[0]?.path).toBe(join(folder, 'out', '..%2F..%2Fescape.patch'));
    expect(existsSync(join(folder, 'out', '..%2F..%2Fescape.patch'))).toBe(true);
  });

  it('refuses a folder that a link leads out of the workspace, and makes nothing there', async () => {
    const [workspace, outside] = [join(folder, 'workspace'), join(folder, 'outside')];
    mkdirSync(workspace);
    mkdirSync(outside);
    symlinkSync(outside, join(workspace, 'link'));
    for (const dir of [join(workspace, 'link'), join(workspace, 'link/report')]) {
      const written = writeReportFiles({ dir, root: workspace }, samples.fasterRun(), samples.CONTEXT);
      await expect(written).rejects.toThrow(ConfigurationError);
      await expect(written).rejects.toThrow(
        /^A symbolic link leads the report folder .* out of the workspace, to .*outside/,
      );
    }
    expect(readdirSync(outside)).toEqual([]);
    symlinkSync(join(folder, 'nowhere'), join(workspace, 'dangling'));
    const dir = join(workspace, 'dangling/report');
    await expect(writeReportFiles({ dir, root: workspace }, samples.fasterRun(), samples.CONTEXT)).rejects.toThrow(
      EnvironmentError,
    );
    expect(existsSync(join(folder, 'nowhere'))).toBe(false);
  });

  it('fails with one sentence, and leaves no half-written file', async () => {
    mkdirSync(join(folder, 'report.md'));
    const failed = writeReportFiles({ dir: folder, root: folder }, samples.fasterRun(), samples.CONTEXT);
    await expect(failed).rejects.toThrow(EnvironmentError);
    await expect(failed).rejects.toThrow(
      /^Kernelwright cannot write the report into .*; choose a folder that can be written\.$/,
    );
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
