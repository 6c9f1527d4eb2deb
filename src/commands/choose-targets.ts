import type { LeftOut } from '../core/outcome.ts';
import type { Target } from '../core/target.ts';
import { changedConventionTargets } from '../targets/convention-targets.ts';
import { type DependencyGraph, dependencyGraph } from '../targets/dependencies/graph.ts';
import type { Recognizer } from '../targets/kernelbench.ts';
import { WORKING_TREE } from '../targets/local-repository.ts';
import type { Repository } from '../targets/repository.ts';
import { selectTargets, unreadIn } from '../targets/select.ts';
import type { Door } from './door.ts';
import { chosenTargets, noConfiguration, readChanges, readConfigurationIfThere } from './local-targets.ts';

/** One line for each, at once. */
export function sayLeftOut(door: Pick<Door, 'step'>, leftOut: readonly LeftOut[]): void {
  for (const { name, because } of leftOut) door.step(`${name} is left out: ${because}`);
}

/** What there is to work on. */
export interface Choice {
  readonly targets: readonly Target[];
  readonly graph: DependencyGraph;
  /** Of those that the changes reach. */
  readonly unread: readonly LeftOut[];
}

/** Where targets are looked for. */
export interface Sources {
  readonly repository: Repository;
  /** Path of the configuration. */
  readonly config: string;
  readonly recognize: Recognizer;
}

/** The targets that are named, or all, or those that the changes reach. Only the last need git. */
export async function chooseTargets(
  names: readonly string[],
  { all }: { readonly all: boolean },
  { repository, config, recognize }: Sources,
  door: Pick<Door, 'step'>,
): Promise<Choice> {
  if (names.length > 0 || all) {
    const targets = await chosenTargets(repository, config, names, recognize);
    return { targets, graph: dependencyGraph(repository, WORKING_TREE), unread: [] };
  }
  const written = await readConfigurationIfThere(repository, config);
  const configuration = written ?? { targets: [] };
  const changedFiles = await readChanges(repository, 'Name a target or use --all, which need no git.');
  const graph = dependencyGraph(repository, WORKING_TREE, changedFiles);
  const { selected, leftOut } = await selectTargets(configuration, changedFiles, graph);
  sayLeftOut(door, leftOut);
  const found = await changedConventionTargets(repository, WORKING_TREE, changedFiles, configuration, recognize);
  if (written === undefined && found.selected.length === 0) throw await noConfiguration(repository, config);
  const targets = [...selected, ...found.selected].map(({ target }) => target);
  return { targets, graph, unread: unreadIn({ leftOut }) };
}
