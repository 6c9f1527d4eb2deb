import { styleText } from 'node:util';
import { at, type Note, type TargetDraft } from '../targets/draft/draft.ts';
import type { Survey } from '../targets/draft/survey.ts';
import { columns } from './columns.ts';
import { plain, type TerminalOptions } from './terminal-text.ts';

/** What became of a file that a draft is for. */
export interface DraftedFile {
  readonly path: string;
  /** `kept`: somebody said that the one that is there stays. */
  readonly outcome: 'written' | 'kept' | 'not written';
  readonly content: string;
}

const MOST_LEFT_OUT = 20;

/** What `kernelwright init` found and did, for people. Ends without a line end. */
export function renderSurvey(survey: Survey, files: readonly DraftedFile[], { color }: TerminalOptions): string {
  const title = (text: string) => (color ? styleText('bold', text, { validateStream: false }) : text);
  const { drafts, leftOut, convention } = survey;
  const accepted = drafts.filter(({ problem }) => problem === undefined);
  const others = [
    ...drafts.flatMap(({ draft, problem }) =>
      problem === undefined ? [] : [{ name: draft.name, spot: draft.spot, because: `commented out: ${problem}` }],
    ),
    ...leftOut,
  ];
  const shown = others.slice(0, MOST_LEFT_OUT);
  const more = others.length - shown.length;
  const parts = [
    title(`${counted(accepted.length, 'target')} drafted${accepted.length === 0 ? '.' : ':'}`),
    rows(accepted.map(({ draft }) => [draft.name, draft.kind, at(draft.spot), openPoints(draft)])),
    ...(convention.length === 0
      ? []
      : [
          `\n${title("In KernelBench's convention, which needs no configuration:")}`,
          rows(convention.map((path) => [path])),
        ]),
    ...(others.length === 0
      ? []
      : [`\n${title('Not drafted:')}`, rows(shown.map(({ name, spot, because }) => [name, at(spot), because]))]),
    ...(more > 0 ? [`  … and ${more} more`] : []),
    ...(files.length === 0
      ? []
      : [
          `\n${title('Files:')}`,
          rows(files.map(({ path, outcome }) => [path, outcome === 'kept' ? 'kept as it was' : outcome])),
        ]),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

/** The same as JSON has it. */
export function surveyAsData({ drafts, leftOut, convention }: Survey) {
  const targets = drafts.map(({ draft, problem }) => ({
    target: draft.name,
    kind: draft.kind,
    source: draft.spot.path,
    line: draft.spot.line,
    entry: draft.entry,
    ...(problem === undefined ? {} : { commented_out: problem }),
    guesses: notesOf(draft).flatMap((note) => (note.kind === 'guess' ? [note.from] : [])),
    todo: notesOf(draft).flatMap((note) => (note.kind === 'todo' ? [note.what] : [])),
  }));
  const left_out = leftOut.map(({ name, spot, because }) => ({ name, source: spot.path, line: spot.line, because }));
  return { targets, left_out, convention };
}

function rows(list: readonly (readonly string[])[]): string {
  return columns(list.map(([first = '', ...rest]) => [`  ${plain(first)}`, ...rest.map(plain)]));
}

/** Of a target: `3 guesses, 1 to do`. */
function openPoints(draft: TargetDraft): string {
  const notes = notesOf(draft);
  const wanted = notes.filter(({ kind }) => kind === 'todo').length;
  const guesses = counted(notes.length - wanted, 'guess', 'guesses');
  return wanted === 0 ? guesses : `${guesses}, ${wanted} to do`;
}

function notesOf({ launch, init, inputs, inouts, outputs, scalars, workloads, emulate, notes }: TargetDraft): Note[] {
  const all = [
    launch?.note,
    init?.note,
    ...[...inputs, ...inouts, ...outputs, ...scalars, ...workloads].map(({ note }) => note),
    emulate?.note,
  ];
  return [...all.filter((note) => note !== undefined), ...notes];
}

function counted(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? `1 ${one}` : `${count} ${many}`;
}
