import { gitText, tryGitText } from './run.ts';

export interface Signature {
  readonly name: string;
  readonly email: string;
  /** Seconds since 1970, and the offset as git writes it. */
  readonly seconds: number;
  readonly offset: string;
}

export interface Commit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

export async function readCommit(directory: string, sha: string): Promise<Commit> {
  const text = await gitText(directory, ['cat-file', 'commit', sha]);
  const end = text.indexOf('\n\n');
  const lines = text.slice(0, end).split('\n');
  const values = (key: string) => lines.filter((l) => l.startsWith(`${key} `)).map((l) => l.slice(key.length + 1));
  return {
    sha,
    tree: values('tree')[0] ?? '',
    parents: values('parent'),
    author: parseSignature(values('author')[0] ?? ''),
    committer: parseSignature(values('committer')[0] ?? ''),
    message: text.slice(end + 2).trimEnd(),
  };
}

/** Writes the object itself, because `git commit-tree` would add a newline to the message, which GitHub does not. */
export function writeCommit(directory: string, commit: Omit<Commit, 'sha'>): Promise<string> {
  const lines = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${formatSignature(commit.author)}`,
    `committer ${formatSignature(commit.committer)}`,
  ];
  const input = `${lines.join('\n')}\n\n${commit.message}`;
  return gitText(directory, ['hash-object', '-t', 'commit', '-w', '--stdin'], { input });
}

/** SHAs of `from..to`, oldest first. */
export async function commitsBetween(directory: string, from: string, to: string): Promise<string[]> {
  const out = await gitText(directory, ['rev-list', '--reverse', '--topo-order', `${from}..${to}`]);
  return out === '' ? [] : out.split('\n');
}

/** How many commits are only on the left, and only on the right. */
export async function divergence(directory: string, left: string, right: string): Promise<[number, number]> {
  const out = await gitText(directory, ['rev-list', '--left-right', '--count', `${left}...${right}`]);
  const [onlyLeft = 0, onlyRight = 0] = out.split('\t').map(Number);
  return [onlyLeft, onlyRight];
}

/** Undefined for unrelated histories. */
export function mergeBase(directory: string, a: string, b: string): Promise<string | undefined> {
  return tryGitText(directory, ['merge-base', a, b]);
}

export function formatSignature({ name, email, seconds, offset }: Signature): string {
  return `${name} <${email}> ${seconds} ${offset}`;
}

function parseSignature(text: string): Signature {
  const match = /^(.*) <(.*)> (\d+) ([+-]\d{4})$/.exec(text);
  return {
    name: match?.[1] ?? '',
    email: match?.[2] ?? '',
    seconds: Number(match?.[3] ?? 0),
    offset: match?.[4] ?? '+0000',
  };
}
