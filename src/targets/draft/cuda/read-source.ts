import type { Node } from 'web-tree-sitter';
import type { SourceFile } from '../../../core/source.ts';
import type { Syntax } from '../../dependencies/syntax.ts';
import { evaluate } from '../../formula.ts';
import { parseFormula } from '../../parse-formula.ts';
import { formulaOf } from './c-formula.ts';
import type { CFunction, CParameter, CSource, TemplateParameter } from './c-function.ts';
import { readBody } from './read-body.ts';

/** Longer files are generated, and parsing them takes seconds. */
const MOST_PARSED = 512 * 1024;
const MAY_HAVE_TARGETS = /__global__|extern\s*"C"|<<</;

/** Whether it is worth parsing. */
export function mayHaveKernels(text: string): boolean {
  return text.length <= MOST_PARSED && MAY_HAVE_TARGETS.test(text);
}

/** The functions with a body in a CUDA source; those around a mistake are passed over. Undefined when it cannot be parsed in time. */
export function readCudaSource({ path, content }: SourceFile, syntax: Syntax): Promise<CSource | undefined> {
  return syntax.parse('cuda', content, (root) => ({
    path,
    functions: root.descendantsOfType('function_definition').flatMap((node) => readFunction(node, path) ?? []),
    constants: readConstants(root),
  }));
}

function readFunction(node: Node, path: string): CFunction | undefined {
  const declarator = functionDeclarator(node.childForFieldName('declarator'));
  const body = node.childForFieldName('body');
  const written = declarator?.childForFieldName('declarator');
  if (!declarator || !body || !written || !/^[\w:]+$/.test(written.text)) return undefined;
  const ancestors = ancestorsOf(node);
  const template = ancestors.find(({ type }) => type === 'template_declaration');
  const head = node.text.slice(0, declarator.endIndex - node.startIndex);
  return {
    name: written.text.replace(/^.*::/, ''),
    qualifiedName: [...namespacesOf(ancestors), written.text].join('::'),
    path,
    line: written.startPosition.row + 1,
    returns: node.childForFieldName('type')?.text ?? '',
    isKernel: /\b__global__\b/.test(head),
    isExternC: /^extern\s*"C"/.test(linkageOf(ancestors)),
    template: template === undefined ? undefined : templateParameters(template),
    parameters: (declarator.childForFieldName('parameters')?.namedChildren ?? []).flatMap(
      (each) => readParameter(each) ?? [],
    ),
    declaration: head,
    body: readBody(body),
  };
}

function linkageOf(ancestors: readonly Node[]): string {
  return ancestors.find(({ type }) => type === 'linkage_specification')?.text.slice(0, 40) ?? '';
}

/** Through pointers and references that a function returns. */
function functionDeclarator(node: Node | null): Node | null {
  let current = node;
  while (current !== null && current.type !== 'function_declarator') current = current.childForFieldName('declarator');
  return current;
}

function ancestorsOf(node: Node): Node[] {
  const list: Node[] = [];
  for (let current = node.parent; current !== null; current = current.parent) list.push(current);
  return list;
}

/** Those with a name, the outermost first: what stands in one without is found without. */
function namespacesOf(ancestors: readonly Node[]): string[] {
  return ancestors
    .filter(({ type }) => type === 'namespace_definition')
    .flatMap((each) => each.childForFieldName('name')?.text ?? [])
    .reverse();
}

function templateParameters(template: Node): TemplateParameter[] {
  const list = template.childForFieldName('parameters')?.namedChildren ?? [];
  return list.map((parameter) => {
    const isType = parameter.type.includes('type_parameter');
    const name = [...parameter.text.replace(/=.*$/s, '').matchAll(/\w+/g)].at(-1)?.[0] ?? '?';
    return { name, kind: isType ? 'type' : 'value' };
  });
}

/** Undefined for `void`. */
function readParameter(node: Node): CParameter | undefined {
  if (!node.type.endsWith('parameter_declaration')) return undefined;
  const type = node.childForFieldName('type')?.text ?? '?';
  let pointers = 0;
  let declarator = node.childForFieldName('declarator');
  if (declarator === null && type === 'void') return undefined;
  while (declarator !== null && declarator.type !== 'identifier') {
    if (declarator.type === 'pointer_declarator' || declarator.type === 'array_declarator') pointers += 1;
    else pointers = 9;
    declarator = declarator.childForFieldName('declarator') ?? declarator.namedChildren.at(-1) ?? null;
    if (pointers === 9) break;
  }
  const isConst = node.children.some((child) => child?.type === 'type_qualifier' && child.text === 'const');
  return { name: declarator?.text ?? '?', type, pointers, isConst };
}

function readConstants(root: Node): Map<string, number> {
  const constants = new Map<string, number>();
  const note = (name: string | undefined, value: ReturnType<typeof formulaOf>) => {
    const number = evaluate(value, Object.fromEntries(constants));
    if (name !== undefined && number.ok && !constants.has(name)) constants.set(name, number.value);
  };
  for (const node of root.descendantsOfType(['preproc_def', 'declaration'])) {
    if (node.type === 'preproc_def') {
      const parsed = parseFormula(
        node
          .childForFieldName('value')
          ?.text.replace(/\/\/.*$/, '')
          .trim() ?? '',
      );
      if (parsed.ok) note(node.childForFieldName('name')?.text, parsed.value);
      continue;
    }
    const declarator = node.childForFieldName('declarator');
    const fixed = node.children.some((child) => child?.type === 'type_qualifier' && /^const(expr)?$/.test(child.text));
    if (!fixed || declarator?.type !== 'init_declarator') continue;
    if (declarator.childForFieldName('declarator')?.type !== 'identifier') continue;
    note(declarator.childForFieldName('declarator')?.text, formulaOf(declarator.childForFieldName('value')));
  }
  return constants;
}
