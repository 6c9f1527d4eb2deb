import { parameterOf } from '../core/c-declaration.ts';
import {
  type Argument,
  isPython,
  isTensor,
  type Json,
  type Launch,
  type Target,
  type TensorArgument,
} from '../core/target.ts';

/** A network can have hundreds of parameters; the source shows where they come from. */
const MOST_PARAMETERS = 100;

/** How the code is called, in its own language: the launcher's declaration in C, the kernel's with its launch, or the call in Python. */
export function signatureOf(target: Target): string {
  const { entry, kind, launch, arguments: all } = target;
  if (kind === 'launcher') return `extern "C" void ${entry}(${all.map(parameterOf).join(', ')});`;
  if (launch !== undefined) {
    const declared = `__global__ void ${entry}(${all.map(parameterOf).join(', ')});`;
    return [declared, `${entry}<<<${launchOf(launch)}, stream>>>(${namesOf(all)});`].join('\n');
  }
  const results = namesOf(all.filter(isOutput));
  const always = Object.entries(target.fixed ?? {}).map(([name, value]) => `${name}=${inPython(value)}`);
  const given = all.filter((argument) => !isOutput(argument)).map(({ name }) => name);
  const passed = [...given, ...always].join(', ');
  const call = (callee: string) => `${results === '' ? '' : `${results} = `}${callee}(${passed})`;
  if (kind === 'function') return call(entry);
  if (kind === 'kernel-builder') return call(`${target.project?.name}.${entry}`);
  return [`module = ${entry}(${constructorArguments(target)})`, call('module')].join('\n');
}

function launchOf({ grid, block, shared }: Launch): string {
  return `dim3(${grid.join(', ')}), dim3(${block.join(', ')}), ${shared}`;
}

function namesOf(list: readonly Argument[]): string {
  return list.map(({ name }) => name).join(', ');
}

function isOutput(argument: Argument): boolean {
  return isTensor(argument) && argument.role === 'output';
}

function constructorArguments({ init }: Target): string {
  if (isList(init)) return init.map(inPython).join(', ');
  return Object.entries(init)
    .map(([name, value]) => `${name}=${inPython(value)}`)
    .join(', ');
}

/** A value as Python writes it: `{"bias": True}`. */
function inPython(value: Json): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(inPython).join(', ')}]`;
  const items = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${inPython(item)}`);
  return `{${items.join(', ')}}`;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function describeTensor({ role, dtype, shape, strides, alignment, range }: TensorArgument): string {
  return [
    role === 'inout' ? 'read, and changed in place' : role,
    `${dtype === 'tf32' ? 'f32' : dtype}[${shape.join(', ')}]`,
    ...(dtype === 'tf32' ? ['for which products in TF32 are precise enough'] : []),
    strides === undefined
      ? 'row-major and contiguous'
      : `strides [${strides.join(', ')}] in elements (nothing between them may be read or written)`,
    ...(alignment === undefined ? [] : [`aligned to ${alignment} bytes and no more`]),
    ...(range === undefined ? [] : [`values from ${range.low} up to, and without, ${range.high}`]),
  ].join(', ');
}

/** One line for each argument and each parameter of a module: role, element type, shape. */
export function argumentLines(target: Target): string[] {
  const { arguments: all, parameters, backward } = target;
  const lines = all.map((argument) => {
    if (argument.kind === 'stream') return `- ${argument.name}: the stream on which all work must run`;
    if (argument.kind === 'scalar')
      return `- ${argument.name}: ${argument.type}, ${isPython(target) ? 'a Python number' : 'by value'}${argument.allowed ? `, one of ${argument.allowed.join(', ')}` : ''}`;
    return `- ${argument.name}: ${describeTensor(argument)}`;
  });
  if (backward)
    lines.push('The backward pass follows each call, and gives a gradient for each floating input and parameter.');
  const state = parameters.map(({ name, dtype, shape, learned }) => {
    return `- ${name}: ${dtype}[${shape.join(', ')}]${learned === false ? ', takes no gradient' : ''}`;
  });
  if (state.length > 0) lines.push('The state_dict, parameters and buffers:', ...state.slice(0, MOST_PARAMETERS));
  if (state.length > MOST_PARAMETERS) lines.push(`… and ${state.length - MOST_PARAMETERS} more`);
  return lines;
}
