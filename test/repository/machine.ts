import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { ROOT } from './project.ts';

/** What install.sh itself takes for granted. */
const COREUTILS = [
  'bash',
  'cat',
  'chmod',
  'dirname',
  'env',
  'flock',
  'grep',
  'head',
  'ls',
  'mkdir',
  'mv',
  'rm',
  'sed',
  'true',
];

/**
 * A machine to try `install.sh` on: a project folder of its own, and a PATH that holds the core utilities and the commands
 * that a test puts there. Each such command is a bash script; `log` is what they wrote down.
 */
export class Machine {
  readonly project = mkdtempSync(join(tmpdir(), 'kernelwright-machine-'));
  readonly bin = join(this.project, 'path');
  readonly #log = join(this.project, 'log');

  constructor() {
    mkdirSync(this.bin);
    mkdirSync(join(this.project, 'runner-image'));
    copyFileSync(join(ROOT, 'runner-image/install.sh'), join(this.project, 'runner-image/install.sh'));
    for (const tool of COREUTILS) symlinkSync(join('/usr/bin', tool), join(this.bin, tool));
    writeFileSync(this.#log, '');
  }

  /** Puts a command on the PATH. In its script, `$LOG` names the log and `$BIN` the folder of the PATH. */
  command(name: string, script: string): this {
    writeFileSync(join(this.bin, name), `#!/usr/bin/env bash\nLOG='${this.#log}' BIN='${this.bin}'\n${script}\n`);
    chmodSync(join(this.bin, name), 0o755);
    return this;
  }

  commands(names: readonly string[], script: string): this {
    for (const name of names) this.command(name, script);
    return this;
  }

  /** Runs the set-up; `said` is what a person reads, `stdout` what a program does. */
  async setUp(args: readonly string[] = [], env: Record<string, string> = {}) {
    const script = join(this.project, 'runner-image/install.sh');
    const options = { env: { PATH: this.bin, ...env }, extendEnv: false, reject: false } as const;
    const { exitCode, stdout, stderr } = await execa(join(this.bin, 'bash'), [script, ...args], options);
    return { exitCode, stdout, said: stderr };
  }

  log(): string[] {
    return readFileSync(this.#log, 'utf8').split('\n').filter(Boolean);
  }

  [Symbol.dispose](): void {
    rmSync(this.project, { recursive: true });
  }
}
