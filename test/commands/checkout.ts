import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { benchCommand } from '../../src/commands/bench.ts';
import type { Door } from '../../src/commands/door.ts';
import { optimizeCommand } from '../../src/commands/optimize.ts';
import { targetsCommand } from '../../src/commands/targets.ts';
import { verifyCommand } from '../../src/commands/verify.ts';

const COMMANDS = { verify: verifyCommand, bench: benchCommand, targets: targetsCommand, optimize: optimizeCommand };

/** What a command left. */
export interface Ran {
  readonly status: number;
  /** What it printed, as its result. */
  readonly text: string;
  readonly steps: readonly string[];
}

/** A repository in a folder of its own, on which commands are run. */
export interface Checkout {
  readonly folder: string;
  write(path: string, content: string): void;
  /** Commits everything. */
  commit(): Promise<void>;
  run(command: keyof typeof COMMANDS, ...flags: string[]): Promise<Ran>;
  remove(): void;
}

export function makeCheckout(): Checkout {
  const folder = mkdtempSync(join(tmpdir(), 'checkout-'));
  const git = (...words: string[]) =>
    execa('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...words], { cwd: folder });
  return {
    folder,
    write(path, content) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    },
    async commit() {
      await git('init', '-q');
      await git('add', '-A');
      await git('commit', '-qm', 'as it is');
    },
    async run(command, ...flags) {
      const printed: string[] = [];
      const steps: string[] = [];
      let status = 0;
      const door: Door = {
        env: process.env,
        color: false,
        print: (text) => printed.push(text),
        step: (line) => steps.push(line),
        exit: (code) => {
          status = code;
        },
      };
      await COMMANDS[command](door).parseAsync(['-C', folder, ...flags], { from: 'user' });
      return { status, text: printed.join('\n'), steps };
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
