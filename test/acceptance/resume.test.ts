import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ModelServer, startModel } from '../model/model.ts';

const CLI = join(import.meta.dirname, '..', '..', 'dist', 'cli.js');
const SCALE = join(import.meta.dirname, 'scale');

let project: string;
let model: ModelServer;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'kernelwright-resume-'));
  await cp(SCALE, project, { recursive: true });
  await execa('git', ['init', '-q', project]);
  model = await startModel({ answers: join(SCALE, 'answers') });
});
afterEach(async () => {
  await model.close();
  await rm(project, { recursive: true });
});

const kernelwright = (...flags: string[]) =>
  execa(process.execPath, [CLI, ...flags], {
    cwd: project,
    reject: false,
    env: { ANTHROPIC_API_KEY: 'local' },
  });
const journal = async () => readFile(join(project, '.kernelwright/report/journal.jsonl'), 'utf8').catch(() => '');
const linesOf = (text: string, kind: string) => text.split('\n').filter((line) => line.startsWith(`{"kind":"${kind}"`));

/** `dist/cli.js` as a process, killed as an operating system kills. */
describe('kernelwright optimize --resume', () => {
  it('goes on from what a killed run was answered and measured', async () => {
    const same = ['--device', 'emulated', '--base-url', model.url];
    const killed = kernelwright('optimize', 'scale', '--turns', '2', ...same);
    const ended = killed.then(() => 'ended');
    while (linesOf(await journal(), 'completion').length === 0) {
      expect(await Promise.race([ended, delay(20, 'going on')])).toBe('going on');
    }
    killed.kill('SIGKILL');
    expect(await killed).toMatchObject({ signal: 'SIGKILL' });
    const asked = model.requests().length;
    expect(linesOf(await journal(), 'end')).toEqual([]);

    const { exitCode, stderr } = await kernelwright('optimize', '--resume', ...same);
    expect(stderr).toMatch(/^resuming the run of .*: \d answers and measurements are in /m);
    expect(exitCode).toBe(0);
    const whole = await journal();
    expect(linesOf(whole, 'completion')).toHaveLength(2);
    expect(linesOf(whole, 'turn')).toHaveLength(2);
    expect(linesOf(whole, 'baseline')).toHaveLength(1);
    // The first answer is in the journal; the second may have been under way.
    expect(model.requests().length - asked).toBeLessThanOrEqual(1);

    // All is known: nobody is asked, and nothing is built.
    const before = model.requests().length;
    const again = await kernelwright('optimize', '--resume', ...same, '--json');
    expect(model.requests()).toHaveLength(before);
    expect(again.stderr).not.toContain('building and checking');
    expect(JSON.parse(again.stdout).targets[0].turns).toHaveLength(2);

    await writeFile(join(project, 'kernels/scale.cu'), '// another\n');
    const refused = await kernelwright('optimize', '--resume', ...same);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('cannot be resumed: kernels/scale.cu has changed since. Begin a new one');
  });
});
