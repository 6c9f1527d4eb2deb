import type { SourceFile } from '../../../core/source.ts';
import type { Json } from '../../../core/target.ts';
import { guess, type LeftOut, oneLine, type TargetDraft, todo } from '../draft.ts';
import { callsOf } from '../usage/calls.ts';
import { draftEmulated, draftWorkloads } from '../workloads.ts';
import { constructionOf, type SeenConstruction, seenConstructions } from './constructor.ts';
import { declared, declaredScalar, scalarsOf } from './draft-function.ts';
import { inputByLayers, outputByLayers } from './layers.ts';
import { passedParameters } from './parameters.ts';
import type { PyClass, PyFunction } from './py-source.ts';
import { freeName, returnedTensors } from './returned-tensors.ts';
import { argumentsOf, type SeenArguments } from './seen-python-calls.ts';
import { dimensionValues, type Shaped, shapesOf } from './tensor-shapes.ts';

const AXES: readonly (readonly string[])[] = [
  [],
  ['n'],
  ['batch', 'features'],
  ['batch', 'seq', 'features'],
  ['batch', 'channels', 'height', 'width'],
];

/** A class derived from `torch.nn.Module` as a target; or why it cannot be one. */
export function draftModule(
  code: PyClass,
  forward: PyFunction,
  path: string,
  usage: readonly SourceFile[],
): TargetDraft | LeftOut {
  const { name, line } = code;
  const spot = { path, line };
  const constructions = seenConstructions(code, usage);
  const construction = constructionOf(code, constructions);
  if (!construction.ok) return { name, spot, because: construction.because };
  const seen = constructions.slice(0, 8).flatMap((each) => callsOfModule(each, forward));
  const found = passedParameters(forward, (parameter) =>
    seen.some(({ tensors }) => tensors[parameter]) ? 'tensor' : undefined,
  );
  if (!found.ok) return { name, spot, because: found.because };
  const { passed } = found;
  const numbers = numbersIn(construction.known);
  const tensors = passed.flatMap((each) => (each.kind === 'tensor' ? [each.name] : []));
  if (tensors.length === 0) return { name, spot, because: 'its forward is passed no tensor' };
  const inputs = shapesOf(tensors, forward, seen, Object.values(numbers), AXES).map((shape) =>
    byLayers(shape, code, numbers),
  );
  const outputs = outputsOf(code, forward, inputs, numbers);
  const dimensions = [
    ...new Set([...inputs, ...outputs].flatMap(({ extents }) => extents).filter((each) => typeof each === 'string')),
  ];
  const others = scalarsOf(passed).filter(({ default: usual }) => usual === undefined);
  const workloads = draftWorkloads(
    { dimensions, others },
    seen.map((call) => ({ values: { ...dimensionValues(inputs, call), ...call.numbers }, spot: call.spot })),
  );
  return {
    name,
    kind: 'module',
    spot,
    entry: name,
    declaration: oneLine(`class ${name}: ${forward.declaration.replace(/^def /, '')}`),
    ...(construction.init && { init: construction.init }),
    args: passed.map((each) => each.name),
    inputs: inputs.map(declared),
    inouts: [],
    outputs: outputs.map(declared),
    scalars: scalarsOf(passed).map(declaredScalar),
    workloads,
    emulate: draftEmulated({ dimensions, others }, workloads),
    notes: [todo('backward: true, where the backward pass matters too')],
  };
}

/** `y = model(x)` behind `model = Model(…)`. */
function callsOfModule(
  { call, file: { path, content } }: SeenConstruction,
  { parameters }: PyFunction,
): SeenArguments[] {
  const [, variable] = /(\w+)\s*(?::\s*[\w.]+\s*)?=\s*[\w.]*$/.exec(call.before) ?? [];
  if (variable === undefined) return [];
  const names = parameters.map(({ name }) => name);
  return callsOf(variable, content)
    .filter(({ index }) => index > call.index)
    .flatMap((each) => argumentsOf(each, names, path, content));
}

/** What the first layer wants, where neither a call nor the code says what the input is. */
function byLayers(shape: Shaped, code: PyClass, numbers: Readonly<Record<string, number>>): Shaped {
  if (shape.note.kind === 'guess') return shape;
  const found = inputByLayers(shape.name, code, numbers);
  if (found !== undefined) return { name: shape.name, ...found, note: guess('from the first layer that it goes into') };
  const [size] = Object.entries(numbers).filter(([, value]) => Number.isInteger(value) && value > 16);
  if (size === undefined || !shape.note.what.startsWith('its shape and')) return shape;
  return {
    ...shape,
    extents: ['batch', size[1]],
    note: todo(`its shape and dtype; the last extent is taken to be the constructor's ${size[0]}`),
  };
}

function outputsOf(
  code: PyClass,
  forward: PyFunction,
  inputs: readonly Shaped[],
  numbers: Readonly<Record<string, number>>,
): Shaped[] {
  const taken = new Set(inputs.map(({ name }) => name));
  const [first] = returnedTensors(forward, inputs, taken);
  const rest = returnedTensors(forward, inputs, taken).slice(1);
  if (first === undefined) return [];
  const found = first.note.kind === 'guess' ? undefined : outputByLayers(code, numbers, inputs);
  const name = freeName('y', taken);
  return [
    found === undefined ? { ...first, name } : { name, ...found, note: guess('from the layer that gives it') },
    ...rest,
  ];
}

function numbersIn(known: Readonly<Record<string, Json>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(known).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}
