import { ConfigurationError } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';
import type { SourceFile } from '../core/source.ts';
import { type Argument, isPython, type Target } from '../core/target.ts';
import { declaredParameters } from './declared-parameters.ts';
import { readableLog } from './excerpt.ts';
import type { Measurement } from './judge-report.ts';
import { launcherNames } from './launcher-names.ts';
import { takes } from './parameter-types.ts';

/*
 * Why there is nothing to improve on: the code as it stands, or what the configuration says of it, is at fault. Each function gives the
 * error for whoever keeps the two.
 */

/** The compiler refused it. */
export function doesNotCompile(
  { name, source, entry, kind }: Target,
  files: readonly SourceFile[],
  log: string,
): ConfigurationError {
  if (kind === 'kernel' && !definesKernel(textOf(source, files), entry)) {
    return new ConfigurationError(`${source} has no __global__ function ${entry}${kernelHint(textOf(source, files))}`, {
      target: name,
    });
  }
  return new ConfigurationError(
    `${source} itself does not compile, so there is nothing to improve on${includeHint(log)}:\n${readableLog({ verdict: 'build-failed', log })}`,
    { target: name },
  );
}

/**
 * That the configuration passes other arguments than the code takes, as far as that can be seen. A launcher is called without its
 * declaration: what it is not passed would be whatever lies where it looks.
 */
export function misdeclared(target: Target, files: readonly SourceFile[]): ConfigurationError | undefined {
  const { name, source, entry, kind, arguments: given } = target;
  if (kind !== 'launcher' && kind !== 'kernel') return undefined;
  const taken = declaredParameters(textOf(source, files), plainName(entry));
  if (taken === undefined) return undefined;
  const wrong = given.findIndex((argument, index) => !takes(taken[index] ?? '', argument));
  if (taken.length === given.length && wrong === -1) return undefined;
  if (taken.length === given.length) {
    return new ConfigurationError(
      `"args" passes ${toldOf(given[wrong])} at place ${wrong + 1}, where ${entry} in ${source} takes "${taken[wrong]}"; correct "args" in the configuration.`,
      { target: name },
    );
  }
  const names = given.map((argument) => argument.name).join(', ');
  return new ConfigurationError(
    `"args" passes ${given.length} (${names}), and ${entry} in ${source} takes ${taken.length} (${taken.join(', ')}); correct "args" in the configuration.`,
    { target: name },
  );
}

/** `x, a tensor of f16,` */
function toldOf(argument: Argument | undefined): string {
  switch (argument?.kind) {
    case 'tensor':
      return `${argument.name}, a tensor of ${argument.dtype},`;
    case 'scalar':
      return `${argument.name}, a number of type ${argument.type},`;
    default:
      return 'the stream';
  }
}

/** Its file could not be imported, or its class not be constructed. */
export function cannotBeConstructed({ name, entry, source, convention }: Target, log: string): ConfigurationError {
  const refused = convention === undefined && constructorRefused(log);
  const hint = refused ? '; the class and "init" must fit each other' : importHint(log);
  const done = convention === undefined ? 'constructed' : 'constructed and called as its file says';
  return new ConfigurationError(
    `${entry} in ${source} itself cannot be ${done}, so there is nothing to improve on${hint}:\n${readableLog({ verdict: 'crashed', log })}`,
    { target: name },
  );
}

/** A project's package was built, and Python does not take it, or not its benchmarks. */
export function cannotBeImported({ name, project }: Target, log: string): ConfigurationError {
  return new ConfigurationError(
    `${name}: the package ${project?.name ?? ''} or its benchmarks cannot be imported, so there is nothing to improve on:\n${readableLog({ verdict: 'crashed', log })}`,
  );
}

/** A project says nothing of how it is called, and its benchmarks do not either. */
export function hasNoBenchmarks(
  { name, project }: Target,
  leftOut: readonly { readonly name: string; readonly because: string }[],
): ConfigurationError {
  const reasons = leftOut.map((each) => `\n${each.name} ${each.because}`).join('');
  return new ConfigurationError(
    `${name}: no benchmark in ${project?.folder === '.' ? '' : `${project?.folder}/`}benchmarks makes a workload; declare "function", "inputs", "outputs" and "workloads" in the configuration${reasons === '' ? '' : `:${reasons}`}`,
  );
}

/** Its backward pass was asked for. */
export function hasNoGradients({ name, entry, source }: Target): ConfigurationError {
  return new ConfigurationError(
    `${entry} in ${source} has no floating input and no parameter that takes a gradient, so it has no backward pass; remove "backward" from the configuration.`,
    { target: name },
  );
}

/** The right answer cannot be told, whatever the code does. `problem` begins with the key. */
export function badReference({ name }: Target, problem: string): ConfigurationError {
  return new ConfigurationError(`${problem.replace(/\.$/, '')}; correct it in the configuration.`, { target: name });
}

/** It was measured against itself, and did not pass. */
export function failsItsOwnCheck(
  target: Target,
  files: readonly SourceFile[],
  { outcome, detail, log }: Pick<Measurement, 'outcome' | 'detail' | 'log'>,
): ConfigurationError {
  const { name, source, entry, kind } = target;
  if (outcome === 'bad-reference') return badReference(target, detail);
  if (kind === 'launcher' && new RegExp(`undefined symbol: ${entry}\\b`).test(log)) {
    return new ConfigurationError(`${source} has no extern "C" function ${entry}${entryHint(target, files)}`, {
      target: name,
    });
  }
  const hint = isPython(target) ? importHint(log) : perhapsMiscalled(outcome, detail) ? MISCALLED : '';
  // What the detail says already need not be printed.
  const printed = detail.endsWith(log.trim()) ? '' : `\n${readableLog({ verdict: 'crashed', log })}`;
  return new ConfigurationError(
    `the code in ${source} fails its own check, so there is nothing to measure against: ${detail}${hint}${printed}`,
    { target: name },
  );
}

const MISCALLED = '; do the dtypes and the order in `args` match its declaration?';

/** What a launcher does that takes its arguments for others; not where the judge had no shape for it or no answer in time. */
function perhapsMiscalled(outcome: Measurement['outcome'], detail: string): boolean {
  if (outcome === 'baseline-failed') return /^(it crashed|it changes|it writes|its results)/.test(detail);
  return outcome === 'crashed' || outcome === 'incorrect' || outcome === 'rejected';
}

function entryHint({ entry, source }: Target, files: readonly SourceFile[]): string {
  const text = textOf(source, files);
  const meant = didYouMean(entry, launcherNames(text));
  if (meant !== '') return meant;
  if (definesKernel(text, entry))
    return ': that is a kernel; name the function that launches it, or give "kernel" and "launch" in place of "entry".';
  return new RegExp(`\\b${entry}\\s*\\(`).test(text)
    ? '; write extern "C" before its definition.'
    : '; correct "entry" in the configuration.';
}

export function textOf(source: string, files: readonly SourceFile[]): string {
  return files.find(({ path }) => path === source)?.content ?? '';
}

/** @param name perhaps with a namespace or template arguments, which stand elsewhere where it is defined */
export function definesKernel(text: string, name: string): boolean {
  return new RegExp(`__global__[^;{}]*\\b${plainName(name)}\\s*\\(`).test(text);
}

function plainName(name: string): string {
  return /(\w+)(<.*)?$/.exec(name)?.[1] ?? name;
}

function kernelHint(text: string): string {
  const heads = text.replace(/__launch_bounds__\s*\([^)]*\)/g, '').matchAll(/__global__[^;{}(]*\b(\w+)\s*\(/g);
  const names = [...new Set([...heads].map(([, name]) => name))];
  const correct = '; correct "kernel" in the configuration';
  return names.length === 0 || names.length > 5 ? `${correct}.` : `${correct}: it has ${names.join(', ')}.`;
}

/** A constructor that does not fit its arguments, and not a `TypeError` while the file was imported. */
function constructorRefused(log: string): boolean {
  return lastLine(log).startsWith('TypeError') && !log.includes(', in <module>');
}

/** Where a header is looked for is told by the compiler only in part, and a missing submodule not at all. */
function includeHint(log: string): string {
  if (!/fatal error: .*: No such file or directory/.test(log)) return '';
  return '; headers of your own are found beside the file that includes them and in the folders of "include"; those of a submodule are there only where it is checked out, and on GitHub neither they nor those behind a link are read';
}

function importHint(log: string): string {
  if (!/^(ModuleNotFoundError|ImportError: attempted relative import)/.test(lastLine(log))) return '';
  return '; modules of your own are found from the root of the repository, from src and from the folder of the file, and packages must be installed where the Python of Kernelwright finds them';
}

function lastLine(log: string): string {
  return log.trimEnd().split('\n').at(-1) ?? '';
}
