import type { Node } from 'web-tree-sitter';
import { type Formula, operation } from '../../targets/formula.ts';
import { parseFormula } from '../../targets/parse-formula.ts';
import { around, type Constant, type Constants, constantAt, decimal, isPresent } from './constants.ts';
import type { Limit } from './space.ts';

export const MOST_THREADS = 1_024;
/** Threads on one multiprocessor, of those GPUs that have room for the most. */
export const MOST_RESIDENT = 2_048;
const AXES = ['x', 'y', 'z'];

/** `kernel<128, 4><<<grid, block>>>(…)` */
export interface Launch {
  readonly kernel: string;
  readonly node: Node;
  readonly templateArguments: readonly Node[];
  readonly grid: Node | undefined;
  /** The extents of a block, one to three. */
  readonly block: readonly Node[];
}

/** The numbers that are written at launches and in `__launch_bounds__`, and what bounds the threads of each block. */
export function launchConstants(root: Node, launches: readonly Launch[]): Constants {
  const bounds = root.descendantsOfType('launch_bounds').flatMap(boundsOf);
  const found = launches.flatMap((launch) => [...blockConstants(launch, bounds), ...templateConstants(launch, root)]);
  const taken = new Set(found.flatMap(({ places }) => places.map(({ start }) => start)));
  return {
    found: [...found, ...bounds.filter(({ places }) => places.every(({ start }) => !taken.has(start)))],
    limits: launches.flatMap((launch) => threadLimits(launch, bounds)),
  };
}

export function launchesOf(root: Node): readonly Launch[] {
  return root.descendantsOfType('kernel_call_syntax').map(launchOf).filter(isPresent);
}

function launchOf(node: Node): Launch | undefined {
  const called = node.parent?.childForFieldName('function');
  if (!called) return undefined;
  const name = called.type === 'template_function' ? called.childForFieldName('name') : called;
  const templateArguments = called.childForFieldName('arguments')?.namedChildren.filter(isCode) ?? [];
  const [grid, block] = node.namedChildren.filter(isCode);
  const extents = block === undefined ? [] : extentsOf(block, node);
  return { kernel: name?.text ?? '', node, templateArguments, grid, block: extents };
}

function isCode({ type }: Node): boolean {
  return type !== 'comment';
}

/** Those of `dim3(16, 16)`, of a variable that is made so, or of a number alone. */
function extentsOf(block: Node, launch: Node): readonly Node[] {
  if (block.type === 'identifier') {
    const made = dim3Named(block.text, launch);
    return made === undefined ? [block] : argumentsIn(made);
  }
  const isDim3 = block.type === 'call_expression' && block.childForFieldName('function')?.text === 'dim3';
  return isDim3 ? argumentsIn(block.childForFieldName('arguments') ?? block) : [block];
}

/**
 * What stands in the parentheses of `dim3 name(…)` in the same function, unless that is changed later; the parser takes two names there for a
 * function's parameters.
 */
function dim3Named(name: string, launch: Node): Node | undefined {
  const within = around(launch, 'function_definition');
  const changed = within?.descendantsOfType('assignment_expression').map((one) => one.childForFieldName('left')?.text);
  if (changed?.some((left) => left?.split('.')[0] === name)) return undefined;
  return within
    ?.descendantsOfType('declaration')
    .filter((node) => node.childForFieldName('type')?.text === 'dim3')
    .flatMap((node) => node.childrenForFieldName('declarator'))
    .filter((declarator) => declarator?.childForFieldName('declarator')?.text === name)
    .map((declarator) => {
      const value = declarator?.childForFieldName('value') ?? declarator?.childForFieldName('parameters');
      return value?.type === 'call_expression' ? value.childForFieldName('arguments') : value;
    })
    .find((node) => node !== null && node !== undefined);
}

function argumentsIn(list: Node): readonly Node[] {
  return list.namedChildren.filter(isCode);
}

/**
 * The extents that are numbers. What repeats the number of a block of one extent changes with it: a quotient that counts the blocks, a template
 * argument, the bound of its threads.
 */
function blockConstants(launch: Launch, bounds: readonly Constant[]): Constant[] {
  const { kernel, block } = launch;
  return block
    .map((extent, axis) => {
      const constant = constantAt(extent, blockName(launch, axis), 'block');
      if (constant === undefined || block.length > 1) return constant;
      const repeated = repeatedArguments(launch, constant.value);
      const bound = bounds.filter(({ name, value }) => name === boundsName(kernel) && value === constant.value);
      const places = [
        ...constant.places,
        ...quotientsBy(constant.value, launch),
        ...repeated.map(placeOf),
        ...bound.flatMap((one) => one.places),
      ];
      return { ...constant, places };
    })
    .filter(isPresent);
}

function blockName({ kernel, block }: Launch, axis: number): string {
  return `block${block.length > 1 ? ` ${AXES[axis]}` : ''} of ${kernel}`;
}

function boundsName(kernel: string): string {
  return `launch bounds of ${kernel}`;
}

export function residentsName(kernel: string): string {
  return `resident blocks of ${kernel}`;
}

/** The template arguments of a launch that are this number, too. */
function repeatedArguments({ templateArguments }: Launch, value: number): readonly Node[] {
  return templateArguments.filter(({ text }) => decimal(text)?.value === value);
}

/** The literals of `(n + 255) / 256` in the function that launches. */
function quotientsBy(value: number, { node }: Launch): Constant['places'] {
  const within = around(node, 'function_definition') ?? node;
  return within.descendantsOfType('binary_expression').flatMap((quotient) => {
    const [left, right] = [quotient.childForFieldName('left'), quotient.childForFieldName('right')];
    if (quotient.childForFieldName('operator')?.text !== '/' || left === null || right === null) return [];
    if (decimal(right.text)?.value !== value) return [];
    const added = left.descendantsOfType('number_literal').filter((one) => decimal(one.text)?.value === value - 1);
    return added.length === 0 ? [] : [placeOf(right), ...added.map((one) => ({ ...placeOf(one), offset: -1 }))];
  });
}

function placeOf(literal: Node): Constant['places'][number] {
  return { start: literal.startIndex, end: literal.startIndex + (decimal(literal.text)?.length ?? 0) };
}

/** Template arguments that are numbers, by the names of the parameters; without those that repeat the size of the block. */
function templateConstants(launch: Launch, root: Node): Constant[] {
  const { kernel, block, templateArguments } = launch;
  const names = parameterNames(kernel, root);
  const size = block.length === 1 ? decimal(block[0]?.text ?? '')?.value : undefined;
  return templateArguments
    .map((argument, index) => {
      const constant = constantAt(
        argument,
        `${names[index] ?? `template argument ${index + 1}`} of ${kernel}`,
        'argument',
      );
      return constant?.value === size ? undefined : constant;
    })
    .filter(isPresent);
}

/** Of the template parameters of a kernel, in their order; undefined for one without a name. */
function parameterNames(kernel: string, root: Node): (string | undefined)[] {
  const template = root
    .descendantsOfType('template_declaration')
    .find((node) =>
      node.descendantsOfType('function_declarator').some((one) => one.childForFieldName('declarator')?.text === kernel),
    );
  const parameters = template?.childForFieldName('parameters')?.namedChildren.filter(isCode) ?? [];
  return parameters.map((parameter) => parameter.childForFieldName('declarator')?.text);
}

/** `__launch_bounds__(256, 2)`: the most threads of a block, and the fewest blocks of a multiprocessor. */
function boundsOf(node: Node): Constant[] {
  const kernel = kernelOf(node);
  const [threads, residents] = node.namedChildren.filter(isCode);
  return [
    threads && constantAt(threads, boundsName(kernel), 'bounds'),
    residents && constantAt(residents, residentsName(kernel), 'residents'),
  ].filter(isPresent);
}

/** The name of the kernel that a `__launch_bounds__` is of. */
export function kernelOf(bounds: Node): string {
  const declarator = bounds.parent?.descendantsOfType('function_declarator')[0];
  return declarator?.childForFieldName('declarator')?.text ?? `line ${bounds.startPosition.row + 1}`;
}

/** A block has at most 1,024 threads, and at most as many as the kernel's `__launch_bounds__` promise. */
function threadLimits(launch: Launch, bounds: readonly Constant[]): Limit[] {
  const extents = launch.block.map((extent, axis) =>
    decimal(extent.text) === undefined
      ? parseFormula(extent.text)
      : { ok: true as const, value: blockName(launch, axis) },
  );
  if (extents.length === 0 || !extents.every(({ ok }) => ok)) return [];
  const threads = extents.reduce<Formula>((all, one) => (one.ok ? operation('*', all, one.value) : all), 1);
  const bound = bounds.find(({ name }) => name === boundsName(launch.kernel));
  return [
    { amount: threads, most: MOST_THREADS },
    { amount: operation('*', threads, residentsName(launch.kernel)), most: MOST_RESIDENT },
    ...(bound === undefined ? [] : [{ amount: operation('-', threads, bound.name), most: 0 }]),
  ];
}
