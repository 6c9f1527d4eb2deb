import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { Machine } from './machine.ts';
import { ROOT } from './project.ts';

const TOOLS = ['bwrap', 'g++', 'git', 'ninja'];
const PACKAGES = 'bubblewrap g++ git ninja-build';

/** A Python that has torch once its pip has installed it; `$LOG` gets what was asked of `venv` and `pip`. */
const PYTHON = `
self=$BASH_SOURCE
case "$*" in
  *'version("torch")'*) [ -e "$self.torch" ] && echo 3.11.2 2.13.0 2.4.6 ;;
  *'version("pytest")'*) [ -e "$self.pytest" ] ;;
  *'print(sys.executable)'*) echo "$self" ;;
  -c*) exit 0 ;;
  '-m venv'*) echo "$*" >>"$LOG"; mkdir -p "$3/bin"; cat "$self" >"$3/bin/python"; chmod 755 "$3/bin/python" ;;
  '-m pip'*) echo "pip $*" >>"$LOG"; [ ! -e "$BIN/offline" ] || exit 1
    case "$*" in *torch*) : >"$self.torch" ;; esac
    case "$*" in *pytest*) : >"$self.pytest" ;; esac ;;
esac`;

const PIP_TORCH = expect.stringMatching(/^pip -m pip install .*torch==2\.13\.0 numpy$/);

/** Brings the commands of the packages that it is asked for, as the real one does. */
const APT_GET = `
echo "apt-get $*" >>"$LOG"
case "$*" in *' install '*)
  for tool in ${TOOLS.join(' ')}; do printf '#!/usr/bin/env bash\n' >"$BIN/$tool"; chmod 755 "$BIN/$tool"; done ;;
esac`;

function bare(uid: number): Machine {
  return new Machine().command('id', `echo ${uid}`).command('python3', PYTHON);
}

function equipped(): Machine {
  return bare(1000).commands(TOOLS, 'exit 0');
}

describe('on a bare machine', () => {
  it('root gets the packages and a Python with torch; a second run installs nothing', async () => {
    using machine = bare(0).command('apt-get', APT_GET).command('dpkg', 'exit 0');
    const first = await machine.setUp();
    expect(first).toMatchObject({ exitCode: 0, stdout: '' });
    expect(first.said).toContain(`Installing ${PACKAGES} with apt-get`);
    expect(first.said).toMatch(/Ready: Python 3\.11\.2 with torch 2\.13\.0 .*no GPU, so the emulated device\.$/);
    expect(machine.log()).toEqual([
      expect.stringMatching(/^apt-get .* update$/),
      expect.stringMatching(/^apt-get .* install -y --no-install-recommends bubblewrap g\+\+ git ninja-build$/),
      `-m venv ${machine.project}/.venv`,
      PIP_TORCH,
    ]);

    const done = machine.log().length;
    expect((await machine.setUp()).exitCode).toBe(0);
    expect(machine.log()).toHaveLength(done);
  });

  it('a user whose sudo asks for no password gets them through sudo', async () => {
    using machine = bare(1000)
      .command('apt-get', APT_GET)
      .command('dpkg', 'exit 0')
      .command('sudo', 'echo sudo >>"$LOG"; [ "$1" = -n ] && shift && exec "$@"');
    expect((await machine.setUp()).exitCode).toBe(0);
    expect(machine.log()).toContain('sudo');
  });

  it.each([
    ['has no sudo', undefined],
    ['must type a password', 'exit 1'],
  ])('a user who %s is told the command to run', async (_who, sudo) => {
    using machine = bare(1000).command('apt-get', APT_GET);
    if (sudo !== undefined) machine.command('sudo', sudo);
    const { exitCode, said } = await machine.setUp();
    expect(exitCode).toBe(3);
    expect(said).toBe(
      `install.sh: missing ${PACKAGES}, and this user may not install packages. Run: sudo apt-get install -y ${PACKAGES}`,
    );
    expect(machine.log()).toEqual([]);
  });

  it('another distribution is told what to install', async () => {
    using machine = bare(0);
    const { exitCode, said } = await machine.setUp();
    expect(exitCode).toBe(3);
    expect(said).toMatch(/^install\.sh: missing bubblewrap g\+\+ git ninja-build, and there is no apt-get\./);
  });
});

describe('the virtual environment', () => {
  it('is made anew after a run that was interrupted or failed', async () => {
    using machine = equipped().command('offline', '');
    const failed = await machine.setUp();
    expect(failed.exitCode).toBe(3);
    expect(failed.said).toContain('pip could not install torch==2.13.0 numpy');
    expect(await machine.setUp(['--print-python'])).toMatchObject({ exitCode: 3, stdout: '' });

    await execa('rm', [join(machine.bin, 'offline')]);
    expect((await machine.setUp()).exitCode).toBe(0);
    expect(await machine.setUp(['--print-python'])).toMatchObject({
      exitCode: 0,
      stdout: `${machine.project}/.venv/bin/python`,
      said: '',
    });
    expect(readdirSync(join(machine.project, '.venv'))).toEqual(['bin']);
  });

  it('that somebody else made is left alone', async () => {
    using machine = equipped();
    mkdirSync(join(machine.project, '.venv'));
    writeFileSync(join(machine.project, '.venv/theirs'), '');
    const { exitCode, said } = await machine.setUp();
    expect(exitCode).toBe(3);
    expect(said).toContain('.venv is there, but its Python cannot import torch and numpy');
    expect(readdirSync(join(machine.project, '.venv'))).toEqual(['theirs']);
  });

  it('is not made where python3 has torch already; pytest then goes into a folder of the project', async () => {
    using machine = equipped().command('python3.torch', '');
    expect(await machine.setUp(['--print-python'])).toMatchObject({ stdout: join(machine.bin, 'python3') });
    // The stand-in for pip makes no folder, which the set-up then moves.
    mkdirSync(join(machine.project, '.kernelwright/test-packages.part'), { recursive: true });
    await machine.setUp(['--dev']);
    expect(machine.log()).toEqual([expect.stringMatching(/--target .*\/\.kernelwright\/test-packages\.part pytest$/)]);
  });

  it('gets pytest only when the tests ask for it', async () => {
    using machine = equipped();
    await machine.setUp();
    expect(machine.log().join('\n')).not.toContain('pytest');
    await machine.setUp(['--dev']);
    expect(machine.log().at(-1)).toMatch(/^pip .* pytest$/);
  });
});

describe('asking', () => {
  it('--check installs nothing and names what is missing', async () => {
    using machine = bare(0).command('apt-get', APT_GET);
    const { exitCode, said } = await machine.setUp(['--check']);
    expect(exitCode).toBe(3);
    expect(said).toBe(
      'install.sh: missing bubblewrap, g++, git, ninja-build, a Python with torch==2.13.0 and numpy. Run: npm run setup',
    );
    expect(machine.log()).toEqual([]);
  });

  it.each([
    ['nowhere', /which cannot be run\. Correct or unset it\.$/],
    ['python3', /which is older than 3\.10 or cannot import torch and numpy\. Correct or unset it\.$/],
  ])('KERNELWRIGHT_PYTHON=%s is refused, not passed over', async (python, message) => {
    using machine = equipped();
    const { exitCode, said } = await machine.setUp([], { KERNELWRIGHT_PYTHON: python });
    expect(exitCode).toBe(3);
    expect(said).toMatch(message);
    expect(machine.log()).toEqual([]);
  });

  it('an unknown argument is wrong usage', async () => {
    using machine = equipped();
    const { exitCode, said } = await machine.setUp(['--frobnicate']);
    expect(exitCode).toBe(2);
    expect(said).toContain('unknown argument --frobnicate');
  });
});

describe('on this machine', () => {
  it('a run after the set-up says what will be used, and changes nothing', async ({ skip }) => {
    const setUp = (...args: string[]) =>
      execa('bash', ['runner-image/install.sh', '--dev', ...args], { cwd: ROOT, reject: false });
    const { exitCode, stderr: missing } = await setUp('--check');
    if (exitCode !== 0) skip(missing);

    const venv = join(ROOT, '.venv');
    const before = statSync(venv, { throwIfNoEntry: false })?.mtimeMs;
    const { stdout, stderr } = await setUp();
    const lines = stderr.split('\n');
    expect(stdout).toBe('');
    expect(lines.at(-1)).toMatch(/^Ready: Python 3\.\d+\.\d+ with torch /);
    expect(lines.slice(0, -1).filter((line) => !line.startsWith('Note: '))).toEqual([]);
    expect(statSync(venv, { throwIfNoEntry: false })?.mtimeMs).toBe(before);
  });
});
