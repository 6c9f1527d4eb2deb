import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportCommand } from '../../src/commands/export.ts';
import { journaledSearch } from '../refine/journal/journaled-search.ts';
import { ROOT } from '../repository/project.ts';
import { harnessPython } from '../suites/pytest.ts';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'export-'));
  await journaledSearch({ path: join(folder, 'journal.jsonl'), resume: false, policy: 'restart' });
  await journaledSearch({ path: join(folder, 'journal.jsonl'), resume: false, policy: 'serial' });
  await journaledSearch({ path: join(folder, 'best-of.jsonl'), resume: false, policy: 'best-of' });
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...flags: string[]) {
  const printed: string[] = [];
  const steps: string[] = [];
  const door = {
    env: {},
    color: false,
    print: (text: string) => printed.push(text),
    step: (line: string) => steps.push(line),
    exit: () => {},
  };
  await exportCommand(door).exitOverride().parseAsync(flags, { from: 'user' });
  return { printed, steps };
}

const out = () => join(folder, 'out.jsonl');
const lines = () =>
  readFileSync(out(), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

describe('kernelwright export', () => {
  it('takes all journals of a folder, and says whose text it is', async () => {
    const { printed, steps } = await run(folder, '--format', 'grpo', '--out', out());
    expect(printed).toEqual([`24 lines from 24 turns of 2 tasks are in ${out()}`]);
    expect(steps.at(-1)).toMatch(/^they hold source code of the repository/);
    expect(lines()).toHaveLength(24);
  });

  it('takes a journal once, however often it is named', async () => {
    const { printed } = await run(folder, join(folder, 'journal.jsonl'), '--format', 'grpo', '--out', out());
    expect(printed).toEqual([`24 lines from 24 turns of 2 tasks are in ${out()}`]);
  });

  it('takes the report folder where nothing is named', async () => {
    const { printed } = await run(
      '-C',
      tmpdir(),
      '--report-dir',
      basename(folder),
      '--format',
      'sft',
      '--out',
      out(),
      '--json',
    );
    expect(JSON.parse(printed[0] ?? '')).toEqual({
      format: 'sft',
      out: out(),
      lines: lines().length,
      turns: 24,
      tasks: 2,
    });
    expect(lines().every(({ correct, speedup }) => correct && speedup >= 1)).toBe(true);
  });

  it('writes what TRL reads', async () => {
    await run(join(folder, 'best-of.jsonl'), '--format', 'dpo', '--out', out());
    for (const { prompt, chosen, rejected } of lines()) {
      for (const message of [...prompt, ...chosen, ...rejected]) {
        expect(message).toEqual({ role: expect.any(String), content: expect.any(String) });
      }
      expect([chosen[0].role, chosen.length, rejected[0].role, rejected.length]).toEqual([
        'assistant',
        1,
        'assistant',
        1,
      ]);
    }
  });

  it.each([
    [['--format', 'sft', '--min-speedup', '9'], /^None of 12 turns is correct and 9 times as fast as its baseline;/],
    [['--format', 'ppo'], /argument 'ppo' is invalid. Allowed choices are sft, grpo, dpo/],
    [['--format', 'sft', '--min-speedup', 'much'], /Give a number of at least 0/],
  ])('with %j says what to do', async (flags, message) => {
    await expect(run(join(folder, 'best-of.jsonl'), '--out', out(), ...flags)).rejects.toThrow(message);
  });

  it('says where there is no journal', async () => {
    const flags = ['--format', 'sft', '--out', out()];
    await expect(run(join(folder, 'none.jsonl'), ...flags)).rejects.toThrow(/^There is no journal .*none\.jsonl; name/);
    await expect(run(ROOT, ...flags)).rejects.toThrow(/^There is no journal in /);
    await expect(run(join(folder, 'none'), ...flags)).rejects.toThrow(/^There is no journal in .*none; name one/);
  });

  it('says of the tuner that it has no conversation', async () => {
    const [first = ''] = readFileSync(join(folder, 'best-of.jsonl'), 'utf8').split('\n');
    const path = join(folder, 'of-the-tuner');
    writeFileSync(path, `${JSON.stringify({ ...JSON.parse(first), model: 'tuner' })}\n`);
    await expect(run(path, '--format', 'grpo', '--out', out())).rejects.toThrow(/^These journals are of the tuner, /);
  });
});

describe('examples/train/check_returns.py', () => {
  const check = async (path: string) =>
    execa(await harnessPython(ROOT), [join(ROOT, 'examples/train/check_returns.py'), path], { reject: false });

  it('comes to the same numbers', async () => {
    await run(folder, join(folder, 'best-of.jsonl'), '--format', 'grpo', '--out', out());
    const { exitCode, stdout } = await check(out());
    expect(stdout).toBe('36 turns of 3 tasks: returns, means, standard deviations and advantages agree');
    expect(exitCode).toBe(0);
  });

  it('finds a number that is wrong', async () => {
    await run(folder, '--format', 'grpo', '--out', out());
    const wrong = lines().map((line, index) =>
      index === 5 ? { ...line, discounted_return: line.discounted_return + 1e-6 } : line,
    );
    writeFileSync(out(), wrong.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const { exitCode, stdout } = await check(out());
    expect(stdout).toMatch(/^[0-9a-f]{12}\/scale\/2\.2: discounted_return is .*, and should be /);
    expect(exitCode).toBe(1);
  });

  it('names the line that is no sample', async () => {
    writeFileSync(out(), '{"prompt": []}\n');
    const { exitCode, stderr } = await check(out());
    expect(stderr).toContain('out.jsonl:1 is no line of an export in the format grpo');
    expect(exitCode).toBe(1);
  });
});
