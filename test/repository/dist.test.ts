import { basename, join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { GRAMMAR_FILES } from '../../src/targets/dependencies/grammar-files.ts';
import { projectFiles, ROOT, read } from './project.ts';

describe('dist/', () => {
  it('holds the two doors, each one file, the grammars that they load, and the licences of all of it', () => {
    const grammars = Object.values(GRAMMAR_FILES).map((file) => `dist/${basename(file)}`);
    expect(projectFiles('dist').sort()).toEqual(
      ['dist/LICENSES.txt', 'dist/cli.js', 'dist/main.js', ...grammars].sort(),
    );
  });

  it.each(['main', 'cli'])('%s.js imports only what Node brings', (name) => {
    const imports = [...read(`dist/${name}.js`).matchAll(/^(?:import|export)\b[^'"\n]*?from\s*['"]([^'"]+)['"]/gm)];
    const { builtinModules } = process.getBuiltinModule('node:module');
    expect(
      imports.map(([, from]) => from?.replace('node:', '')).filter((from) => !builtinModules.includes(from ?? '')),
    ).toEqual([]);
  });

  it.each(['main', 'cli'])('%s.js holds no path of the machine that built it', (name) => {
    expect(read(`dist/${name}.js`)).not.toContain(ROOT);
  });

  it('starts without node_modules, and says what it can do', async () => {
    const { stdout } = await execa(process.execPath, [join(ROOT, 'dist/cli.js'), '--help'], { cwd: '/' });
    for (const command of ['optimize', 'verify', 'targets', 'doctor', 'demo']) expect(stdout).toContain(command);
  });

  it('on an older Node goes on with the one of the checkout, and passes its status on', async () => {
    const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.0.0' } })`;
    const { exitCode, stderr } = await execa(
      process.execPath,
      [
        '--import',
        `data:text/javascript,${encodeURIComponent(older)}`,
        join(ROOT, 'dist/cli.js'),
        'demo',
        '--no-such-flag',
      ],
      { reject: false },
    );
    expect(stderr).toContain("unknown option '--no-such-flag'");
    expect(exitCode).toBe(2);
  });

  it('as an action without its inputs, fails with one clear sentence and no stack', async () => {
    const { exitCode, stdout } = await execa(process.execPath, [join(ROOT, 'dist/main.js')], {
      env: { PATH: process.env.PATH },
      extendEnv: false,
      reject: false,
    });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^::error::/m);
    expect(stdout).not.toMatch(/^\s+at /m);
  });
});
