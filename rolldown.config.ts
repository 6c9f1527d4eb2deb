import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { BuildOptions, Plugin } from 'rolldown';
import { GRAMMAR_FILES } from './src/targets/dependencies/grammar-files.ts';

/**
 * The two doors, each as one file that runs without `node_modules`, and beside them the grammars that they load: GitHub starts an action from a bare checkout.
 * Readable rather than minified, so that a reviewer can see what a release changes. `test/run-all.ts` builds the same
 * options into another folder to check that `dist/` matches `src/`.
 */
export function bundles(root: string, outDir: string): BuildOptions[] {
  const licences = new Map<string, string>();
  return ['main', 'cli'].map((name) => ({
    cwd: root,
    input: { [name]: `src/${name}.ts` },
    platform: 'node',
    // Older than what it runs on: an older Node must be able to read the check at the top.
    transform: { target: 'node20' },
    tsconfig: false,
    plugins: [copyGrammars(root), collectLicences(licences, root)],
    output: {
      dir: outDir,
      format: 'esm',
      codeSplitting: false,
      entryFileNames: '[name].js',
      banner: OLD_NODE,
      // Licences stay with the code that they cover; doc comments of dependencies would double the size.
      comments: { annotation: true, jsdoc: false, legal: true },
    },
  }));
}

/**
 * The machine's own Node may be older than the one that the project brings: then that one goes on, where it is; without this it
 * would stop somewhere in a library. Signals are passed on, since whoever sends them knows only this process.
 */
const OLD_NODE = `if (Number(process.versions.node.split('.')[0]) < 24) {
  const { existsSync } = await import('node:fs');
  const { fileURLToPath } = await import('node:url');
  const node = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
  if (!existsSync(node)) {
    console.error(\`Kernelwright needs Node 24 or later, and this is \${process.version}: run "npm ci" in its folder, which brings one, or use a newer Node.\`);
    process.exit(3);
  }
  const { spawn } = await import('node:child_process');
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  process.exit(await new Promise((resolve) => child.on('exit', (status) => resolve(status ?? 1)).on('error', () => resolve(3))));
}`;

/** Writes `LICENSES.txt`: name, version, licence and its text for each package of which code is in a bundle or beside it. */
function collectLicences(found: Map<string, string>, root: string): Plugin {
  return {
    name: 'collect-licences',
    generateBundle(_options, bundle) {
      for (const file of Object.values(GRAMMAR_FILES)) found.set(...licenceOf(grammarPackage(root, file)));
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        for (const id of chunk.moduleIds) {
          const folder = packageFolder(id);
          if (folder !== undefined) found.set(...licenceOf(folder));
        }
      }
      const entries = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
      this.emitFile({ type: 'asset', fileName: 'LICENSES.txt', source: entries.join(`\n${'-'.repeat(80)}\n\n`) });
    },
  };
}

/** What a bundle cannot hold and `grammarPath` looks for beside it. */
function copyGrammars(root: string): Plugin {
  return {
    name: 'copy-grammars',
    generateBundle() {
      for (const file of Object.values(GRAMMAR_FILES)) {
        const source = readFileSync(join(root, 'node_modules', file));
        this.emitFile({ type: 'asset', fileName: basename(file), source });
      }
    },
  };
}

function grammarPackage(root: string, file: string): string {
  return join(root, 'node_modules', file.slice(0, file.indexOf('/')));
}

/** The folder of the package that a module under `node_modules` belongs to. */
function packageFolder(id: string): string | undefined {
  return /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1];
}

function licenceOf(folder: string): [name: string, text: string] {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const name = `${manifest.name} ${manifest.version}`;
  const file = readdirSync(folder)
    .sort()
    .find((entry) => /^licen[cs]e/i.test(entry));
  const text =
    file === undefined ? 'The package ships no licence text.' : readFileSync(join(folder, file), 'utf8').trim();
  return [name, `${name} (${manifest.license ?? 'licence not declared'})\n\n${text.replaceAll('\r\n', '\n')}\n`];
}

export default bundles(import.meta.dirname, 'dist');
