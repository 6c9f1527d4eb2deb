import { ConfigurationError, orMistake } from '../core/errors.ts';
import type { LeftOut } from '../core/outcome.ts';
import { isPython, sourcesOf, type Target } from '../core/target.ts';
import type { Configuration } from './configuration.ts';
import type { DependencyGraph } from './dependencies/graph.ts';
import type { ChangedFile } from './repository.ts';

/** What is optimized and what is not, each with the reason in words. */
export interface Selection {
  readonly selected: readonly { readonly target: Target; readonly because: string }[];
  readonly leftOut: readonly NotSelected[];
}

export interface NotSelected extends LeftOut {
  /** The changes reach it, or may, and it cannot be read as it is now: somebody has to mend it before it counts again. */
  readonly unread?: true;
}

/**
 * Selects the targets whose source was added, modified or renamed, or that need a file that was: a header, a module, and also one that was
 * removed. One that changed and cannot be read whole, or built, is left out with the reason. `graph` is of the commit or the working tree that has
 * the changes. The order is that of the configuration.
 */
export async function selectTargets(
  configuration: Configuration,
  changedFiles: readonly ChangedFile[],
  graph: DependencyGraph,
): Promise<Selection> {
  const changes = changesByPath(changedFiles);
  const judged = await Promise.all(
    configuration.targets.map(async (target) => ({ target, ...(await judge(target, changes, graph)) })),
  );
  return {
    selected: judged.flatMap(({ target, found, because }) => (found === 'changed' ? { target, because } : [])),
    leftOut: judged.flatMap(({ target: { name }, found, because }) => {
      if (found === 'changed') return [];
      return found === 'unread' ? { name, because, unread: true as const } : { name, because };
    }),
  };
}

/** Those that would have been selected, could they be read: `a: a.cu is not UTF-8 text; save it as UTF-8`. */
export function unreadIn({ leftOut }: Pick<Selection, 'leftOut'>): readonly LeftOut[] {
  return leftOut.flatMap(({ name, because, unread }) => (unread ? { name, because } : []));
}

interface Judgement {
  readonly found: 'changed' | 'nothing' | 'unread';
  readonly because: string;
}

async function judge(
  target: Target,
  changes: ReadonlyMap<string, ChangedFile>,
  graph: DependencyGraph,
): Promise<Judgement> {
  const { source, kind } = target;
  const own = changes.get(source);
  if (own !== undefined) return readable(target, judgeSource(target, own), graph);
  if (![...changes.keys()].some((path) => canBeNeeded(path, target))) return no(`${source} did not change`);
  const needed = await orMistake(graph.neededBy(target));
  if (needed instanceof ConfigurationError) return unread(needed.problem);
  if (needed === undefined) return no(`there is no ${source}`);
  for (const { path, from, through } of needed.slice(1)) {
    const change = changes.get(path);
    if (change === undefined) continue;
    const way = through.length === 0 ? '' : ` through ${listed(through)}`;
    const why = path === from ? `is compiled with ${source}` : `${from} ${verb(kind)}${way}`;
    return { found: 'changed', because: `${whatHappened(change, path)}, which ${why}` };
  }
  if (needed.length === 1) return no(`${source} did not change`);
  const compiled = sourcesOf(target).length > 1 ? ', nor what is compiled with it,' : '';
  return no(`neither ${source}${compiled} nor anything that it ${verb(kind)} changed`);
}

/** What cannot be read is not optimized, whatever happened to it. */
async function readable(target: Target, found: Judgement, graph: DependencyGraph): Promise<Judgement> {
  if (found.found !== 'changed') return found;
  const needed = await orMistake(graph.neededBy(target));
  if (needed instanceof ConfigurationError) return unread(needed.problem);
  return found;
}

function judgeSource(target: Target, change: ChangedFile): Judgement {
  const { source } = target;
  if (change.path !== source) {
    const key = isPython(target) ? target.kind : 'source';
    return unread(`${source} was renamed to ${change.path}; change the target's ${key}`);
  }
  return { found: change.status === 'removed' ? 'nothing' : 'changed', because: whatHappened(change, source) };
}

/** By the path that a file has, and by the one that it had. */
function changesByPath(changedFiles: readonly ChangedFile[]): Map<string, ChangedFile> {
  const before = changedFiles.flatMap((file) => (file.previousPath === undefined ? [] : [[file.previousPath, file]]));
  return new Map([...before, ...changedFiles.map((file) => [file.path, file])] as [string, ChangedFile][]);
}

const NO_HEADER = /\.(?:pyi?|ipynb|md|rst|ya?ml|toml|json)$/;

/** Whether it is worth while to read what a target needs. On GitHub each file that is read is a request. */
function canBeNeeded(path: string, { kind }: Pick<Target, 'kind'>): boolean {
  if (kind === 'kernel-builder') return true;
  return isPython({ kind }) ? path.endsWith('.py') : !NO_HEADER.test(path);
}

/** What became of a file, under the path by which it is asked for: `a.cu was modified`. */
export function whatHappened({ path, status, previousPath }: ChangedFile, asked: string): string {
  if (status !== 'renamed' || previousPath === undefined) return `${asked} was ${status}`;
  return asked === path ? `${path} was renamed from ${previousPath}` : `${asked} was renamed to ${path}`;
}

function verb(kind: Target['kind']): string {
  if (kind === 'kernel-builder') return 'brings in';
  return isPython({ kind }) ? 'imports' : 'includes';
}

function listed(paths: readonly string[]): string {
  return paths.length < 2 ? paths.join('') : `${paths.slice(0, -1).join(', ')} and ${paths.at(-1)}`;
}

function no(because: string): Judgement {
  return { found: 'nothing', because };
}

function unread(because: string): Judgement {
  return { found: 'unread', because };
}
