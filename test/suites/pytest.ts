import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { judged, type Result, type Suite } from './suite.ts';

const Report = z.object({
  passed: z.number(),
  failed: z.number(),
  skipped: z.array(z.object({ test: z.string(), reason: z.string() })),
});

/** The Python tests of the harness, run from source. */
export function pytest(root: string, scratch: string): Suite {
  return { name: 'pytest', run: () => runPytest(root, scratch, []) };
}

/** Those of them that are marked `gpu`. Whoever asks for these has a GPU, so one that is skipped has failed. */
export function gpuTests(root: string, scratch: string): Suite {
  return {
    name: 'gpu',
    async run() {
      const result = await runPytest(root, scratch, ['-m', 'gpu']);
      const problems = result.skipped.map(({ test, reason }) => `gpu: ${test} was skipped: ${reason}`);
      return {
        ...result,
        failed: result.failed + problems.length,
        skipped: [],
        problems: [...result.problems, ...problems],
      };
    },
  };
}

async function runPytest(root: string, scratch: string, options: readonly string[]): Promise<Result> {
  const file = join(scratch, 'pytest.json');
  const { exitCode } = await execa(
    await harnessPython(root),
    [
      ...['-m', 'pytest', '-p', 'pytest_counts', `--counts=${file}`],
      ...['--config-file', 'runner-image/harness/pyproject.toml', '--rootdir', root],
      ...options,
      'test/harness',
    ],
    { cwd: root, stdio: 'inherit', reject: false, env: pythonPath(root) },
  );
  const counted = existsSync(file) ? Report.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
  return judged('pytest', exitCode === 0, counted);
}

/** The Python that set-up chose. */
export async function harnessPython(root: string): Promise<string> {
  const { stdout } = await execa('bash', ['runner-image/install.sh', '--print-python'], { cwd: root });
  return stdout;
}

/** Set-up puts pytest into `.kernelwright/test-packages` where the Python is not the project's own to change. */
function pythonPath(root: string): Record<string, string> {
  const folders = ['runner-image/harness', 'test/suites', '.kernelwright/test-packages'].map((path) =>
    join(root, path),
  );
  return { PYTHONPATH: [...folders, process.env.PYTHONPATH].filter(Boolean).join(delimiter) };
}
