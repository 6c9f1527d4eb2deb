import { type Argument, type DType, isTensor, type Json, type ScalarType, type Target } from '../core/target.ts';

const C_TYPES: Readonly<Record<DType | ScalarType, string>> = {
  f64: 'double',
  f32: 'float',
  f16: '__half',
  bf16: '__nv_bfloat16',
  i8: 'int8_t',
  i16: 'int16_t',
  i32: 'int',
  i64: 'int64_t',
  u8: 'uint8_t',
  bool: 'bool',
};

/** A network can have hundreds of parameters; the source shows where they come from. */
const MOST_PARAMETERS = 100;

/** How the code is called, in its own language: the launcher's declaration in C, or the call in Python. */
export function signatureOf(target: Target): string {
  const { entry, kind, arguments: all } = target;
  if (kind === 'launcher') return `extern "C" void ${entry}(${all.map(parameterOf).join(', ')});`;
  const results = namesOf(all.filter(isOutput));
  const passed = namesOf(all.filter((argument) => !isOutput(argument)));
  const call = (callee: string) => `${results} = ${callee}(${passed})`;
  if (kind === 'function') return call(entry);
  return [`module = ${entry}(${constructorArguments(target)})`, call('module')].join('\n');
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

function parameterOf(argument: Argument): string {
  if (argument.kind === 'stream') return `cudaStream_t ${argument.name}`;
  if (argument.kind === 'scalar') return `${C_TYPES[argument.type]} ${argument.name}`;
  return `${argument.role === 'input' ? 'const ' : ''}${C_TYPES[argument.dtype]}* ${argument.name}`;
}

/** One line for each argument and each parameter of a module: role, element type, shape. */
export function argumentLines({ arguments: all, parameters, kind, backward }: Target): string[] {
  const lines = all.map((argument) => {
    if (argument.kind === 'stream') return `- ${argument.name}: the stream on which all work must run`;
    if (argument.kind === 'scalar')
      return `- ${argument.name}: ${argument.type}, ${kind === 'launcher' ? 'by value' : 'a Python number'}`;
    return `- ${argument.name}: ${argument.role}, ${argument.dtype}[${argument.shape.join(', ')}], row-major and contiguous`;
  });
  if (backward)
    lines.push('The backward pass follows each call, and gives a gradient for each floating input and parameter.');
  const state = parameters.map(({ name, dtype, shape }) => `- ${name}: ${dtype}[${shape.join(', ')}]`);
  if (state.length > 0) lines.push('The state_dict:', ...state.slice(0, MOST_PARAMETERS));
  if (state.length > MOST_PARAMETERS) lines.push(`… and ${state.length - MOST_PARAMETERS} more`);
  return lines;
}
