import { git } from './run.ts';

/** One file of a comparison, in GitHub's words. */
export interface FileChange {
  readonly path: string;
  readonly previousPath?: string;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed' | 'changed';
  /** Blob after the change; before it for a removed file. */
  readonly sha: string;
  readonly additions: number;
  readonly deletions: number;
  /** Hunks only; absent for binary files, pure renames and files too large to show. */
  readonly patch?: string;
}

const STATUS = { A: 'added', D: 'removed', M: 'modified', R: 'renamed', T: 'changed' } as const;

/** https://docs.github.com/en/repositories/creating-and-managing-repositories/repository-limits#diff-limits */
const LARGEST_PATCH = { lines: 20_000, bytes: 500_000 } as const;

const OPTIONS = ['--no-color', '--no-ext-diff', '--no-textconv', '--find-renames', '--full-index', '--abbrev=40'];

/** What changed from one commit or tree to another, in the order of the paths. */
export async function changedFiles(directory: string, from: string, to: string): Promise<FileChange[]> {
  const [summary, patches] = await Promise.all([
    git(directory, ['diff', ...OPTIONS, '--raw', '--numstat', '-z', from, to]),
    git(directory, ['diff', ...OPTIONS, '--patch', from, to]),
  ]);
  return withPatches(parseSummary(summary.toString('utf8')), patches.toString('utf8'));
}

/** The unified diff as git prints it, for the `diff` media type. */
export function unifiedDiff(directory: string, from: string, to: string): Promise<Buffer> {
  return git(directory, ['diff', ...OPTIONS, '--patch', from, to]);
}

/** `--raw --numstat -z` prints all raw records, then as many of counts, in the same order. */
function parseSummary(out: string): Omit<FileChange, 'patch'>[] {
  const fields = out.split('\0');
  const next = () => fields.shift() ?? '';
  const raw: Pick<FileChange, 'path' | 'previousPath' | 'status' | 'sha'>[] = [];
  while (fields[0]?.startsWith(':')) {
    const [, , before = '', after = '', letter = 'M'] = next().split(' ');
    const status = STATUS[letter.charAt(0) as keyof typeof STATUS];
    const first = next();
    raw.push({
      status,
      sha: status === 'removed' ? before : after,
      ...(status === 'renamed' ? { previousPath: first, path: next() } : { path: first }),
    });
  }
  return raw.map((change) => {
    const [additions = '', deletions = ''] = next().split('\t');
    if (change.status === 'renamed') fields.splice(0, 2);
    return { ...change, additions: Number(additions) || 0, deletions: Number(deletions) || 0 };
  });
}

function withPatches(changes: readonly Omit<FileChange, 'patch'>[], text: string): FileChange[] {
  const sections = text.split(/^diff --git /m).slice(1);
  return changes.map((change) => {
    const section = sections.shift() ?? '';
    // A file that becomes a symbolic link prints two sections, a deletion and an addition.
    if (change.status === 'changed') sections.shift();
    const start = section.search(/^@@ /m);
    const patch = start < 0 ? undefined : section.slice(start).replace(/\n$/, '');
    return patch === undefined || isTooLarge(patch) ? change : { ...change, patch };
  });
}

function isTooLarge(patch: string): boolean {
  return Buffer.byteLength(patch) > LARGEST_PATCH.bytes || patch.split('\n').length > LARGEST_PATCH.lines;
}
