import { ConfigurationError } from '../core/errors.ts';
import type { Target } from '../core/target.ts';
import { formatPath, type Issue, reportInto } from './issues.ts';
import { type Position, readYaml } from './positions.ts';
import { readTarget } from './read-target.ts';
import { configurationSchema } from './schema.ts';
import { reportShape } from './shape-issues.ts';

/** What a repository says there is to optimize. */
export interface Configuration {
  readonly targets: readonly Target[];
}

/** More than these at once help nobody. */
const MOST_ISSUES = 10;

/**
 * Reads the text of a configuration file; `path` is only for messages.
 * @throws ConfigurationError with one line for each of the first ten problems: `path:line:column: message`.
 */
export function parseConfiguration(text: string, path: string): Configuration {
  const yaml = readYaml(text);
  if (!yaml.ok) throw configurationError(path, yaml.problems);
  const issues: Issue[] = [];
  const targets = readTargets(yaml.data, issues);
  if (issues.length > 0) {
    throw configurationError(
      path,
      issues.map((issue) => ({ position: yaml.locate(issue), message: sentence(issue) })),
    );
  }
  return { targets };
}

function readTargets(data: unknown, issues: Issue[]): Target[] {
  const report = reportInto(issues, []);
  if (data === null || data === undefined) {
    report([], 'the file is empty; name what to optimize under "targets:"');
    return [];
  }
  const file = configurationSchema.safeParse(data, { reportInput: true });
  if (!file.success) reportShape(file.error, ['targets'], report);
  // Unknown keys beside `targets` do not hide what is wrong inside it.
  const written = configurationSchema.loose().safeParse(data);
  if (!written.success) return [];
  const entries = Object.entries(written.data.targets);
  if (entries.length === 0) report(['targets'], 'names no target; add one, such as "softmax:", with what to optimize');
  return entries.flatMap(([name, entry]) => readTarget(name, entry, reportInto(issues, ['targets', name])) ?? []);
}

function sentence({ path, message }: Issue): string {
  const text = path.length === 0 ? message : `${formatPath(path)}: ${message}`;
  // Keys may hold anything; a message stays on its line.
  return text.replace(/\p{Cc}+/gu, ' ');
}

function configurationError(
  path: string,
  problems: readonly { position: Position; message: string }[],
): ConfigurationError {
  const lines = [...problems]
    .sort((a, b) => a.position.line - b.position.line || a.position.column - b.position.column)
    .map(({ position, message }) => `${path}:${position.line}:${position.column}: ${message}`);
  const more = lines.length - MOST_ISSUES;
  return new ConfigurationError(
    [...lines.slice(0, MOST_ISSUES), ...(more > 0 ? [`… and ${more} more`] : [])].join('\n'),
  );
}
