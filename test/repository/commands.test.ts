import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, read } from './project.ts';

const TEST_COMMAND = 'npm cit';
const DEMO_COMMAND = 'npm ci && npm run demo';
/** Lines that a reader sees before scrolling. */
const FIRST_SCREEN = 25;

describe('the two commands', () => {
  it('stand on the first screen of the README', () => {
    const screen = read('README.md').split('\n').slice(0, FIRST_SCREEN);
    for (const command of [TEST_COMMAND, DEMO_COMMAND]) {
      expect(
        screen.some((line) => line.trim().split('#')[0]?.trim() === command),
        command,
      ).toBe(true);
    }
  });

  it('are what package.json defines: clean install, set-up, then the job', () => {
    const { scripts } = JSON.parse(read('package.json'));
    expect(scripts.setup).toBe('bash runner-image/install.sh');
    expect(scripts.test).toMatch(/^npm run --silent setup\b.*&& node test\/run-all\.ts$/);
    expect(scripts.demo).toMatch(/^npm run --silent setup && node dist\/cli\.js demo$/);
  });
});

describe('.ci/run', () => {
  it("runs the README's test command and nothing else", () => {
    const commands = read('.ci/run')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(commands).toEqual([`cd "$(dirname "$0")/.." && exec ${TEST_COMMAND}`]);
  });

  it('can be executed', () => {
    expect(statSync(join(ROOT, '.ci/run')).mode & 0o111).not.toBe(0);
  });
});
