import type { Syntax } from '../../dependencies/syntax.ts';
import type { Candidate } from '../candidate.ts';
import { isCuda } from '../file-role.ts';
import type { RoleFile } from '../read-files.ts';
import type { CFunction } from './c-function.ts';
import { draftKernel } from './draft-kernel.ts';
import { draftLauncher } from './draft-launcher.ts';
import { type CudaCode, launchesByArguments, launchesOf } from './find-launches.ts';
import { mayHaveKernels, readCudaSource } from './read-source.ts';

/**
 * The launchers, and the kernels that no launcher launches, of the repository's CUDA code. Tests and benchmarks only show how such kernels are
 * launched.
 */
export async function cudaCandidates(files: readonly RoleFile[], syntax: Syntax): Promise<Candidate[]> {
  const functions: CFunction[] = [];
  const users: CFunction[] = [];
  const constants = new Map<string, ReadonlyMap<string, number>>();
  for (const file of files) {
    if (!isCuda(file.path) || !mayHaveKernels(file.content)) continue;
    const source = await readCudaSource(file, syntax);
    if (source === undefined) continue;
    (file.role === 'code' ? functions : users).push(...source.functions);
    constants.set(source.path, source.constants);
  }
  const code: CudaCode = { functions: Map.groupBy([...functions, ...users], ({ name }) => name), constants };
  const launchers = functions.filter(({ isExternC, isKernel }) => isExternC && !isKernel);
  const launched = new Set(launchers.flatMap((launcher) => launchesOf(launcher, code).map(({ kernel }) => kernel)));
  // Those of the code first: they launch as users of the code do.
  const hosts = [...functions, ...users].filter(({ isKernel, isExternC }) => !isKernel && !isExternC);
  const kernels = functions.filter((each) => each.isKernel && !launched.has(each));
  const reached = new Map(
    hosts
      .flatMap((host) => launchesByArguments(host, code).map((launch) => [launch.kernel, launch] as const))
      .reverse(),
  );
  return [
    ...launchers
      .filter((launcher) => launchesOf(launcher, code).length > 0 || mayLaunch(launcher))
      .map(
        (launcher): Candidate => ({ names: [launcher.name], draft: (usage) => draftLauncher(launcher, code, usage) }),
      ),
    ...kernels.map((kernel): Candidate => {
      const launch = reached.get(kernel);
      const names = [kernel.name, ...(launch === undefined ? [] : [launch.within.name])];
      return { names, draft: (usage) => draftKernel(kernel, launch, code, usage) };
    }),
  ];
}

/** What changes memory and is given to C may launch by ways that cannot be seen. */
function mayLaunch({ path, parameters }: CFunction): boolean {
  return path.endsWith('.cu') && parameters.some(({ pointers, isConst }) => pointers === 1 && !isConst);
}
