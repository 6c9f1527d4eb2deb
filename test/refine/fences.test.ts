import { describe, expect, it } from 'vitest';
import { fenceFor, splitFences } from '../../src/refine/fences.ts';

const contents = (text: string) => splitFences(text).fences.map((fence) => fence.content);

describe('splitFences', () => {
  it.each([
    ['backticks', '```cuda a\nx\n```', ['x\n']],
    ['tildes', '~~~ a\nx\n~~~', ['x\n']],
    ['tildes whose info holds backticks', '~~~ `a`\nx\n~~~', ['x\n']],
    ['a longer fence around a shorter one', '````\n```\nx\n```\n````', ['```\nx\n```\n']],
    ['tildes inside backticks', '```\n~~~\n```', ['~~~\n']],
    ['a closing fence that is longer', '```\nx\n`````', ['x\n']],
    ['white space after the closing fence', '```\nx\n``` \t', ['x\n']],
    ['indentation, which comes off the content', '  ```\n  x\n   y\n z\n  ```', ['x\n y\nz\n']],
    ['an empty block', '```\n```', ['']],
    ['two blocks', '```\na\n```\n```\nb\n```', ['a\n', 'b\n']],
    ['line ends of Windows', '```\r\nx\r\n```\r\n', ['x\n']],
  ])('takes %s', (_name, text, expected) => {
    const { fences } = splitFences(text);
    expect(contents(text)).toEqual(expected);
    expect(fences.every((fence) => fence.closed)).toBe(true);
  });

  it.each([
    ['code between backticks on one line', '```x``` and more'],
    ['two backticks', '``\nx\n``'],
    ['four spaces of indentation', '    ```\n    x\n    ```'],
  ])('takes no %s', (_name, text) => {
    expect(splitFences(text)).toEqual({ fences: [], prose: [text] });
  });

  it.each([
    ['none', '```\nx'],
    ['one that is shorter', '````\nx\n```'],
    ['one of the other kind', '```\nx\n~~~'],
    ['one with an info string', '```\nx\n```cuda'],
    ['one that is indented by four spaces', '```\nx\n    ```'],
  ])('is not closed by %s', (_name, text) => {
    expect(splitFences(text).fences).toMatchObject([{ closed: false, line: 1 }]);
  });

  it('keeps the prose around the blocks apart', () => {
    expect(splitFences('one\n```\nx\n```\ntwo\n```\ny\n```').prose).toEqual(['one', 'two', '']);
  });
});

describe('fenceFor', () => {
  it.each([
    ['plain code\n', '```'],
    ['a\n```\nb\n', '````'],
    ['  `````\n', '``````'],
    ['inside a line ```` only\n', '```'],
  ])('surrounds %j by %s', (content, fence) => {
    expect(fenceFor(content)).toBe(fence);
  });
});
