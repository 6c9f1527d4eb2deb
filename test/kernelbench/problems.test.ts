import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Evidence } from '../../src/core/evidence.ts';
import type { SourceFile } from '../../src/core/source.ts';
import { isTensor, type Target } from '../../src/core/target.ts';
import { findPackageRoot, findPython, type Harness } from '../../src/measure/harness.ts';
import { createRecognizer } from '../../src/measure/recognize.ts';
import { prepareVerifier } from '../../src/measure/verifier.ts';
import { type Workshop, withWorkshop } from '../../src/optimize.ts';
import { candidateFor } from '../../src/targets/candidate-for.ts';
import { conventionTarget } from '../../src/targets/kernelbench.ts';

/** Each a folder with a file in the convention, a rewrite that is right and one that is wrong. */
const PROBLEMS = join(import.meta.dirname, 'problems');
const NAMES = readdirSync(PROBLEMS).sort();

/** What is worth saying of the target that a file gives, beside its verdicts. */
interface Judged {
  readonly target: Target;
  readonly honest: Evidence;
  readonly wrong: Evidence;
}

const judged = new Map<string, Judged>();
let missing: readonly (readonly string[])[];

// One judge for all of them: starting PyTorch takes longer than most of the checks.
beforeAll(async () => {
  const packageRoot = findPackageRoot(import.meta.dirname);
  const python = await findPython(process.env.KERNELWRIGHT_PYTHON, packageRoot);
  const harness: Harness = { python, packageRoot, device: 'emulated', sandbox: 'on' };
  const files = NAMES.map((name) => ({ path: `${name}.py`, content: read(name, 'model.py') }));
  missing = await createRecognizer(async () => harness, process.env)(files);
  await withWorkshop({ harness, env: process.env }, async (workshop) => {
    for (const name of NAMES) judged.set(name, await judge(workshop, name));
  });
}, 400_000);

describe.each(NAMES)('%s', (name) => {
  it('follows the convention', () => {
    expect(missing[NAMES.indexOf(name)]).toEqual([]);
  });

  it('has an honest rewrite that is found to be right', () => {
    const { verdict, reason, checks } = verdictsOf(name).honest;
    expect({ verdict, reason }).toEqual({ verdict: 'not-proven', reason: expect.stringMatching(/^Correct/) });
    expect(checks.find((check) => check.name === 'oracle')?.detail).toContain('the baseline run in float64');
  });

  it('has a wrong rewrite that is found out', () => {
    expect(verdictsOf(name).wrong).toMatchObject({
      verdict: 'incorrect',
      reason: expect.stringMatching(/^Wrong result/),
    });
  });
});

/** What stands in a problem's file, as the judge gets it. */
it.each([
  ['matmul', 'a[48, 96], b[96, 40]', []],
  ['causal_attention', 'query[3, 21, 16], key[3, 21, 16], value[3, 21, 16]', [1, 7]],
  ['max_pool', 'x[6, 3, 17, 13]', [1, 13]],
  ['scaled_residual', 'x[9, 50], residual[9, 50], alpha=0.25', [1, 7]],
])('%s is measured at its own shapes and checked at other sizes of the batch', (name, workload, sizes) => {
  const { target } = verdictsOf(name);
  expect(target.workloads.map((each) => each.name)).toEqual([workload]);
  expect(target.vary.map(({ values }) => values.batch)).toEqual(sizes);
});

it('indices are drawn from what was seen, and floats where nothing else will do', () => {
  const rangesOf = (name: string) =>
    verdictsOf(name)
      .target.arguments.filter(isTensor)
      .map(({ range }) => range);
  expect(rangesOf('cross_entropy')).toEqual([undefined, { low: 0, high: 10 }, undefined]);
  expect(rangesOf('mean_embedding')).toEqual([{ low: 0, high: 32 }, undefined]);
  expect(rangesOf('conv_relu')).toEqual([undefined, undefined]);
  const [probabilities] = rangesOf('binary_cross_entropy');
  expect(probabilities?.low).toBeGreaterThanOrEqual(0);
  expect(probabilities?.high).toBeLessThanOrEqual(1);
});

function verdictsOf(name: string): Judged {
  const found = judged.get(name);
  if (found === undefined) throw new Error(`${name} was not judged`);
  return found;
}

async function judge(workshop: Workshop, name: string): Promise<Judged> {
  const source = `problems/${name}/model.py`;
  const files = (file: string): SourceFile[] => [{ path: source, content: read(name, file) }];
  const bench = { ...workshop, onProgress: () => {} };
  const verifier = await prepareVerifier(bench, conventionTarget(source), files('model.py'));
  const { target } = verifier;
  return {
    target,
    honest: await verifier.confirm(candidateFor(target, files('honest.py'))),
    wrong: await verifier.confirm(candidateFor(target, files('wrong.py'))),
  };
}

function read(name: string, file: string): string {
  return readFileSync(join(PROBLEMS, name, file), 'utf8');
}
