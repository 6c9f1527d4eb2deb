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
    await expect(finding).rejects.toThrow(/leave it out to have one looked for/);
  });

  it.each([
    ['/nowhere/python', 'does not exist'],
    ['/bin/true', 'is no Python that runs'],
    ['no-such-python', 'is no Python on the PATH'],
  ])('says what is wrong with %s, and who named it', async (asked, wrong) => {
    const { packageRoot } = project();
    await expect(findPython(asked, packageRoot)).rejects.toThrow(`KERNELWRIGHT_PYTHON is "${asked}", which ${wrong}: `);
    await expect(findPython(asked, packageRoot, '--python')).rejects.toThrow(
      `--python is "${asked}", which ${wrong}: `,
    );
  });

  it('says so when a Python lacks the packages', async () => {
    const { root, packageRoot } = project();
    const bare = join(root, 'python');
    writeFileSync(bare, '#!/bin/sh\ncase "$3" in *find_spec*) echo False;; *) echo Python;; esac\n');
    chmodSync(bare, 0o755);
    await expect(findPython(bare, packageRoot)).rejects.toThrow('which cannot import torch and numpy: ');
  });

  it('takes an empty variable for none', async () => {
    const { packageRoot, installed } = project();
    fakePython(installed, true);
    expect(await findPython('', packageRoot)).toBe(installed);
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
      /runner-image\/install.sh on this machine, .*KERNELWRIGHT_PYTHON/,
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
