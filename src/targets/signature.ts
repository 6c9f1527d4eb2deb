import { didYouMean } from '../core/nearest.ts';
import {
  type Argument,
  isPython,
  isTensor,
  type Launch,
  type ScalarType,
  type TargetKind,
  type TensorArgument,
} from '../core/target.ts';
import { readDimensions, readScalars, readTensors, STREAM, type Tensors, type Use } from './declarations.ts';
import type { Report } from './issues.ts';
import { readLaunch } from './launch.ts';
import type { ScalarNotation } from './scalar-notation.ts';
import type { WrittenTarget } from './schema.ts';
import { IDENTIFIER } from './tensor-notation.ts';

const PYTHON_KEYWORDS: ReadonlySet<string> = new Set(
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'.split(
    ' ',
  ),
);

/** A number that workloads set: an extent of tensors, a scalar of the call, or both. */
export interface Parameter {
  readonly name: string;
  /** How tensors use it; undefined for a number that is only passed. */
  readonly use?: Use;
  /** How it is passed; undefined for a dimension that is not passed. */
  readonly type?: ScalarType;
  readonly default?: number;
  /** The only values that it can have. */
  readonly allowed?: readonly number[];
}

/** How the code is called, and what a workload has to set for that. */
export interface Signature {
  readonly tensors: readonly TensorArgument[];
  /** Those in the tensors and in the launch, by their text: each workload has to give them a value. */
  readonly formulas: Tensors['formulas'];
  /** Of a kernel. */
  readonly launch?: Launch;
  readonly arguments: readonly Argument[];
  /** That of outputs and what is changed in place as they are written, where the call has them in another. */
  readonly resultOrder?: readonly string[];
  /** In the order in which workloads are named: dimensions as tensors mention them, then the other scalars. */
  readonly parameters: ReadonlyMap<string, Parameter>;
}

/** What is passed: launchers and kernels write to their outputs, Python returns them. */
const PASSED = {
  launcher: ['inputs', 'inouts', 'outputs', 'scalars'],
  kernel: ['inputs', 'inouts', 'outputs', 'scalars'],
  module: ['inputs', 'inouts', 'scalars'],
  function: ['inputs', 'inouts', 'scalars'],
  'kernel-builder': ['inputs', 'inouts', 'scalars'],
} as const satisfies Record<TargetKind, readonly string[]>;

/** Ties `args`, `inputs`, `outputs` and `scalars` together; what does not fit is reported and the result is then of no use. */
export function readSignature(written: WrittenTarget, report: Report): Signature {
  const declared = readTensors(written, report);
  const { tensors } = declared;
  const names = new Set(tensors.map((tensor) => tensor.name));
  const launched = written.kind === 'kernel' ? readLaunch(written.launch, names, report) : undefined;
  const dimensions = readDimensions(declared, report);
  for (const name of launched?.names ?? []) if (!dimensions.has(name)) dimensions.set(name, 'formula');
  const scalars = readScalars(written, names, dimensions, report);
  const roles = PASSED[written.kind];
  const order = callOrder(written);
  const passed = new Set(order);

  const parameters = new Map<string, Parameter>();
  for (const [name, use] of dimensions) {
    const type = passed.has(name) ? (scalars.get(name)?.type ?? 'i32') : undefined;
    parameters.set(name, { name, use, ...limitsOf(scalars.get(name)), ...(type && { type }) });
  }
  for (const [name, scalar] of scalars) {
    if (!dimensions.has(name)) parameters.set(name, { name, ...scalar });
  }
  const args = readArguments(order, written, tensors, parameters, report);
  const returned = isPython(written) ? tensors.filter(({ role }) => role === 'output') : [];
  for (const role of roles) {
    for (const name of Object.keys(written[role])) {
      // A dimension may be declared for its values' sake alone.
      const limited = role === 'scalars' && dimensions.has(name) && scalars.get(name)?.allowed !== undefined;
      if (IDENTIFIER.test(name) && !passed.has(name) && !limited)
        report([role, name], `"${name}" is declared but not in args; add it there in its place or remove it`, 'key');
    }
  }
  if (written.reference !== undefined) checkNames(tensors, parameters, report);
  const all = [...args, ...returned];
  return {
    tensors,
    formulas: new Map([...declared.formulas, ...(launched?.formulas ?? [])]),
    ...(launched && { launch: launched.launch }),
    arguments: all,
    ...resultOrder(tensors, all),
    parameters,
  };
}

/** What Python takes for its own, a reference cannot name. */
function checkNames(
  tensors: readonly TensorArgument[],
  parameters: ReadonlyMap<string, Parameter>,
  report: Report,
): void {
  const named = [...tensors.filter(({ role }) => role !== 'output').map(({ name }) => name), ...parameters.keys()];
  for (const name of named)
    if (PYTHON_KEYWORDS.has(name))
      report(
        ['reference'],
        `cannot name "${name}", which is a keyword of Python; call it otherwise here, whatever the code calls it`,
      );
}

/** What is known of a dimension's values besides that they are extents. */
function limitsOf(scalar: ScalarNotation | undefined): Pick<Parameter, 'default' | 'allowed'> {
  const { default: usual, allowed } = scalar ?? {};
  return { ...(usual !== undefined && { default: usual }), ...(allowed && { allowed }) };
}

function resultOrder(tensors: readonly TensorArgument[], all: readonly Argument[]): Pick<Signature, 'resultOrder'> {
  const resultsAmong = (list: readonly Argument[]) =>
    list.filter((argument) => isTensor(argument) && argument.role !== 'input').map(({ name }) => name);
  const [written, passed] = [resultsAmong(tensors), resultsAmong(all)];
  return written.join() === passed.join() ? {} : { resultOrder: written };
}

/** The names of what is passed, in order. Python is passed inputs, what it changes, and scalars where nothing else is written. */
function callOrder({ args, inputs, inouts, scalars }: WrittenTarget): readonly string[] {
  return args ?? [...new Set([inputs, inouts, scalars].flatMap((declared) => Object.keys(declared)))];
}

/** What is called in Python is a module or a function, whatever made it. */
function callableWord(kind: TargetKind): string {
  return kind === 'module' ? kind : 'function';
}

function readArguments(
  order: readonly string[],
  written: WrittenTarget,
  tensors: readonly TensorArgument[],
  parameters: ReadonlyMap<string, Parameter>,
  report: Report,
): Argument[] {
  const { kind } = written;
  const seen = new Set<string>();
  const declared = [...PASSED[kind].flatMap((role) => Object.keys(written[role])), ...parameters.keys()];
  return order.flatMap((name, index): Argument[] => {
    if (seen.has(name)) {
      report(['args', index], `"${name}" stands here a second time; each argument has a name of its own`);
      return [];
    }
    seen.add(name);
    const tensor = tensors.find((candidate) => candidate.name === name);
    const { type, allowed } = parameters.get(name) ?? {};
    if (isPython(written) && tensor?.role === 'output') {
      report(['args', index], `"${name}" is an output, which a ${callableWord(kind)} returns; remove it from args`);
    } else if (tensor !== undefined) {
      return [tensor];
    } else if (type !== undefined) {
      return [{ kind: 'scalar', name, type, ...(allowed && { allowed }) }];
    } else if (name === STREAM && kind === 'launcher') {
      return [{ kind: 'stream', name }];
    } else if (name === STREAM) {
      report(
        ['args', index],
        kind === 'kernel'
          ? `a kernel is passed no stream: it is launched on one; remove "${name}"`
          : `a ${callableWord(kind)} is passed no stream: the one to use is PyTorch's current stream; remove "${name}"`,
      );
    } else if (!declared.includes(name)) {
      // A declaration that did not parse has its own message already.
      const known = kind === 'launcher' ? [...declared, STREAM] : declared;
      const places = isPython(written) ? 'inputs, inouts or scalars' : 'inputs, inouts, outputs or scalars';
      const hint = didYouMean(name, known) || `; declare it under ${places}`;
      report(['args', index], `nothing declares "${name}"${hint}`);
    }
    return [];
  });
}
