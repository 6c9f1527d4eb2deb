import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { makeScratchFolder } from '../../src/deliver/scratch-folder.ts';

const MODULE = join(import.meta.dirname, '../../src/deliver/scratch-folder.ts');

/** A process that has made a folder, has put a file there, and waits. */
const WAITING = `
const { exitOnSignals, makeScratchFolder } = await import(${JSON.stringify(MODULE)});
exitOnSignals();
const { path } = await makeScratchFolder('scratch-test-');
(await import('node:fs')).writeFileSync(path + '/file', '');
console.log(path);
setInterval(() => {}, 1000);`;

describe('a scratch folder', () => {
  it('is gone with what is in it once it is disposed of', async () => {
    let path: string;
    {
      await using folder = await makeScratchFolder('scratch-test-');
      path = folder.path;
      writeFileSync(join(path, 'file'), '');
      expect(readdirSync(path)).toEqual(['file']);
    }
    expect(existsSync(path)).toBe(false);
    expect(process.listeners('exit').filter(({ name }) => name === 'removeNow')).toEqual([]);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('does not outlive its process after %s', async (signal, status) => {
    const child = execa(process.execPath, ['--input-type=module', '-e', WAITING], { reject: false });
    let path = '';
    for await (const line of child.iterable()) {
      path = String(line);
      expect(existsSync(path)).toBe(true);
      child.kill(signal);
    }
    expect((await child).exitCode).toBe(status);
    expect(existsSync(path)).toBe(false);
  });
});
