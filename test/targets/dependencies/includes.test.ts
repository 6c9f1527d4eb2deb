import { expect, it } from 'vitest';
import { includesOf } from '../../../src/targets/dependencies/includes.ts';
import { createSyntax } from '../../../src/targets/dependencies/syntax.ts';

const syntax = createSyntax();
const named = async (text: string) => (await includesOf(text, syntax)).map(({ name }) => name);

it('tells quotes from angle brackets, and names each file once', async () => {
  const text = '#include <cub/cub.cuh>\n  #  include\t"a.cuh" // first\n#include "a.cuh"\r\n#include <a.cuh>\n';
  expect(await includesOf(text, syntax)).toEqual([
    { name: 'cub/cub.cuh', quoted: false },
    { name: 'a.cuh', quoted: true },
    { name: 'a.cuh', quoted: false },
  ]);
});

it('finds the include behind a byte order mark', async () => {
  expect(await named('\ufeff#include "a.cuh"\r\n#include "b.cuh"\r\n')).toEqual(['a.cuh', 'b.cuh']);
  expect(await named('\ufeff#include "a.cuh"\n/* late */\n#include "b.cuh"\n')).toEqual(['a.cuh', 'b.cuh']);
});

it('needs no parser where nothing reaches over the end of a line', async () => {
  const none = { parse: () => Promise.reject(new Error('parsed')) };
  expect(await includesOf('// #include "no.h"\n#include "a.h"\nconst char* text = "\\n";\n/* later */', none)).toEqual([
    { name: 'a.h', quoted: true },
  ]);
  await expect(includesOf('/* head */\n#include "a.h"\n', none)).rejects.toThrow('parsed');
});

it.each([
  ['a block comment', '/* one\n#include "no.h"\n*/\n#include "yes.h"\n'],
  ['a block comment around the last one', '#include "yes.h"\n/*\n#include "no.h"\n*/\nint a;\n'],
  ['a raw string around the last one', '#include "yes.h"\nconst char* text = R"sql(\n#include "no.h"\n)sql";\n'],
  ['a continued line comment', '// one \\\n#include "no.h"\n#include "yes.h"\n'],
  ['a raw string', 'const char* text = R"(\n#include "no.h"\n)";\n#include "yes.h"\n'],
  ['the body of a macro', '#define A \\\n#include "no.h"\n#include "yes.h"\n'],
  ['a string with the beginning of a comment', 'const char* text = "/*";\n#include "yes.h"\n'],
])('does not count %s', async (_what, text) => {
  expect(await named(text)).toEqual(['yes.h']);
});

it('counts includes under every condition', async () => {
  const text = '/**/\n#if 0\n#include "a.h"\n#elif defined(B)\n#include "b.h"\n#else\n#include "c.h"\n#endif\n';
  expect(await named(text)).toEqual(['a.h', 'b.h', 'c.h']);
});

it('counts includes in code that does not parse', async () => {
  const text =
    '/* head */\nint table[] = {\n#include "table.inc"\n};\nvoid f( {{ ) <<<\n#include "a.h"\nclass C {\n#include "members.inc"\n';
  expect(await named(text)).toEqual(['table.inc', 'a.h', 'members.inc']);
});

it('does not parse a megabyte', async () => {
  const text = `/*${'x'.repeat(1024 * 1024)}*/\n#include "a.h"\n`;
  expect(await named(text)).toEqual(['a.h']);
});

it('finds nothing in what includes nothing', async () => {
  expect(await named('int a;\n#include MACRO\n#include_next "a.h"\n')).toEqual([]);
  expect(await named('')).toEqual([]);
});
