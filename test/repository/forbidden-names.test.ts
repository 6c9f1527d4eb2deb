import { describe, expect, it } from 'vitest';
import { projectFiles, read } from './project.ts';

/** Each is put together from parts, so that this file does not hold what it looks for. */
const FORBIDDEN = {
  'an absolute path of one machine': new RegExp(
    `(^|[\\s'"\`(=:])/(${['wo' + 'rk', 'ro' + 'ot'].join('|')})/[\\w.]`,
    'm',
  ),
  'the host of a package registry': new RegExp(
    [
      ['registry', 'npmjs', 'org'],
      ['registry', 'yarnpkg', 'com'],
      ['pypi', 'org'],
      ['pythonhosted', 'org'],
      ['deb', 'debian', 'org'],
      ['archive', 'ubuntu', 'com'],
      ['download', 'pytorch', 'org'],
    ]
      .map((labels) => labels.join('\\.'))
      .join('|'),
  ),
  'a secret': new RegExp(`${'gh' + '[pousr]'}_[A-Za-z0-9]{36}|${'sk-' + 'ant'}-[a-z0-9]+-[A-Za-z0-9_-]{40}`),
};

// The cheats name places on a machine on purpose: those that a sandbox must hide.
const files = projectFiles()
  .filter((path) => !path.startsWith('test/exploits/cheats/'))
  .map((path) => ({ path, text: read(path) }));

describe('no file of the project holds', () => {
  it.each(Object.entries(FORBIDDEN))('%s', (_what, pattern) => {
    const found = files.flatMap(({ path, text }) => pattern.exec(text)?.[0].replace(/^/, `${path}: `) ?? []);
    expect(found).toEqual([]);
  });
});

it('reads the files of the project', () => {
  expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining(['package.json', 'src/core/verdict.ts']));
});
