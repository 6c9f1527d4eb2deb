import type { Node } from 'web-tree-sitter';
import type { SourceFile } from '../../../core/source.ts';
import type { Syntax } from '../../dependencies/syntax.ts';
import { jsonOf } from './literal.ts';
import type { PyClass, PyFunction, PyParameter, PySource } from './py-source.ts';

/** Longer files are generated. */
const MOST_PARSED = 512 * 1024;
const MAY_HAVE_TARGETS = /^\s*class\s+\w+\s*\([^)]*Module\s*[,)]|\btriton\b|\w+\[[^\]\n]+\]\(/m;

/** Whether it is worth parsing. */
export function mayHaveTargets(text: string): boolean {
  return text.length <= MOST_PARSED && MAY_HAVE_TARGETS.test(text);
}

/** The classes and functions at the top level of a Python file. Undefined when it cannot be parsed in time. */
export function readPythonSource({ path, content }: SourceFile, syntax: Syntax): Promise<PySource | undefined> {
  return syntax.parse('python', content, (root) => {
    const definitions = root.namedChildren.map(definitionOf);
    return {
      path,
      classes: definitions.flatMap(({ node }) => (node.type === 'class_definition' ? readClass(node) : [])),
      functions: definitions.flatMap(({ node, decorators }) =>
        node.type === 'function_definition' && decorators.length === 0 ? readFunction(node) : [],
      ),
      tritonKernels: definitions.flatMap(({ node, decorators }) =>
        decorators.some((text) => /\btriton\.jit\b|^@jit\b/.test(text))
          ? (node.childForFieldName('name')?.text ?? [])
          : [],
      ),
    };
  });
}

function definitionOf(node: Node): { readonly node: Node; readonly decorators: readonly string[] } {
  if (node.type !== 'decorated_definition') return { node, decorators: [] };
  const decorators = node.namedChildren.filter(({ type }) => type === 'decorator').map(({ text }) => text);
  return { node: node.childForFieldName('definition') ?? node, decorators };
}

function readClass(node: Node): PyClass {
  const bases = node.childForFieldName('superclasses')?.namedChildren ?? [];
  const methods = (node.childForFieldName('body')?.namedChildren ?? [])
    .map((child) => definitionOf(child).node)
    .filter(({ type }) => type === 'function_definition');
  const method = (name: string) => {
    const found = methods.find((each) => each.childForFieldName('name')?.text === name);
    return found && readFunction(found, true);
  };
  return {
    name: node.childForFieldName('name')?.text ?? '',
    line: node.startPosition.row + 1,
    isModule: bases.some(({ text }) => /(^|\.)Module$/.test(text)),
    constructs: method('__init__'),
    forward: method('forward'),
  };
}

function readFunction(node: Node, isMethod = false): PyFunction {
  const body = node.childForFieldName('body');
  const parameters = (node.childForFieldName('parameters')?.namedChildren ?? []).filter(
    ({ type }) => type !== 'comment',
  );
  const separator = parameters.findIndex(({ type }) => type === 'keyword_separator' || type === 'list_splat_pattern');
  const own = (type: string) =>
    (body?.descendantsOfType(type) ?? []).filter((each) => functionAround(each)?.id === node.id);
  return {
    name: node.childForFieldName('name')?.text ?? '',
    line: node.startPosition.row + 1,
    parameters: parameters
      .flatMap((each, index) => readParameter(each, separator !== -1 && index > separator) ?? [])
      .slice(isMethod ? 1 : 0),
    declaration: node.text
      .slice(0, (body?.startIndex ?? node.endIndex) - node.startIndex)
      .trim()
      .replace(/:$/, ''),
    text: body?.text ?? '',
    assignments: own('assignment').flatMap((each) => {
      const [left, right] = [each.childForFieldName('left'), each.childForFieldName('right')];
      if (left === null || right === null) return [];
      const targets = /^(pattern_list|tuple_pattern)$/.test(left.type)
        ? left.namedChildren.map(({ text }) => text)
        : [left.text];
      return [{ targets, value: right.text }];
    }),
    returns: returned(own('return_statement').at(-1)?.namedChild(0) ?? null),
    launched: (body?.descendantsOfType('call') ?? []).flatMap((call) => {
      const callee = call.childForFieldName('function');
      return callee?.type === 'subscript' ? (callee.childForFieldName('value')?.text ?? []) : [];
    }),
  };
}

function functionAround(node: Node): Node | null {
  let current = node.parent;
  while (current !== null && current.type !== 'function_definition' && current.type !== 'lambda')
    current = current.parent;
  return current;
}

function returned(value: Node | null): string[] {
  if (value === null || value.type === 'none') return [];
  return /^(expression_list|tuple)$/.test(value.type) ? value.namedChildren.map(({ text }) => text) : [value.text];
}

function readParameter(node: Node, isKeyword: boolean): PyParameter | undefined {
  if (/separator$/.test(node.type)) return undefined;
  if (/splat/.test(node.type) || /^\*/.test(node.text))
    return { name: node.text, annotation: undefined, default: undefined, kind: 'rest' };
  const value = node.childForFieldName('value');
  return {
    name:
      node.type === 'identifier' ? node.text : ((node.childForFieldName('name') ?? node.namedChild(0))?.text ?? '?'),
    annotation: node.childForFieldName('type')?.text,
    default: value === null ? undefined : { text: value.text, value: jsonOf(value.text) },
    kind: isKeyword ? 'keyword' : 'positional',
  };
}
