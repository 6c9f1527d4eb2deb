import { parameterOf } from '../core/c-declaration.ts';
import type { SourceFile } from '../core/source.ts';
import type { Extent, Launch, ScalarArgument, Target } from '../core/target.ts';

/*
 * A bare `__global__` kernel is judged through a launcher that is written here, behind the end of its source: so it has the kernel in sight,
 * be it static or a template, and no line of the source has moved. Grid, block and shared memory are numbers of the workload, which the
 * launcher is passed beside the kernel's own arguments. So nothing but the kernel itself is the candidate's.
 */

const STREAM = { kind: 'stream', name: 'kernelwright_stream' } as const;
/** Bytes of dynamic shared memory that a kernel may have without asking. */
const UNASKED = 48 * 1024;

/** The target as it is judged: a kernel as its launcher, a project as a function of its package, the others as they are. */
export function asLaunched(target: Target): Target {
  if (target.project !== undefined)
    return { ...target, kind: 'function', source: `${target.project.name}/__init__.py` };
  if (target.launch === undefined) return target;
  const numbers = numbersOf(target.launch).map((name): ScalarArgument => ({ kind: 'scalar', name, type: 'i64' }));
  return {
    ...target,
    kind: 'launcher',
    entry: launcherOf(target),
    arguments: [...target.arguments, STREAM, ...numbers],
  };
}

/** The files as they are built: a kernel's source with its launcher. */
export function withLauncher(target: Target, files: readonly SourceFile[]): readonly SourceFile[] {
  const { launch, source } = target;
  if (launch === undefined) return files;
  return files.map((file) =>
    file.path === source ? { ...file, content: `${file.content}\n${launcherText(target, launch)}` } : file,
  );
}

function launcherOf({ entry }: Target): string {
  return `kernelwright_launch_${entry.replace(/\W+/g, '_')}`;
}

function launcherText(target: Target, launch: Launch): string {
  const numbers = numbersOf(launch);
  const passed = (extent: Extent) =>
    typeof extent === 'number' ? `${extent}` : `kernelwright_number_${numbers.indexOf(extent)}`;
  // Not by the configuration's names: one may be a keyword of C++, or the kernel's own name.
  const passedOn = target.arguments.map((argument, index) => ({ ...argument, name: `kernelwright_argument_${index}` }));
  const parameters = [
    ...passedOn.map(parameterOf),
    parameterOf(STREAM),
    ...numbers.map((number) => `int64_t ${passed(number)}`),
  ];
  const three = (extents: Launch['grid']) =>
    `dim3(${extents.map((extent) => `(unsigned)(${passed(extent)})`).join(', ')})`;
  const shared = passed(launch.shared);
  const isLarge = typeof launch.shared === 'string' || launch.shared > UNASKED;
  const ask = `cudaFuncSetAttribute(${target.entry}, cudaFuncAttributeMaxDynamicSharedMemorySize, (int)${shared});`;
  const text = [
    `extern "C" void ${launcherOf(target)}(${parameters.join(', ')}) {`,
    ...(isLarge ? [`  if (${shared} > ${UNASKED}) ${ask}`] : []),
    `  ${target.entry}<<<${three(launch.grid)}, ${three(launch.block)}, (size_t)(${shared}), ${STREAM.name}>>>(${passedOn.map(({ name }) => name).join(', ')});`,
    '}',
  ].join('\n');
  // A macro of the candidate's could make another launch of this one.
  const words = [...new Set(text.match(/[A-Za-z_]\w*/g))];
  return [...words.map((word) => `#undef ${word}`), `// How ${target.entry} is launched.`, text, ''].join('\n');
}

/** The names and formulas of a launch, each once; its constants stand in the text. */
function numbersOf({ grid, block, shared }: Launch): string[] {
  const extents = [...grid, ...block, shared];
  return [...new Set(extents.filter((extent) => typeof extent === 'string'))];
}
