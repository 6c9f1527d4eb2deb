import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { EnvironmentError } from '../../src/core/errors.ts';
import { findPackageRoot, findPython, harnessCommand } from '../../src/measure/harness.ts';
import { temporaryFolder } from './fake-harness.ts';

/** A program that claims to be a Python with or without torch. */
function fakePython(path: string, canImport: boolean): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\necho ${canImport ? 'True' : 'False'}\n`);
  chmodSync(path, 0o755);
  return path;
}

function project() {
  const root = temporaryFolder();
  const packageRoot = join(root, 'runner-image', 'harness');
  mkdirSync(packageRoot, { recursive: true });
  return { root, packageRoot, installed: join(root, '.venv', 'bin', 'python'), bin: join(root, 'bin') };
}

afterEach(() => vi.unstubAllEnvs());

describe('findPython', () => {
  it('takes what was asked for, whatever else there is', async () => {
    const { root, packageRoot, installed } = project();
    fakePython(installed, true);
    const asked = fakePython(join(root, 'mine', 'python'), true);
    expect(await findPython(asked, packageRoot)).toBe(asked);
  });

  it('makes a relative path absolute, since programs start in another folder', async () => {
    const { root, packageRoot } = project();
    const asked = fakePython(join(root, 'mine', 'python'), true);
    expect(await findPython(relative(process.cwd(), asked), packageRoot)).toBe(asked);
  });

  it('does not fall back when what was asked for will not do', async () => {
    const { root, packageRoot, installed } = project();
    fakePython(installed, true);
    const asked = fakePython(join(root, 'mine', 'python'), false);
    const finding = findPython(asked, packageRoot);
    await expect(finding).rejects.toThrow(EnvironmentError);
    await expect(finding).rejects.toThrow(/cannot be run or cannot import torch and numpy: .*"python"/);
    await expect(findPython('/nowhere/python', packageRoot)).rejects.toThrow(
      'The Python at /nowhere/python cannot be run',
    );
  });

  it('is not fooled by a program that only ends well', async () => {
    await expect(findPython('/bin/true', project().packageRoot)).rejects.toThrow('cannot import torch');
  });

  it('takes the virtual environment that was installed before the machine’s python3', async () => {
    const { packageRoot, installed, bin } = project();
    fakePython(installed, true);
    fakePython(join(bin, 'python3'), true);
    vi.stubEnv('PATH', `${bin}:${process.env.PATH}`);
    expect(await findPython(undefined, packageRoot)).toBe(installed);
  });

  it('takes the machine’s python3 when nothing usable was installed', async () => {
    const { packageRoot, installed, bin } = project();
    fakePython(installed, false);
    fakePython(join(bin, 'python3'), true);
    vi.stubEnv('PATH', `${bin}:${process.env.PATH}`);
    expect(await findPython(undefined, packageRoot)).toBe('python3');
  });

  it('says what to do when there is none', async () => {
    const { packageRoot, bin } = project();
    fakePython(join(bin, 'python3'), false);
    vi.stubEnv('PATH', `${bin}:${process.env.PATH}`);
    await expect(findPython(undefined, packageRoot)).rejects.toThrow(
      /run runner-image\/install.sh .*KERNELWRIGHT_PYTHON/,
    );
  });

  it('imports nothing from the folder in which it is asked', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'torch.py'), '');
    mkdirSync(join(folder, 'numpy'));
    writeFileSync(join(folder, 'numpy', '__init__.py'), '');
    vi.stubEnv('PYTHONPATH', folder);
    const { packageRoot } = project();
    // Debian's own Python has neither; where a machine's has, it may be taken.
    const found = await findPython('/usr/bin/python3', packageRoot).catch((error: unknown) => error);
    vi.unstubAllEnvs();
    const without = await findPython('/usr/bin/python3', packageRoot).catch((error: unknown) => error);
    expect(String(found)).toBe(String(without));
  });
});

describe('findPackageRoot', () => {
  it('finds the package above sources and bundle alike', () => {
    const { root, packageRoot } = project();
    mkdirSync(join(packageRoot, 'kernelwright_harness'));
    writeFileSync(join(packageRoot, 'kernelwright_harness', '__main__.py'), '');
    for (const from of [root, join(root, 'dist'), join(root, 'src', 'measure')])
      expect(findPackageRoot(from)).toBe(packageRoot);
  });

  it('says what is missing', () => {
    expect(() => findPackageRoot(temporaryFolder())).toThrow(/runner-image\/harness is missing above .*: reinstall/);
  });

  it('finds this project’s own', () => {
    expect(findPackageRoot(import.meta.dirname)).toMatch(/runner-image\/harness$/);
  });
});

describe('harnessCommand', () => {
  it('starts one program with the harness’s settings', () => {
    const harness = { python: '/py', packageRoot: '/opt/kernelwright', device: 'cuda', sandbox: 'off' } as const;
    const command = harnessCommand(harness, 'doctor', { PATH: '/bin', SECRET: 'x' });
    expect([command.file, ...command.arguments]).toEqual(
      '/py -s -B -m kernelwright_harness doctor --device cuda --sandbox off'.split(' '),
    );
    expect(command.options).toMatchObject({
      env: { PATH: '/bin', PYTHONPATH: '/opt/kernelwright', PYTHONUNBUFFERED: '1' },
      extendEnv: false,
      cwd: '/opt/kernelwright',
    });
    expect(command.options.env).not.toHaveProperty('SECRET');
  });
});
