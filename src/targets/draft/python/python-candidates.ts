import type { Syntax } from '../../dependencies/syntax.ts';
import { mayFollowConvention } from '../../kernelbench.ts';
import type { Candidate } from '../candidate.ts';
import type { RoleFile } from '../read-files.ts';
import { draftFunction } from './draft-function.ts';
import { draftModule } from './draft-module.ts';
import type { PyFunction, PySource } from './py-source.ts';
import { mayHaveTargets, readPythonSource } from './read-python.ts';

/** What the repository's Python files have. */
export interface PythonCandidates {
  /** `torch.nn.Module` classes, then functions that launch Triton kernels. */
  readonly candidates: readonly Candidate[];
  /** Files in KernelBench's convention. */
  readonly convention: readonly string[];
}

export async function pythonCandidates(files: readonly RoleFile[], syntax: Syntax): Promise<PythonCandidates> {
  const sources: PySource[] = [];
  const convention: string[] = [];
  for (const file of files) {
    if (file.role !== 'code' || !file.path.endsWith('.py') || !mayHaveTargets(file.content)) continue;
    const source = await readPythonSource(file, syntax);
    if (source === undefined) continue;
    if (mayFollowConvention(file) && followsConvention(source)) convention.push(file.path);
    else sources.push(source);
  }
  const kernels = new Set(sources.flatMap(({ tritonKernels }) => tritonKernels));
  const modules = sources.flatMap(({ path, classes }) =>
    classes.flatMap((each): Candidate[] => {
      const { forward } = each;
      return each.isModule && forward !== undefined
        ? [{ names: [each.name], draft: (usage) => draftModule(each, forward, path, usage) }]
        : [];
    }),
  );
  const functions = sources.flatMap(({ path, functions: all }) =>
    all
      .filter(({ launched }) => launched.some((name) => kernels.has(name)))
      .map((each): Candidate => ({ names: [each.name], draft: (usage) => draftFunction(each, path, usage) })),
  );
  return { candidates: [...modules, ...functions], convention };
}

/** The harness has the last word (`recognize/convention.py`); it asks for the same. */
function followsConvention({ classes, functions }: PySource): boolean {
  const needsNothing = ({ parameters }: PyFunction) =>
    parameters.every((each) => each.kind === 'rest' || each.default !== undefined);
  return (
    classes.some(({ name, isModule }) => name === 'Model' && isModule) &&
    ['get_inputs', 'get_init_inputs'].every((name) =>
      functions.some((each) => each.name === name && needsNothing(each)),
    )
  );
}
