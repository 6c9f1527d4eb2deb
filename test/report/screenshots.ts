/**
 * Takes the pictures of the README in headless Chromium: `npm run screenshots`. The comments are rendered from the samples of the
 * tests, as GitHub shows them; pages and pictures come into `docs/images/` and the folder that is named, if one is.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { makeScratchFolder } from '../../src/deliver/scratch-folder.ts';
import { renderComment } from '../../src/report/comment.ts';
import { renderProgress } from '../../src/report/progress-comment.ts';
import { progressState } from '../../src/report/progress-state.ts';
import { renderPage } from '../demo/render-page.ts';
import { comparedRun, slowerRun } from './compared-samples.ts';
import { PROGRESS_CONTEXT, unfinished } from './progress-samples.ts';
import { CONTEXT } from './samples.ts';

const IMAGES = join(import.meta.dirname, '..', '..', 'docs', 'images');
const TITLE = 'octo-labs/kernels #7: Faster softmax';
const WIDTH = 1000;

interface Picture {
  readonly name: string;
  readonly markdown: string;
  readonly height: number;
}

function progress(): string {
  const { names, events } = unfinished();
  const last = events.findLastIndex(({ kind }) => kind === 'confirming');
  return renderProgress(progressState(names, events.slice(0, last + 1)), PROGRESS_CONTEXT);
}

/** With its first target unfolded, as a reader has it who wants to know. */
function unfolded(markdown: string): string {
  return markdown.replace('<details>', '<details open>');
}

const PICTURES: readonly Picture[] = [
  { name: 'comment', markdown: unfolded(renderComment(comparedRun(), CONTEXT)), height: 1680 },
  { name: 'progress', markdown: progress(), height: 520 },
];
const OTHERS: readonly Picture[] = [
  { name: 'slower', markdown: unfolded(renderComment(slowerRun(), CONTEXT)), height: 2400 },
];

async function take({ name, markdown, height }: Picture, folder: string): Promise<void> {
  await using scratch = await makeScratchFolder('kernelwright-screenshots-');
  const page = join(scratch.path, `${name}.html`);
  await writeFile(page, renderPage(markdown, { title: TITLE }));
  await execa('chromium', [
    '--headless',
    '--no-sandbox',
    '--hide-scrollbars',
    `--user-data-dir=${join(scratch.path, 'profile')}`,
    `--screenshot=${join(folder, `${name}.png`)}`,
    `--window-size=${WIDTH},${height}`,
    `file://${page}`,
  ]);
}

const [folder] = process.argv.slice(2);
await mkdir(IMAGES, { recursive: true });
for (const picture of PICTURES) await take(picture, IMAGES);
if (folder !== undefined) for (const picture of OTHERS) await take(picture, folder);
