import type { SourceFile } from '../../../core/source.ts';
import type { Formula } from '../../formula.ts';
import { type LeftOut, oneLine, type TargetDraft, todo } from '../draft.ts';
import { seenValues } from '../usage/seen-calls.ts';
import { draftEmulated, draftWorkloads } from '../workloads.ts';
import type { CFunction } from './c-function.ts';
import { scalarOf } from './c-type.ts';
import { declare } from './declare.ts';
import { evidenceOf, launchDimensions, translation, type View } from './evidence.ts';
import { type CudaCode, constantsOf, launchesOf, type ReachedLaunch } from './find-launches.ts';
import { templateConstants } from './template-arguments.ts';

/** An `extern "C"` launcher as a target; or why it cannot be one. */
export function draftLauncher(
  launcher: CFunction,
  code: CudaCode,
  usage: readonly SourceFile[],
): TargetDraft | LeftOut {
  const { name, parameters, path, line } = launcher;
  const spot = { path, line };
  const launches = launchesOf(launcher, code);
  if (!path.endsWith('.cu')) return { name, spot, because: 'it is not in a .cu file, which the source of a target is' };
  const pointers = parameters.filter((parameter) => parameter.pointers === 1);
  const views = launches.map((reached) => viewOf(launcher, reached, code));
  const declared = declare(parameters, evidenceOf(pointers, views, clearedBy(launcher)));
  if (!declared.ok) return { name, spot, because: declared.because };
  const { dimensions, others, ok: _, ...declarations } = declared;
  const numbers = new Set([...dimensions, ...others.map((other) => other.name)]);
  const passed = parameters.map((parameter) => (numbers.has(parameter.name) ? parameter.name : undefined));
  const seen = seenValues(name, passed, dimensions, usage);
  const workloads = draftWorkloads({ dimensions, others }, seen);
  return {
    name,
    kind: 'launcher',
    spot,
    entry: name,
    declaration: oneLine(`extern "C" ${launcher.declaration}`),
    ...declarations,
    workloads,
    emulate: draftEmulated({ dimensions, others }, workloads),
    notes: launcher.returns === 'void' ? [] : [todo(`it returns ${launcher.returns}, which is not looked at`)],
  };
}

function viewOf(launcher: CFunction, { kernel, launch }: ReachedLaunch, code: CudaCode): View {
  const given = new Map(kernel.parameters.map(({ name }, index) => [name, launch.args[index]]));
  const integers = new Set(
    launcher.parameters
      .filter(({ pointers, type }) => pointers === 0 && scalarOf(type)?.startsWith('i'))
      .map(({ name }) => name),
  );
  const words = new Map<string, Formula | undefined>([...given, ...launchDimensions(launch.grid, launch.block)]);
  return {
    kernel,
    pointerOf: (name) => {
      const argument = given.get(name);
      return typeof argument === 'string' ? argument : undefined;
    },
    inWords: translation(words, (name) => integers.has(name)),
    constants: new Map([...constantsOf(code, kernel.path), ...templateConstants(kernel, launch.template)]),
  };
}

/** The pointers whose memory it sets itself before it launches. */
function clearedBy({ body }: CFunction): ReadonlySet<string> {
  const calls = body.calls.filter(({ callee }) => /^cudaMem(set|cpy)\w*$/.test(callee));
  return new Set(calls.flatMap(({ args: [first] }) => (typeof first === 'string' ? [first] : [])));
}
