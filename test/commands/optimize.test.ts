import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Door } from '../../src/commands/door.ts';
import { optimizeCommand } from '../../src/commands/optimize.ts';
import { verifyCommand } from '../../src/commands/verify.ts';

const CONFIGURATION = `targets:
  scale:
    source: kernels/scale.cu
    entry: scale_forward
    args: [y, n]
    outputs: { y: "f32[n]" }
    workloads: [{ n: 16 }]
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'optimize-'));
  mkdirSync(join(folder, '.github'));
  writeFileSync(join(folder, '.github/kernelwright.yml'), CONFIGURATION);
  mkdirSync(join(folder, 'kernels'));
  writeFileSync(join(folder, 'kernels/scale.cu'), '');
});
afterAll(() => rmSync(folder, { recursive: true }));

const door = (env: Door['env']): Door => ({ env, color: false, print: () => {}, step: () => {}, exit: () => {} });

function optimize(...flags: string[]) {
  const env = { PATH: process.env.PATH, GIT_CEILING_DIRECTORIES: tmpdir() };
  return optimizeCommand(door(env)).parseAsync(['-C', folder, ...flags], { from: 'user' });
}

describe('kernelwright optimize', () => {
  it('knows an unknown target before it asks for a key', async () => {
    await expect(optimize('scal')).rejects.toThrow(
      'There is no target "scal"; did you mean "scale"? The configuration has scale.',
    );
    await expect(optimize('other')).rejects.toThrow('There is no target "other"; the configuration has scale.');
  });

  it('takes a path for a file in the convention', async () => {
    await expect(optimize('models/a.py')).rejects.toThrow('There is no models/a.py here; write its path from the root');
  });

  it('says where the command line takes a key from', async () => {
    await expect(optimize('scale', '--model', 'claude-opus-4-5')).rejects.toThrow(
      /^no key for the model: set the environment variable ANTHROPIC_API_KEY, .* by --base-url; --model tuner/,
    );
  });

  it('speaks of flags', async () => {
    await expect(optimize('scale', '--turns', '99')).rejects.toThrow(
      /^--turns is "99"; give a whole number from 1 to 32$/,
    );
  });

  it('outside of git, says what to do', async () => {
    await expect(optimize()).rejects.toThrow(/lies in no git repository\. Name a target or use --all/);
  });

  it('says that a folder is not there', async () => {
    await expect(optimize('-C', join(folder, 'nope'))).rejects.toThrow(/^There is no folder .*nope;/);
  });

  it('shows the defaults, and where the configuration is read from', () => {
    const help = optimizeCommand(door({})).helpInformation().replace(/\s+/g, ' ');
    expect(help).toContain('it is read from the working tree. (default: ".github/kernelwright.yml")');
    expect(help).toContain('8 of 8, max 16 of 8. (default: "low")');
    expect(help).toContain('1 to 32, in place of what effort says.');
    expect(verifyCommand(door({})).helpInformation()).not.toContain('base branch');
  });
});
