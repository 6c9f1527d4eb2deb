import type { Node } from 'web-tree-sitter';
import type { Syntax } from './syntax.ts';

/** One imported module. */
export interface Import {
  /** Leading dots: 0 for an absolute import, 1 for the package of the file itself, 2 for the one above … */
  readonly level: number;
  /** `['a', 'b']` of `import a.b` and `from a.b import c`; empty for `from . import c`. */
  readonly module: readonly string[];
  /** What `from … import` takes out of it, which may be modules too. */
  readonly names: readonly string[];
}

const STATEMENTS = ['import_statement', 'import_from_statement'];
const LOOKS_LIKE_IMPORT = /^[^#\n]*\b(?:import|from)\b/m;
/** A module of more characters than this is a table of data; what it imports stands at its top. */
const MOST_PARSED = 256 * 1024;

/** All imports of a Python source, in functions and under conditions too; not those in comments and strings. None when it cannot be parsed in time. */
export async function importsOf(text: string, syntax: Syntax): Promise<Import[]> {
  const head = text.slice(0, MOST_PARSED);
  if (!LOOKS_LIKE_IMPORT.test(head)) return [];
  return (await syntax.parse('python', head, (root) => root.descendantsOfType(STATEMENTS).flatMap(importsIn))) ?? [];
}

function importsIn(statement: Node): Import[] {
  const names = statement
    .childrenForFieldName('name')
    .flatMap((name) => (name?.type === 'aliased_import' ? (name.childForFieldName('name') ?? []) : (name ?? [])))
    .map(segments);
  if (statement.type === 'import_statement') return names.map((module) => ({ level: 0, module, names: [] }));
  const from = statement.childForFieldName('module_name');
  if (from === null) return [];
  const dots = /^[.\s]*/.exec(from.text)?.[0].replace(/\s/g, '').length ?? 0;
  const module = from.type === 'relative_import' ? from.namedChildren.find(({ type }) => type === 'dotted_name') : from;
  return [{ level: dots, module: module ? segments(module) : [], names: names.map((name) => name.join('.')) }];
}

function segments(name: Node): string[] {
  return name.namedChildren.filter(({ type }) => type === 'identifier').map(({ text }) => text);
}
