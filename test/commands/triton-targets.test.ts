import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { benchCommand } from '../../src/commands/bench.ts';
import type { Door } from '../../src/commands/door.ts';
import { targetsCommand } from '../../src/commands/targets.ts';
import { verifyCommand } from '../../src/commands/verify.ts';

/*
 * Functions around Triton kernels, by Triton's interpreter. Without Triton, which `install.sh --dev` brings where it can, nothing here can
 * run.
 */

const PYTHON = process.env.KERNELWRIGHT_PYTHON ?? 'python3';
const FIXTURE = new URL('../fixtures/triton/', import.meta.url).pathname;

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'triton-'));
  cpSync(FIXTURE, folder, { recursive: true });
  const git = (...command: string[]) =>
    execa('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...command], { cwd: folder });
  await git('init', '-q');
  await git('add', '-A');
  await git('commit', '-qm', 'two operators');
});
afterAll(() => rmSync(folder, { recursive: true }));

const COMMANDS = { verify: verifyCommand, bench: benchCommand, targets: targetsCommand };

async function kernelwright(name: keyof typeof COMMANDS, ...flags: string[]) {
  const printed: string[] = [];
  let status = 0;
  const door: Door = {
    env: process.env,
    color: false,
    print: (text) => printed.push(text),
    step: () => {},
    exit: (code) => {
      status = code;
    },
  };
  await COMMANDS[name](door).parseAsync(['-C', folder, '--json', ...flags], { from: 'user' });
  return { status, printed: JSON.parse(printed.join('\n')) };
}

/** A target's file with one change, as a candidate. */
function changed(name: string, from: string, to: string): string {
  const source = readFileSync(join(FIXTURE, 'ops', `${name}.py`), 'utf8');
  expect(source).toContain(from);
  const path = join(folder, 'candidate.py');
  writeFileSync(path, source.replace(from, to));
  return path;
}

it('a change of a module reaches the function that imports it', async () => {
  const path = join(folder, 'ops/blocks.py');
  writeFileSync(path, `${readFileSync(path, 'utf8')}# a change\n`);
  const { printed } = await kernelwright('targets');
  expect(printed.targets).toMatchObject([{ target: 'softmax', because: expect.stringContaining('ops/blocks.py') }]);
});

describe.skipIf(!hasTriton())('with Triton installed', () => {
  it('both are checked as they are', async () => {
    const { status, printed } = await kernelwright('bench', '--device', 'emulated');
    expect(status).toBe(0);
    expect(printed.targets).toMatchObject([{ target: 'softmax' }, { target: 'matmul' }]);
  });

  it.each([
    ['softmax', 'fewer rows together', '(cols))', '(2 * cols))', 10, /^Correct/],
    ['softmax', 'another way to divide', 'powers / total[:, None]', 'powers * (1.0 / total)[:, None]', 10, /^Correct/],
    ['softmax', 'a sum that forgets rows', 'tl.sum(powers, axis=1)', 'tl.sum(powers)', 20, /^Wrong result/],
    ['matmul', 'other tiles', 'TILE=32, STEP=16', 'TILE=16, STEP=32', 20, /^Wrong result/],
    ['matmul', 'longer steps', 'STEP=16', 'STEP=32', 10, /^Correct/],
    ['matmul', 'a depth that is cut', 'range(0, k, STEP)', 'range(0, k - STEP, STEP)', 20, /^Wrong result/],
  ])('%s is judged with %s', async (name, _what, from, to, status, reason) => {
    const candidate = changed(name, from, to);
    const found = await kernelwright('verify', '--target', name, '--candidate', candidate, '--device', 'emulated');
    expect(found.printed.reason).toMatch(reason);
    expect(found.status).toBe(status);
  });
});

function hasTriton(): boolean {
  try {
    execFileSync(PYTHON, ['-c', 'import importlib.util as u, sys; sys.exit(u.find_spec("triton") is None)']);
    return true;
  } catch {
    return false;
  }
}
