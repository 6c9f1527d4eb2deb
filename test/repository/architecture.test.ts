import { describe, expect, it } from 'vitest';
import { folderOf, parseModule, type SourceModule, sourceModules } from './source-module.ts';

/** A folder imports only from itself and from folders to its left. */
const FOLDERS = ['core', 'events', 'targets', 'skills', 'models', 'measure', 'refine', 'report', 'deliver', 'history'];
/** What puts them together: the steps that both doors share, the commands of the command line, and the jobs of a workflow. */
const ORDER = [...FOLDERS, 'plan', 'optimize', 'commands', 'jobs'];
/** They stand side by side at the end. */
const DOORS = ['main', 'cli'];

/** What reaches the machine. `node:path`, `node:crypto` and the like only compute. */
const IO = /^(node:)?(fs|net|http|https|http2|tls|dns|dgram|child_process|worker_threads|cluster|os|process)(\/|$)/;

const modules = sourceModules();

describe('the folders of src/', () => {
  it('are those of the design', () => {
    const unknown = modules.map(({ folder }) => folder).filter((folder) => rank(folder) === -1);
    expect(unknown).toEqual([]);
    expect(modules.length).toBeGreaterThan(0);
  });

  it.each([...new Set(modules.map(({ folder }) => folder))])('%s imports only from its left', (folder) => {
    expect(modules.filter((module) => module.folder === folder).flatMap(importsToTheRight)).toEqual([]);
  });

  it('import no test, no tool and nothing else outside of src/', () => {
    const outside = modules.flatMap(({ path, imports }) =>
      imports
        .filter((name) => name.startsWith('..') || /^(test|dist|runner-image)\//.test(name))
        .map((name) => `${path} → ${name}`),
    );
    expect(outside).toEqual([]);
  });
});

describe('what touches the world', () => {
  it.each(['core', 'report'])('%s does no I/O', (folder) => {
    const reaching = modules
      .filter((module) => module.folder === folder)
      .flatMap(({ path, imports }) => imports.filter((name) => IO.test(name)).map((name) => `${path} → ${name}`));
    expect(reaching).toEqual([]);
  });

  it('only the doors and the settings read the environment', () => {
    expect(
      modules.filter((module) => readsEnvironment(module) && !mayReadEnvironment(module)).map(({ path }) => path),
    ).toEqual([]);
  });
});

describe('this test', () => {
  it('sees every form of import', () => {
    const text =
      "import a from './a.ts';\nimport type { B } from '../core/b.ts';\nexport { c } from './c.ts';\nexport * from 'd';\nawait import('node:fs');\n";
    expect(parseModule('src/events/x.ts', text).imports).toEqual([
      'src/events/a.ts',
      'src/core/b.ts',
      'src/events/c.ts',
      'd',
      'node:fs',
    ]);
  });

  it('finds an import to the right', () => {
    const module = parseModule('src/events/x.ts', "import { search } from '../refine/search.ts';\n");
    expect(importsToTheRight(module)).toEqual(['src/events/x.ts → src/refine/search.ts']);
  });

  it('tells reading the environment from writing about it', () => {
    expect(readsEnvironment(parseModule('src/core/x.ts', '// process.env and getInput()\n'))).toBe(false);
    expect(readsEnvironment(parseModule('src/core/x.ts', 'const a = process.env.HOME;\n'))).toBe(true);
    expect(readsEnvironment(parseModule('src/core/x.ts', "const a = core.getInput('x');\n"))).toBe(true);
    expect(readsEnvironment(parseModule('src/core/x.ts', "import { env } from 'node:process';\n"))).toBe(true);
  });
});

function rank(folder: string): number {
  return DOORS.includes(folder) ? ORDER.length : ORDER.indexOf(folder);
}

function importsToTheRight({ path, folder, imports }: SourceModule): string[] {
  return imports
    .filter((name) => name.startsWith('src/') && folderOf(name) !== folder && rank(folderOf(name)) >= rank(folder))
    .map((name) => `${path} → ${name}`);
}

function readsEnvironment({ code, imports }: SourceModule): boolean {
  return (
    /\bprocess\s*(\.|\[\s*['"])env\b|\bget(Boolean|Multiline)?Input\s*\(/.test(code) ||
    imports.some((name) => /^(node:)?process$/.test(name))
  );
}

function mayReadEnvironment({ path, folder }: SourceModule): boolean {
  return path === 'src/events/settings.ts' || DOORS.includes(folder);
}
