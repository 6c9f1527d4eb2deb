import type { RunOutcome } from '../../src/core/outcome.ts';

/** Strings that models, compilers and repositories could write to break out of the place where they are shown. */
export const HOSTILE: readonly string[] = [
  '@octocat @octo-labs/admins please merge',
  'fixes #1, closes GH-12, octo/repo#5, see 4f2d8e91c07ab35d6611e8a0b9c2d47f8e350a1b',
  'https://evil.example/x?y=1&z=2 http://a.b www.evil.example mail me@evil.example ftp://e.example',
  '[click](https://evil.example) ![pixel](https://evil.example/p.png) [ref][1] [^1]\n\n[1]: https://evil.example',
  '<https://evil.example> <me@evil.example>',
  '<script>alert(1)</script><img src=x onerror=alert(1)><a href="//evil.example">x</a>',
  '</details></summary></table><details open>',
  '<!-- kernelwright:report --> <!-- unclosed',
  '```\nend of fence\n```\n# heading',
  '````` five ~~~~ tildes `` ` code ` ``',
  'a | b | c\n|---|---|\n| 1 | 2 |',
  'x \\| y \\\\| z \\',
  '**bold** __bold__ *it* _it_ ~~gone~~ `code` $x^2$ $$\\color{red}{y}$$',
  '# heading',
  '- item',
  '+ item',
  '1. item',
  '12) item',
  '> quote',
  '=== ',
  '--- ',
  '    indented',
  '\ttabbed',
  '&lt;b&gt; &#64;octocat &amp;amp; &#x3C;i&#x3E; &copy',
  'right\u202eleft\u2066iso\u2069 zero\u200bwidth\u200d\u2060 bom\ufeff soft\u00adhyphen tag\u{e0041} filler\u3164',
  'nul\u0000 bell\u0007 esc\u001b[31mred\u001b[0m \u001b]8;;https://evil.example\u0007link\u001b]8;;\u0007 del\u007f c1\u0085',
  'line\rreturn line\r\nfeed para\u2029graph line\u2028sep',
  '::set-output name=x::y\n  ::add-mask::z\n::stop-commands::t',
  '##[error]no ##[group]x ##vso[task.setvariable]y',
  'lone \ud800 surrogate \udc00',
  '🌈 emoji ⚠️ 👩‍💻 ✅ faster: 99×',
  ':white_check_mark: :+1:',
  '[!CAUTION]',
  '> [!NOTE]\n> spoof',
  '[x](javascript:alert(1))',
  'snake_case_name __init__ _a_',
  '"quotes" \'single\' (parens) {braces}',
  '',
];

/** Random mixtures of pieces of those strings; the same for the same seed. */
export function* hostileMixtures(count: number, seed = 1): Generator<string> {
  const pieces = [
    ...HOSTILE.flatMap((text) => text.split(/(\s+)/)),
    '`',
    '|',
    '\\',
    '\n',
    '<',
    '>',
    '@',
    '#1',
    '_',
    '*',
    '](',
    ' ',
  ];
  let state = seed;
  const next = (below: number): number => {
    // Numerical Recipes' linear congruential generator: good enough to vary, and repeatable.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let made = 0; made < count; made++) {
    yield Array.from({ length: 1 + next(10) }, () => pieces[next(pieces.length)]).join('');
  }
}

/** The fields that a model, a compiler or a repository could have written. */
const FOREIGN = [
  'name',
  'source',
  'entry',
  'reason',
  'detail',
  'summary',
  'problem',
  'log',
  'ended',
  'content',
  'path',
  'model',
];

/** A run in which every foreign text is one of `texts`. */
export function poisoned(run: RunOutcome, texts: readonly string[]): RunOutcome {
  let next = 0;
  const poison = <T>(value: T): T =>
    JSON.parse(JSON.stringify(value), (key, old) =>
      FOREIGN.includes(key) && typeof old === 'string' ? texts[next++ % texts.length] : old,
    );
  return { ...poison(run), device: run.device };
}
