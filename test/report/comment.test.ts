import { describe, expect, it } from 'vitest';
import type { RunOutcome } from '../../src/core/outcome.ts';
import { COMMENT_MARKER, renderComment } from '../../src/report/comment.ts';
import { patchOf } from '../../src/report/patch.ts';
import { renderReport } from '../../src/report/report.ts';
import { renderSummary } from '../../src/report/summary.ts';
import { HOSTILE, poisoned } from './hostile.ts';
import { rendered, tagsOf, textOf } from './rendered.ts';
import * as samples from './samples.ts';

const { CONTEXT } = samples;

describe('renderComment', () => {
  const runs: Readonly<Record<string, RunOutcome>> = {
    faster: samples.fasterRun(),
    mixed: samples.mixedRun(),
    emulated: samples.emulatedRun(),
    'nothing-found': samples.nothingFoundRun(),
    'sandbox-off': samples.unsandboxedRun(),
    huge: samples.hugeRun(),
    'no-targets': samples.runOf([]),
  };
  for (const [name, run] of Object.entries(runs)) {
    it(`is as recorded: ${name}`, async () => {
      await expect(renderComment(run, CONTEXT)).toMatchFileSnapshot(`./snapshots/${name}.md`);
    });

    it(`starts with the marker and has the summary’s content: ${name}`, () => {
      const comment = renderComment(run, CONTEXT);
      expect(comment.startsWith(`${COMMENT_MARKER}\n### `)).toBe(true);
      if (name !== 'huge') expect(`${comment}\n`).toBe(`${COMMENT_MARKER}\n${renderSummary(run, CONTEXT)}`);
    });
  }

  it('shows the diff so that it can be saved and applied', () => {
    const target = samples.softmaxFaster();
    const patch = patchOf(target.baseline, target.best?.candidate.files ?? []);
    expect(renderComment(samples.fasterRun(), CONTEXT)).toContain(`\`\`\`diff\n${patch}\`\`\``);
  });

  it('says so where the shown diff differs from the real one', () => {
    const hidden = samples.targetOutcome('softmax', {
      after: '// \u202e hidden\n',
      best: { turn: 1, evidence: samples.evidenceOf('softmax') },
    });
    const comment = renderComment(samples.runOf([hidden]), CONTEXT);
    expect(comment).toContain('⟨U+202E⟩');
    expect(comment).toContain('so this text cannot be applied');
  });

  it('does without a pull request, for a checkout', () => {
    const report = renderReport(samples.fasterRun(), { version: '0.1.0' });
    expect(report).toContain('```sh\ngit apply softmax.patch\n```');
    expect(report).toContain('```sh\nkernelwright verify --target softmax --candidate softmax.patch\n```');
    expect(report).not.toContain('/optimize');
    expect(report).toMatch(/<sub>Kernelwright 0\.1\.0<\/sub>$/);
  });

  it('names a target that the configuration does not know by the path of its file', () => {
    const { target, ...rest } = samples.rmsNormFaster();
    const found = { ...target, name: 'models.norm', source: 'models/norm.py', convention: 'kernelbench' } as const;
    const report = renderReport(samples.runOf([{ ...rest, target: found }]), { version: '0.1.0' });
    expect(report).toContain('kernelwright verify --target models/norm.py --candidate models.norm.patch\n');
  });

  it('quotes for the shell what is not a plain word', () => {
    const { target, ...rest } = samples.rmsNormFaster();
    const run = samples.runOf([{ ...rest, target: { ...target, name: "it's $(rm -rf ~)" } }]);
    expect(renderComment(run, CONTEXT)).toContain(
      "--target 'it'\\''s $(rm -rf ~)' --candidate it%27s%20%24%28rm%20-rf%20%7E%29.patch\n",
    );
  });

  it('does without a run’s address', () => {
    const { runUrl: _, ...local } = CONTEXT;
    expect(renderComment(samples.hugeRun(), local)).toContain('is in the report files of this run');
  });

  it('never claims a speedup without a GPU, whatever the evidence says', () => {
    const { best, ...rest } = samples.softmaxFaster();
    const run = samples.runOf(
      [
        {
          ...rest,
          turns: [],
          ...(best ? { best: { ...best, evidence: { ...best.evidence, device: samples.EMULATED } } } : {}),
        },
      ],
      { device: samples.EMULATED },
    );
    const seen = textOf(rendered(renderComment(run, CONTEXT)));
    expect(seen).toContain('No speedup is measured or claimed.');
    expect(seen).not.toMatch(/\d×(?! the baseline)/);
    expect(seen).not.toMatch(/can be made faster|✅ faster/);
  });
});

describe('a comment about hostile text', () => {
  it.each(HOSTILE.map((text) => [text]))('lets nothing through: %j', (text) => {
    const html = rendered(renderComment(poisoned(samples.mixedRun(), [`x${text}`]), CONTEXT));
    const links = tagsOf(html).filter((tag) => tag.startsWith('<a'));
    expect(links.filter((tag) => tag !== `<a href="${CONTEXT.runUrl}">`)).toEqual([]);
    const names = new Set(tagsOf(html).map((tag) => tag.replace(/ (?:align|class)="[a-z-]+"/, '')));
    const own = '!---- a b br code details h3 p pre span strong sub summary table tbody td th thead tr'.split(' ');
    for (const tag of names) {
      const name = tag.replace(/^<(\/?)([!a-z0-9-]+).*$/s, '$2');
      expect(tag.startsWith('<!--') ? tag === COMMENT_MARKER : own.includes(name), tag).toBe(true);
    }
    // Outside of code nothing pings anybody.
    const prose = textWithSpaces(html.replace(/<(pre|code)\b[\s\S]*?<\/\1>/g, ''));
    expect(prose).not.toMatch(/@[A-Za-z0-9]/);
    expect(prose).not.toMatch(/#\d/);
  });

  function textWithSpaces(html: string): string {
    return textOf(html.replaceAll('\u200b', ' ').replaceAll('&#8203;', ' '));
  }
});
