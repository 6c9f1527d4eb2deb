import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { optimizeCommand } from '../../../src/commands/optimize.ts';

const EXAMPLES = join(import.meta.dirname, '../../../examples/kernels');

let project: string;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'kernelwright-tuner-'));
  await cp(EXAMPLES, project, { recursive: true });
});
afterEach(() => rm(project, { recursive: true }));

/** The command as a user types it, with no key in the environment. */
async function optimize(...flags: string[]) {
  const printed: string[] = [];
  const steps: string[] = [];
  const door = {
    env: { ...process.env, ANTHROPIC_API_KEY: undefined },
    color: false,
    print: (text: string) => printed.push(text),
    step: (line: string) => steps.push(line),
    exit: () => {},
  };
  const command = ['-C', project, '--device', 'emulated', ...flags];
  await optimizeCommand(door).parseAsync(command, { from: 'user' });
  return { printed: printed.join('\n'), steps: steps.join('\n') };
}

describe('kernelwright optimize without a model', () => {
  it('tries the numbers of an example kernel, and claims nothing without a GPU', async () => {
    const { printed, steps } = await optimize('transpose', '--model', 'tuner', '--json');
    const result = JSON.parse(printed);
    expect(result).toMatchObject({ improved: false, model: 'tuner', usage: { input_tokens: 0, usd: 0 } });
    const [target] = result.targets;
    expect(target).toMatchObject({ target: 'transpose', verdict: 'not-proven' });
    expect(target).not.toHaveProperty('candidate');
    expect(target.turns).toHaveLength(1);
    expect(target.turns[0]).toMatchObject({
      summary: '3 combinations of other numbers for constants of the present source: kBlock (now 16) 4, 8, 32.',
      verdict: 'not-proven',
      tuned: { tried: 3, correct: 3 },
    });
    expect(steps).toMatch(/transpose: turn 1 of 4, choosing numbers to try$/m);
    expect(steps).not.toContain('ANTHROPIC_API_KEY');
    const report = await readFile(join(project, '.kernelwright/report/report.md'), 'utf8');
    expect(report).toContain('the present ones stay');
    expect(report).toContain('3 of 3 combinations right');
    expect(report).toContain('<code>tuner</code>: 1 turn, 0 tokens in, 0 out, $0.00');
    expect(report).not.toContain('model says');
  }, 120_000);

  it('does so where there is no key, and says how to give one', async () => {
    const { printed, steps } = await optimize('matmul', '--turns', '1');
    expect(steps).toMatch(
      /^no model is asked, because there is no key: .* set the environment variable ANTHROPIC_API_KEY/m,
    );
    expect(printed).toMatch(/^matmul: no GPU was there to time other numbers, so the present ones stay\.$/m);
    expect(printed).toMatch(/^tuner: 1 turn, /m);
  }, 120_000);
});
