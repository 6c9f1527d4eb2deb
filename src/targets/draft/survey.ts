import type { SourceFile } from '../../core/source.ts';
import { createSyntax, type Syntax } from '../dependencies/syntax.ts';
import type { Repository } from '../repository.ts';
import type { Candidate } from './candidate.ts';
import { checkDraft, type WrittenDraft } from './check-draft.ts';
import { cudaCandidates } from './cuda/cuda-candidates.ts';
import type { LeftOut, TargetDraft } from './draft.ts';
import { projectDrafts } from './project-drafts.ts';
import { pythonCandidates } from './python/python-candidates.ts';
import { readFiles } from './read-files.ts';

/** What a repository holds that can be optimized. */
export interface Survey {
  /** As blocks for the configuration; those that it would not accept are commented out there. */
  readonly drafts: readonly WrittenDraft[];
  /** Code of which there is no draft, with the reason. */
  readonly leftOut: readonly LeftOut[];
  /** Files in KernelBench's convention, which need no configuration. */
  readonly convention: readonly string[];
}

/** More targets than that nobody reads through; the others are listed. */
const MOST_DRAFTS = 50;

/** Looks through the files at `paths`, all of the repository's. */
export async function surveyRepository(
  repository: Pick<Repository, 'readFile'>,
  paths: readonly string[],
  syntax: Syntax = createSyntax({ textMs: 1_000, overruns: 20 }),
): Promise<Survey> {
  const files = await readFiles(repository, paths);
  const python = await pythonCandidates(files, syntax);
  const candidates = [...(await cudaCandidates(files, syntax)), ...python.candidates];
  const users = usersOf(new Set(candidates.flatMap(({ names }) => names)), files);
  const drafts: WrittenDraft[] = [];
  const leftOut: LeftOut[] = [];
  const taken = new Set<string>();
  const projects = await projectDrafts(repository, paths);
  const ofFiles = candidates.map((candidate) => candidate.draft(namedIn(candidate, users)));
  for (const found of [...projects.found, ...ofFiles.filter(({ spot }) => !projects.files.has(spot.path))]) {
    if ('because' in found) leftOut.push(found);
    else if (drafts.length >= MOST_DRAFTS) leftOut.push(unread(found));
    else drafts.push(checkDraft(named(found, taken)));
  }
  return { drafts, leftOut, convention: python.convention };
}

/** Which files have which of the names in them. */
function usersOf(names: ReadonlySet<string>, files: readonly SourceFile[]): Map<string, SourceFile[]> {
  const users = new Map<string, SourceFile[]>();
  for (const file of files) {
    const words = new Set(file.content.match(/[A-Za-z_]\w*/g));
    for (const name of names) {
      if (words.has(name)) users.set(name, [...(users.get(name) ?? []), file]);
    }
  }
  return users;
}

function namedIn({ names }: Candidate, users: ReadonlyMap<string, readonly SourceFile[]>): SourceFile[] {
  return [...new Set(names.flatMap((name) => users.get(name) ?? []))];
}

/** With a name that no other target has. */
function named(draft: TargetDraft, taken: Set<string>): TargetDraft {
  let name = draft.name;
  for (let number = 2; taken.has(name); number++) name = `${draft.name}-${number}`;
  taken.add(name);
  return { ...draft, name };
}

function unread({ name, spot }: TargetDraft): LeftOut {
  return { name, spot, because: `there are ${MOST_DRAFTS} targets already; add it where it matters` };
}
