import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { initCommand } from '../../src/commands/init.ts';
import { parseConfiguration } from '../../src/targets/configuration.ts';
import { type Files, MODULES, NOTHING, PLAIN_CUDA } from '../targets/draft/repositories.ts';
import { aProject } from '../targets/kernel-builder/a-project.ts';

const CONFIG = '.github/kernelwright.yml';
const WORKFLOW = '.github/workflows/kernelwright.yml';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'init-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

const read = (path: string) => readFileSync(join(folder, path), 'utf8');

/** Without a terminal where there are no answers. */
async function init(flags: readonly string[], answers?: readonly boolean[]) {
  const [printed, steps, asked, statuses]: [string[], string[], string[], number[]] = [[], [], [], []];
  const waiting = [...(answers ?? [])];
  const door = {
    env: { PATH: process.env.PATH },
    color: false,
    print: (text: string) => printed.push(text),
    step: (line: string) => steps.push(line),
    exit: (status: number) => statuses.push(status),
    ...(answers && {
      ask: async (question: string) => {
        asked.push(question);
        return waiting.shift() ?? false;
      },
    }),
  };
  await initCommand(door).parseAsync(['-C', folder, ...flags], { from: 'user' });
  return { printed: printed.join('\n'), steps, asked, statuses };
}

describe('kernelwright init', () => {
  it('writes both files, and says what is in them and what comes next', async () => {
    write(PLAIN_CUDA);
    const { printed, steps } = await init(['--no-check']);
    expect(printed).toBe(`6 targets drafted:
  gather_rows      launcher  kernels/gather.cu:9    3 guesses, 2 to do
  count_values     launcher  kernels/gather.cu:12   3 guesses, 2 to do
  row_sum_forward  launcher  kernels/row_sum.cu:13  5 guesses
  scale_forward    launcher  kernels/scale.cu:2     4 guesses
  bias             kernel    kernels/bare.cu:3      5 guesses, 2 to do
  double_in_place  kernel    kernels/bare.cu:8      2 guesses, 2 to do

Not drafted:
  with_flag     kernels/bare.cu:21  flag is of type bool, which the configuration cannot pass by value; it passes int, int64_t, float and double
  copy_vectors  kernels/bare.cu:12  x points to float4, which needs a cast; make an extern "C" launcher, which can do that

Files:
  .github/kernelwright.yml            written
  .github/workflows/kernelwright.yml  written`);
    expect(steps).toContain(`next: read ${CONFIG}: correct what is marked "guess", say what is marked "TODO"`);
    expect(parseConfiguration(read(CONFIG), CONFIG).targets).toHaveLength(6);
    expect(read(WORKFLOW)).toContain('runs-on: [self-hosted, linux, gpu]');
  });

  it('says the same as JSON', async () => {
    write(MODULES);
    const { printed } = await init(['--no-check', '--json']);
    expect(JSON.parse(printed)).toMatchObject({
      targets: [
        {
          target: 'GeluMLP',
          kind: 'module',
          source: 'models/mlp.py',
          line: 5,
          todo: [expect.stringContaining('backward')],
        },
        { target: 'Classifier' },
        { target: 'RMSNorm' },
        { target: 'Embed' },
      ],
      left_out: [{ name: 'FromConfig', because: expect.stringContaining('config') }],
      convention: ['models/problem.py'],
      files: [
        { path: CONFIG, outcome: 'written' },
        { path: WORKFLOW, outcome: 'written' },
      ],
    });
  });

  it('drafts a kernel-builder project as the target that it is', async () => {
    write(aProject('kernels/relu/'));
    const { printed } = await init(['--no-check']);
    expect(printed).toMatch(
      /^1 target drafted:\n {2}relu {2}kernel-builder {2}kernels\/relu\/build\.toml:1 {2}1 guess$/m,
    );
    expect(parseConfiguration(read(CONFIG), CONFIG).targets).toMatchObject([
      { name: 'relu', kind: 'kernel-builder', source: 'kernels/relu/build.toml' },
    ]);
  });

  it('prints and writes nothing with --dry-run, whatever is there', async () => {
    write({ ...PLAIN_CUDA, [CONFIG]: 'mine\n' });
    const { printed } = await init(['--dry-run']);
    expect(printed).toMatch(/^# \.github\/kernelwright\.yml\n# What Kernelwright may optimize here/);
    expect(printed).toMatch(/^# \.github\/workflows\/kernelwright\.yml\nname: Kernelwright$/m);
    expect([read(CONFIG), existsSync(join(folder, WORKFLOW))]).toEqual(['mine\n', false]);
  });

  it('needs no configuration where all follows the convention', async () => {
    write({ 'model.py': MODULES['models/problem.py'] ?? '' });
    const { printed, steps } = await init(['--no-check']);
    expect(steps).toContain("next: kernelwright bench model.py checks and times the files in KernelBench's convention");
    expect(printed).toContain("In KernelBench's convention, which needs no configuration:\n  model.py");
    expect([existsSync(join(folder, CONFIG)), existsSync(join(folder, WORKFLOW))]).toEqual([false, true]);
  });

  it('says that GitHub reads no workflow below the root of a repository', async () => {
    await execa('git', ['init', '-q'], { cwd: folder });
    write(PLAIN_CUDA);
    expect((await init(['--no-check'])).steps.join()).not.toContain('GitHub reads');
    const root = realpathSync(folder);
    expect((await init(['--no-check', '-C', join(folder, 'kernels')])).steps).toContain(
      `note: GitHub reads ${WORKFLOW} only in the root of the repository, which is ${root}; run "kernelwright init -C ${root}" for pull requests`,
    );
  });

  it('takes another path for the configuration, and tells the workflow', async () => {
    write(PLAIN_CUDA);
    await init(['--no-check', '--config', 'ci/kernels.yml']);
    expect(parseConfiguration(read('ci/kernels.yml'), '').targets).toHaveLength(6);
    expect(read(WORKFLOW)).toContain('config: "ci/kernels.yml"');
  });
});

describe('what is there already', () => {
  it('is never overwritten where nobody can be asked', async () => {
    write({ ...PLAIN_CUDA, [CONFIG]: 'mine\n' });
    await expect(init([])).rejects.toThrow(
      `There is ${CONFIG} already, and nothing was written: overwrite by --force, or see the draft by --dry-run.`,
    );
    expect([read(CONFIG), existsSync(join(folder, WORKFLOW))]).toEqual(['mine\n', false]);
  });

  it('is overwritten or kept as somebody at a terminal says', async () => {
    write({ ...PLAIN_CUDA, [CONFIG]: 'mine\n', [WORKFLOW]: 'mine too\n' });
    const { asked, printed } = await init(['--no-check'], [false, true]);
    expect(asked).toEqual([`Overwrite ${CONFIG}?`, `Overwrite ${WORKFLOW}?`]);
    expect([read(CONFIG), read(WORKFLOW).slice(0, 18)]).toEqual(['mine\n', 'name: Kernelwright']);
    expect(printed).toMatch(/kernelwright\.yml +kept as it was\n.*written$/);
  });

  it('is overwritten without a question with --force', async () => {
    write({ ...PLAIN_CUDA, [CONFIG]: 'mine\n' });
    expect((await init(['--no-check', '--force'], [])).asked).toEqual([]);
    expect(read(CONFIG)).not.toBe('mine\n');
  });

  it('is asked for nothing where it is not there', async () => {
    write(PLAIN_CUDA);
    expect((await init(['--no-check'], [])).asked).toEqual([]);
  });
});

describe('a mistake of the user', () => {
  it('gets one sentence', async () => {
    write(NOTHING);
    await expect(init([])).rejects.toThrow(
      /^There is nothing here to draft a target for: .*name the root of the repository by -C\.$/,
    );
    await expect(init(['-C', join(folder, 'nowhere')])).rejects.toThrow(/^There is no folder .*nowhere/);
    await expect(init(['--config', WORKFLOW])).rejects.toThrow(
      /^--config is .*, where the workflow goes; name another file\.$/,
    );
    expect(existsSync(join(folder, '.github'))).toBe(false);
  });

  it('is told when something else is in the place of a file or a folder', async () => {
    write({ ...PLAIN_CUDA, [`${CONFIG}/a`]: '' });
    await expect(init(['--force'])).rejects.toThrow(
      `${CONFIG} is a folder, where the file ${CONFIG} goes; move it away.`,
    );
    rmSync(join(folder, '.github'), { recursive: true });
    write({ '.github': '' });
    await expect(init([])).rejects.toThrow(`.github is a file, where the folder of ${CONFIG} goes; move it away.`);
  });

  it('is told when a link would lead out of the repository', async () => {
    write(PLAIN_CUDA);
    symlinkSync(tmpdir(), join(folder, '.github'));
    await expect(init(['--no-check'])).rejects.toThrow(
      /^A symbolic link leads the folder .*\.github out of the repository, to .*: remove the link\.$/,
    );
  });
});
