import type { Survey } from '../targets/draft/survey.ts';
import type { DraftedFile } from './survey-list.ts';

/** So many files still make a command to copy. */
const MOST_NAMED = 5;

/** What to do once drafts lie on the disk, one line each. `files` tells which do, and which stayed as they were. */
export function nextSteps(
  { drafts, convention }: Survey,
  files: readonly Pick<DraftedFile, 'path' | 'outcome'>[],
  { config, workflow }: { readonly config: string; readonly workflow: string },
): string[] {
  const outcomeOf = (path: string) => files.find((file) => file.path === path)?.outcome;
  const accepted = drafts.filter(({ problem }) => problem === undefined).length;
  const written = files.filter(({ outcome }) => outcome === 'written').map(({ path }) => path);
  return [
    ...ofTheConfiguration(config, outcomeOf(config), accepted, convention.length),
    ...(outcomeOf(workflow) === 'written'
      ? [`name your runner and the place of Kernelwright in ${workflow}, and add the secret ANTHROPIC_API_KEY`]
      : []),
    ...ofMeasuring(config, outcomeOf(config), accepted, drafts.length),
    ...(convention.length === 0
      ? []
      : [`kernelwright bench ${named(convention)} checks and times the files in KernelBench's convention`]),
    ...(written.length === 0
      ? []
      : [
          `commit ${written.join(' and ')}: from the base branch on ${written.length === 1 ? 'it counts' : 'they count'}`,
        ]),
  ];
}

function ofTheConfiguration(
  config: string,
  outcome: DraftedFile['outcome'] | undefined,
  accepted: number,
  inConvention: number,
): string[] {
  if (outcome === 'kept') return [`kernelwright init --dry-run prints the draft; ${config} stayed as it was`];
  if (outcome !== 'written') return [];
  return [
    `read ${config}: correct what is marked "guess", say what is marked "TODO"`,
    ...(accepted + inConvention > 0
      ? []
      : [`no draft is accepted as it is: take the "# " away in ${config} from what you have completed`]),
  ];
}

/** `bench` by itself takes the targets of the configuration; files in the convention have to be named. */
function ofMeasuring(
  config: string,
  outcome: DraftedFile['outcome'] | undefined,
  accepted: number,
  drafted: number,
): string[] {
  if (outcome === 'kept') return [`kernelwright bench checks and times the targets that ${config} has`];
  if (outcome !== 'written' || accepted === 0) return [];
  const what = accepted === 1 ? 'the target' : `the ${accepted} targets`;
  const others = drafted > accepted ? `, and not what is commented out` : '';
  return [`kernelwright bench checks and times ${what} of ${config}${others}`];
}

function named(paths: readonly string[]): string {
  const quoted = paths
    .slice(0, MOST_NAMED)
    .map((path) => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`));
  return `${quoted.join(' ')}${paths.length > MOST_NAMED ? ' (and so on)' : ''}`;
}
