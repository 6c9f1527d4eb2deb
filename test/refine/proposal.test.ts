import { describe, expect, it } from 'vitest';
import type { SourceFile } from '../../src/core/source.ts';
import { parseProposal, renderProposal } from '../../src/refine/proposal.ts';
import type { TargetFiles } from '../../src/refine/target-files.ts';
import { BASELINE } from './samples.ts';

const PATH = 'kernels/scale.cu';
const own = (writable: readonly SourceFile[]): TargetFiles => ({ writable, readOnly: [] });
const block = (content: string, path = PATH) => `\`\`\`cuda path=${path}\n${content}\n\`\`\``;

function problemOf(answer: string): string {
  const proposal = parseProposal(answer, own(BASELINE));
  if (proposal.kind !== 'malformed') throw new Error('The answer was taken.');
  return proposal.problem;
}

describe('an answer that is taken', () => {
  it('has a summary and files', () => {
    expect(parseProposal(`Wider loads.\n\n${block('// new')}`, own(BASELINE))).toEqual({
      kind: 'proposal',
      summary: 'Wider loads.',
      files: [{ path: PATH, content: '// new\n' }],
    });
  });

  it.each([
    ['a path between double quotes', '```cuda path="kernels/scale.cu"\n// new\n```'],
    ['a path between single quotes', "```cpp path='kernels/scale.cu'\n// new\n```"],
    ['no language', '```path=kernels/scale.cu\n// new\n```'],
    ['tildes', '~~~cuda path=kernels/scale.cu\n// new\n~~~'],
    ['a longer fence', '`````cuda path=kernels/scale.cu\n// new\n`````'],
    ['line ends of Windows', '```cuda path=kernels/scale.cu\r\n// new\r\n```\r\n'],
    ['an illustration before it', `\`\`\`cuda\nint example;\n\`\`\`\n${block('// new')}`],
    ['thoughts before it', `<think>\n${block('// draft')}\n</think>\n${block('// new')}`],
    ['the end of thoughts before it', `Hm.\n${block('// draft')}\n</think>\n\n${block('// new')}`],
  ])('may have %s', (_name, answer) => {
    expect(parseProposal(answer, own(BASELINE))).toMatchObject({ files: [{ path: PATH, content: '// new\n' }] });
  });

  it('keeps the byte order mark of the file that it replaces, and knows that file by all else', () => {
    const original = [{ path: PATH, content: '\ufeff// old\r\n' }];
    for (const answer of ['// new', '\ufeff// new']) {
      expect(parseProposal(block(answer), own(original))).toMatchObject({ files: [{ content: '\ufeff// new\r\n' }] });
    }
    expect(parseProposal(block('// old'), own(original))).toMatchObject({
      kind: 'malformed',
      problem: expect.stringContaining('unchanged'),
    });
  });

  it('is none as long as it is only thought of', () => {
    const answer = `<think>\nPerhaps\n${block('// draft')}\nNo,`;
    expect(parseProposal(answer, own(BASELINE))).toMatchObject({
      kind: 'malformed',
      problem: expect.stringContaining('holds no file'),
    });
  });

  it('keeps a block of Markdown within a file', () => {
    const content = '/*\n```\nexample\n```\n*/\n';
    const answer = renderProposal('Idea.', [{ path: PATH, content }]);
    expect(parseProposal(answer, own(BASELINE))).toEqual({
      kind: 'proposal',
      summary: 'Idea.',
      files: [{ path: PATH, content }],
    });
  });

  it('follows the line ends of the file that it replaces', () => {
    const proposal = parseProposal(block('// new\n// two'), own([{ path: PATH, content: '// old\r\n' }]));
    expect(proposal).toMatchObject({ files: [{ content: '// new\r\n// two\r\n' }] });
  });

  it.each([
    ['the first paragraph', `One\ntwo.\n\nThree.\n\n${block('x')}`, 'One two.'],
    ['no heading', `## Summary\n\nOne.\n\n${block('x')}`, 'One.'],
    ['no text of an illustration', `\`\`\`\nint a;\n\`\`\`\nOne.\n\n${block('x')}`, 'One.'],
    ['nothing where there is nothing', block('x'), ''],
    ['nothing that follows the file', `${block('x')}\nLater.`, ''],
    ['at most 600 characters', `${'a'.repeat(700)}\n\n${block('x')}`, `${'a'.repeat(599)}…`],
  ])('takes for its summary %s', (_name, answer, summary) => {
    expect(parseProposal(answer, own(BASELINE))).toMatchObject({ kind: 'proposal', summary });
  });

  it('may change one of two files', () => {
    const two = [...BASELINE, { path: 'my kernels/b.cuh', content: '// b\n' }];
    expect(parseProposal('```cuda path="my kernels/b.cuh"\n// new\n```', own(two))).toMatchObject({
      files: [{ path: 'my kernels/b.cuh', content: '// new\n' }],
    });
  });
});

describe('an answer that is not taken', () => {
  it('holds no block', () => {
    expect(problemOf('I would use wider loads.')).toBe(
      'Your answer holds no file: no fenced block names a path. Put the complete file into a block that opens with ```cuda path=kernels/scale.cu and closes with ```.',
    );
  });

  it('holds no block with a path', () => {
    expect(problemOf('```cuda\n// new\n```')).toMatch(/^Your answer holds no file/);
  });

  it('is empty', () => {
    expect(problemOf('')).toMatch(/^Your answer holds no file/);
  });

  it('ends within a block', () => {
    expect(problemOf('Idea.\n\n```cuda path=kernels/scale.cu\n// new')).toBe(
      'The code block that opens in line 3 of your answer is never closed, so the file in it may be cut. Send every file complete, and close each fence.',
    );
  });

  it.each([
    ['../kernels/scale.cu'],
    ['kernels/../kernels/scale.cu'],
    ['/etc/passwd'],
    ['./kernels/scale.cu'],
    ['kernels\\scale.cu'],
    ['.github/workflows/ci.yml'],
    [''],
  ])('names the path %j', (path) => {
    expect(problemOf(block('// new', path))).toBe(
      `The path ${JSON.stringify(path)} is not a file that you may write. Put the complete file into a block that opens with \`\`\`cuda path=kernels/scale.cu and closes with \`\`\`.`,
    );
  });

  it('holds a file twice', () => {
    expect(problemOf(`${block('// one')}\n${block('// two')}`)).toMatch(
      /^Your answer holds two blocks for "kernels\/scale.cu"/,
    );
  });

  it.each(['', '   \n\t'])('holds an empty file', (content) => {
    expect(problemOf(block(content))).toMatch(/is empty\. Send the complete file\.$/);
  });

  it('holds a file of more than 1 MiB, in bytes', () => {
    expect(problemOf(block('é'.repeat(530_000)))).toMatch(/is larger than 1 MiB/);
  });

  it('holds a NUL', () => {
    expect(problemOf(block('a\0b'))).toMatch(/NUL character/);
  });

  it.each([
    ['as it is', '#include <cuda_runtime.h>\n// the slow one'],
    ['with more white space at its end', '#include <cuda_runtime.h>\n// the slow one\n\n'],
  ])('holds the present source %s', (_name, content) => {
    expect(problemOf(block(content))).toMatch(/is the present source, unchanged/);
  });
});

it('renders a proposal as it should have been written', () => {
  expect(renderProposal('', [{ path: 'a b.cu', content: 'x' }])).toBe(
    '(No summary was given.)\n\n```cuda path="a b.cu"\nx\n```',
  );
});

describe('an answer that adds files', () => {
  const newFiles = { patterns: ['kernels/fast/*.cuh'], taken: ['kernels/fast/old.cuh'] };
  const adding: TargetFiles = {
    writable: BASELINE,
    readOnly: [{ path: 'kernels/fast/warp.cuh', content: '' }],
    newFiles,
  };
  const answer = (...paths: string[]) => [block('// new'), ...paths.map((path) => block('// added', path))].join('\n');
  const refusal = (text: string) => {
    const proposal = parseProposal(text, adding);
    return proposal.kind === 'malformed' ? proposal.problem : expect.unreachable('it was taken');
  };

  it('has them behind what it replaces, with the line ends of the source', () => {
    const files = [
      { path: PATH, content: '// new\n' },
      { path: 'kernels/fast/tile.cuh', content: '// added\n' },
    ];
    expect(parseProposal(answer('kernels/fast/tile.cuh'), adding)).toEqual({ kind: 'proposal', summary: '', files });
    const windows = { ...adding, writable: [{ path: PATH, content: '\ufeff// old\r\n' }] };
    expect(parseProposal(block('\ufeff// added', 'kernels/fast/tile.cuh'), windows)).toMatchObject({
      files: [{ content: '// added\r\n' }],
    });
  });

  it('is told where it may', () => {
    expect(refusal(answer('kernels/tile.cuh'))).toBe(
      'Your answer adds what may not be added: "kernels/tile.cuh" is not a path at which a file may be added. Put the complete file into a block that opens with ```cuda path=kernels/scale.cu and closes with ```. You may add up to 4 files that are not there yet, at paths of the form "kernels/fast/*.cuh", where * stands for letters, digits, "_" and, in the name of a header, "-" and ".".',
    );
  });

  it.each([
    ['what is there', answer('kernels/fast/old.cuh'), /is there already/],
    ['what the target only reads', answer('kernels/fast/warp.cuh'), /is there already/],
    ['what differs only in case', answer('kernels/fast/OLD.cuh'), /is there already/],
    ['one twice', answer('kernels/fast/a.cuh', 'kernels/fast/a.cuh'), /two blocks for "kernels\/fast\/a\.cuh"/],
    [
      'too many',
      answer(...[1, 2, 3, 4, 5].map((n) => `kernels/fast/${n}.cuh`)),
      /5 files are added, and 4 are the most/,
    ],
    ['an empty one', block('', 'kernels/fast/a.cuh'), /The block for "kernels\/fast\/a\.cuh" is empty/],
    ['a workflow', answer('.github/workflows/ci.yml'), /not a path at which/],
    ['what is elsewhere', answer('kernels/fast/../../a.cuh'), /not a path at which/],
  ])('is not taken with %s', (_, text, why) => {
    expect(refusal(text)).toMatch(why);
  });
});
