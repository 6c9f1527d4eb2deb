import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { renderOutcome, renderVerdict } from '../../src/report/terminal.ts';
import { HOSTILE } from './hostile.ts';
import * as samples from './samples.ts';

const plain = { color: false };
const softmax = samples.softmaxFaster().best?.evidence ?? samples.evidenceOf('softmax');

describe('renderVerdict', () => {
  it('shows verdict, times, checks and machine', async () => {
    await expect(renderVerdict(softmax, plain)).toMatchFileSnapshot('./snapshots/verdict-faster.txt');
  });

  it('shows what a failed build printed', () => {
    const evidence = samples.evidenceOf('softmax', {
      verdict: 'build-failed',
      reason: 'nvcc failed.',
      log: 'line 1\n  line 2\n',
      checks: [],
    });
    const text = renderVerdict(evidence, plain);
    expect(text).toContain('softmax: does not compile\nnvcc failed.');
    expect(text).toContain('It printed:\n  line 1\n    line 2\n\ndevice');
  });

  it('does not say of what was built and cannot be loaded that it does not compile', () => {
    const failedIn = (name: string) =>
      renderVerdict(
        samples.evidenceOf('mlp', {
          verdict: 'build-failed',
          reason: 'It cannot be loaded: no key fits.',
          checks: [
            { name: 'build', status: name === 'build' ? 'failed' : 'passed', detail: 'seen' },
            ...(name === 'build' ? [] : [{ name, status: 'failed' as const, detail: 'no key fits' }]),
          ],
        }),
        plain,
      );
    expect(failedIn('loads')).toMatch(/^mlp: cannot be loaded\nIt cannot be loaded: no key fits\.\n/);
    expect(failedIn('build')).toMatch(/^mlp: does not compile\n/);
  });

  it('shows the head of a sanitizer report and not its shadow map', () => {
    const shadow = Array.from({ length: 60 }, (_, line) => `  0x0c0${line}: fa fa fa fa`).join('\n');
    const evidence = samples.evidenceOf('softmax', {
      verdict: 'crashed',
      log: `noise\n==12==ERROR: AddressSanitizer: heap-buffer-overflow\nREAD of size 4\n    #0 softmax.cu:18\nShadow bytes around the buggy address:\n${shadow}\n==12==ABORTING`,
    });
    expect(renderVerdict(evidence, plain)).toContain(
      'It printed:\n  ==12==ERROR: AddressSanitizer: heap-buffer-overflow\n  READ of size 4\n      #0 softmax.cu:18\n\ndevice',
    );
  });

  it('claims nothing without a GPU and is loud without a sandbox', () => {
    const text = renderVerdict({ ...softmax, device: samples.EMULATED, sandbox: 'off' }, plain);
    expect(text).toContain('softmax: right, not timed');
    expect(text).toContain('no speedup is measured or claimed');
    expect(text).toContain('sandbox: off');
    expect(text).not.toMatch(/1\.83/);
  });

  it('differs by colours only', () => {
    const colored = renderVerdict(softmax, { color: true });
    expect(colored).toContain('\u001b[');
    expect(stripVTControlCharacters(colored)).toBe(renderVerdict(softmax, plain));
  });

  it('lets no hostile text command the terminal or the workflow', () => {
    for (const text of HOSTILE) {
      const evidence = {
        ...softmax,
        target: text,
        reason: text,
        log: text,
        checks: [{ name: text, status: 'failed' as const, detail: text }],
      };
      const shown = renderVerdict(evidence, plain);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
      expect(shown).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      expect(shown).not.toMatch(/^\s*::|##\[|##vso\[/m);
    }
  });
});

describe('renderOutcome', () => {
  it('says why a search ended early', () => {
    const target = samples.targetOutcome('softmax', { ended: 'The measurement failed in turn 2: the GPU is gone.' });
    expect(renderOutcome(samples.runOf([target]), plain)).toContain('\nsoftmax: The measurement failed in turn 2: ');
  });

  it('shows all targets, aligned', async () => {
    await expect(renderOutcome(samples.mixedRun(), plain)).toMatchFileSnapshot('./snapshots/outcome-mixed.txt');
  });

  it('claims nothing without a GPU', async () => {
    await expect(renderOutcome(samples.emulatedRun(), plain)).toMatchFileSnapshot('./snapshots/outcome-emulated.txt');
  });
});
