/**
 * The main job from end to end on this machine: a local GitHub with a pull request, a local model with recorded answers, and the
 * shipped bundle as a process between them, as on a runner. Writes the comment as Markdown and as a page into `.demo/`.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { exitOnSignals } from '../../src/deliver/scratch-folder.ts';
import { runAction } from '../acceptance/action-process.ts';
import { ANSWERS, exampleFiles, openExamplePullRequest } from '../acceptance/example-repository.ts';
import { startGitHub } from '../github/server.ts';
import { pullRequestEvent } from '../github/webhook.ts';
import { startModel } from '../model/model.ts';
import { renderPage } from './render-page.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const FOLDER = join(ROOT, '.demo');

async function main(asked: readonly string[]): Promise<number> {
  const known = Object.keys(await exampleFiles()).flatMap((path) => /^kernels\/(.+)\.cu$/.exec(path)?.[1] ?? []);
  const targets = asked.length > 0 ? asked : known;
  const unknown = targets.filter((target) => !known.includes(target));
  if (unknown.length > 0) {
    console.error(`There is no example kernel ${unknown.join(', ')}; there are ${known.join(', ')}.`);
    return 2;
  }
  await using stack = new AsyncDisposableStack();
  const github = stack.use(await startGitHub());
  const model = stack.adopt(await startModel({ answers: ANSWERS }), (server) => server.close());
  const { repository, pull } = await openExamplePullRequest(github, targets);
  console.log(
    `Pull request #${pull.number} of ${repository.fullName} changes ${targets.join(', ')}. Running the action on it …\n`,
  );

  const began = performance.now();
  const result = await runAction({
    github,
    repository: repository.fullName,
    token: github.createToken({
      kind: 'installation',
      permissions: { contents: 'read', pull_requests: 'write', checks: 'write' },
    }),
    eventName: 'pull_request',
    payload: await pullRequestEvent(repository, pull, 'synchronize'),
    // The model's name says that no model was asked, and has no price. Without a GPU nothing is proven, and the comment would not be worth a notification.
    inputs: { 'base-url': model.url, model: 'recorded-answers', turns: '5', 'report-dir': '', comment: 'always' },
    onLine: (line) => {
      // Of the commands to the runner, people see errors and warnings.
      const text = line.replace(/^::(error|warning)::/, '$1: ');
      if (!text.startsWith('::')) console.log(text);
    },
  });
  await result.workspace[Symbol.asyncDispose]();
  const [comment] = repository.comments(pull.number);
  if (result.exitCode !== 0 || comment === undefined) return result.exitCode || 1;

  await mkdir(FOLDER, { recursive: true });
  const page = renderPage(comment.body, { title: `${repository.fullName} #${pull.number}: ${pull.title}` });
  await writeFile(join(FOLDER, 'comment.md'), comment.body);
  await writeFile(join(FOLDER, 'comment.html'), page);
  await writeFile(join(FOLDER, 'result.json'), result.outputs.result ?? '');
  const place = relative(process.cwd(), FOLDER) || '.';
  console.log(`\nDone in ${Math.round((performance.now() - began) / 1000)} s. The comment on the pull request:`);
  console.log(`  ${place}/comment.html   as GitHub shows it; open it in a browser`);
  console.log(`  ${place}/comment.md     as Markdown`);
  return 0;
}

exitOnSignals();
process.exitCode = await main(process.argv.slice(2));
