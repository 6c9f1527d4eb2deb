import type { SourceFile } from '../../../core/source.ts';
import type { Json } from '../../../core/target.ts';
import { type Formula, formatFormula, namesIn } from '../../formula.ts';
import { at, guess, type LeftOut, oneLine, type TargetDraft, todo } from '../draft.ts';
import { seenValues } from '../usage/seen-calls.ts';
import { draftEmulated, draftWorkloads } from '../workloads.ts';
import { isPlain, substitute, withCeilDiv } from './c-formula.ts';
import type { CFunction, LaunchCall } from './c-function.ts';
import { isOwnType, scalarOf } from './c-type.ts';
import { declare } from './declare.ts';
import { evidenceOf, launchDimensions, translation, type View } from './evidence.ts';
import { type CudaCode, constantsOf, type ReachedLaunch } from './find-launches.ts';
import { countsInPlane, guessLaunch, type Launch } from './guess-launch.ts';
import { instanceOf, templateConstants } from './template-arguments.ts';

/** A bare kernel as a target, launched as the host code does it that was found, if any; or why it cannot be one. */
export function draftKernel(
  kernel: CFunction,
  reached: ReachedLaunch | undefined,
  code: CudaCode,
  usage: readonly SourceFile[],
): TargetDraft | LeftOut {
  const { name, path, line } = kernel;
  const spot = { path, line };
  if (!path.endsWith('.cu')) return { name, spot, because: 'it is not in a .cu file, which the source of a target is' };
  const constants = new Map([...constantsOf(code, path), ...constantsOf(code, reached?.within.path ?? path)]);
  const instance = instanceOf(kernel, reached?.launch.template ?? [], constants);
  if (instance === undefined)
    return { name, spot, because: 'no launch in the repository says what its template is given' };
  const parameters = kernel.parameters.map((each) => ({ ...each, type: instance.types.get(each.type) ?? each.type }));
  const foreign = parameters.find(({ pointers, type }) => pointers === 1 && !isOwnType(type));
  if (foreign !== undefined)
    return {
      name,
      spot,
      because: `${foreign.name} points to ${foreign.type}, which needs a cast; make an extern "C" launcher, which can do that`,
    };
  if (reached === undefined && countsInPlane(kernel))
    return {
      name,
      spot,
      because:
        'nothing in the repository launches it, and its threads are counted in more than one dimension; write its "launch" yourself',
    };
  const launch = reached === undefined ? guessLaunch(kernel) : seenLaunch(kernel, reached, constantsOf(code, path));
  if (launch === undefined)
    return { name, spot, because: 'its launch cannot be written as formulas of numbers that it is passed' };

  const own = new Set(
    parameters
      .filter(({ pointers, type }) => pointers === 0 && scalarOf(type)?.startsWith('i'))
      .map((each) => each.name),
  );
  const free = [...new Set([...launch.grid, ...launch.block, launch.shared].flatMap(namesIn))];
  const view: View = {
    kernel: { ...kernel, parameters },
    pointerOf: (pointer) => pointer,
    inWords: translation(
      new Map(launchDimensions(launch.grid, launch.block)),
      (each) => own.has(each) || free.includes(each),
    ),
    constants: new Map([...constants, ...templateConstants(kernel, instance.text.slice(1, -1).split(', '))]),
  };
  const declared = declare(
    parameters,
    evidenceOf(
      parameters.filter(({ pointers }) => pointers === 1),
      [view],
      new Set(),
    ),
    free,
  );
  if (!declared.ok) return { name, spot, because: declared.because };
  const { dimensions, others, ok: _, ...declarations } = declared;
  const numbers = new Set([...dimensions, ...others.map((other) => other.name)]);
  const host = reached?.within;
  const seen = [
    ...seenValues(
      name,
      parameters.map((each) => (numbers.has(each.name) ? each.name : undefined)),
      dimensions,
      usage,
    ),
    ...(host === undefined
      ? []
      : seenValues(
          host.name,
          host.parameters.map((each) => (numbers.has(each.name) ? each.name : undefined)),
          dimensions,
          usage,
        )),
  ];
  const workloads = draftWorkloads({ dimensions, others }, seen);
  return {
    name,
    kind: 'kernel',
    spot,
    entry: `${kernel.qualifiedName}${instance.text}`,
    declaration: oneLine(kernel.declaration),
    launch: { value: written(launch), note: launch.note },
    ...declarations,
    workloads,
    emulate: draftEmulated({ dimensions, others }, workloads),
    notes: instance.isGuess ? [todo(`${instance.text} is one case of the template; name the one that matters`)] : [],
  };
}

/** In the kernel's words, and with the constants of its file: what the host passes as one of its numbers is called as the kernel calls it. */
function seenLaunch(
  kernel: CFunction,
  { launch, within }: ReachedLaunch,
  constants: ReadonlyMap<string, number>,
): Launch | undefined {
  const names = new Map<string, string>();
  for (const [index, argument] of launch.args.entries()) {
    const parameter = kernel.parameters[index];
    if (typeof argument === 'string' && parameter?.pointers === 0) names.set(argument, parameter.name);
  }
  const pointers = new Set(kernel.parameters.filter((each) => each.pointers > 0).map(({ name }) => name));
  const inWords = (formula: Formula) =>
    withCeilDiv(substitute(formula, (name) => names.get(name) ?? constants.get(name)));
  const [grid, block, shared] = [launch.grid.map(inWords), launch.block.map(inWords), inWords(launch.shared)];
  const all = [...grid, ...block, shared];
  if (!all.every((each) => isPlain(each) && namesIn(each).every((name) => !pointers.has(name)))) return undefined;
  return { grid, block, shared, note: guess(`from the launch at ${at({ path: within.path, line: launch.line })}`) };
}

function written({ grid, block, shared }: Pick<LaunchCall, 'grid' | 'block' | 'shared'>): Json {
  const one = (formula: Formula): Json => (typeof formula === 'number' ? formula : formatFormula(formula));
  const three = (list: readonly Formula[]): Json =>
    list.length === 1 && list[0] !== undefined ? one(list[0]) : list.map(one);
  return { grid: three(grid), block: three(block), ...(shared === 0 ? {} : { shared: one(shared) }) };
}
