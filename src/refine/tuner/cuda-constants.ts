import type { Node } from 'web-tree-sitter';
import { type Constant, type Constants, constantAt, isPresent } from './constants.ts';
import { launchConstants, launchesOf } from './launches.ts';
import { leftToCompiler } from './left-to-compiler.ts';
import { sharedLimits } from './shared-memory.ts';

/** What a CUDA C++ source writes down as numbers: its constants, macros, template parameters and pragmas, and what stands at its launches. */
export function cudaConstants(root: Node): Constants {
  const launches = launchesOf(root);
  const said = launchConstants(root, launches);
  const unsaid = leftToCompiler(root, launches);
  return {
    found: [
      ...root.descendantsOfType(['declaration', 'field_declaration']).flatMap(declared),
      ...root.descendantsOfType('preproc_def').map(defined),
      ...root.descendantsOfType('optional_parameter_declaration').map(defaulted),
      ...root.descendantsOfType('preproc_call').map(unrolled),
      ...unsaid.found,
      ...said.found,
    ].filter(isPresent),
    limits: [...said.limits, ...unsaid.limits, ...sharedLimits(root)],
  };
}

const INTEGER = /\b(int|unsigned|size_t|u?int(8|16|32|64)_t|auto|long|short)\b/;

/** `constexpr int A = 1, B = 2;`, in a struct too. */
function declared(node: Node): (Constant | undefined)[] {
  // What a loop counts with is no constant.
  if (node.parent?.type === 'for_statement') return [];
  if (!INTEGER.test(node.childForFieldName('type')?.text ?? '')) return [];
  const inStruct = node.childForFieldName('default_value');
  const field = node.childForFieldName('declarator');
  if (inStruct !== null && field !== null) return [constantAt(inStruct, field.text, 'named')];
  return node.childrenForFieldName('declarator').map((declarator) => {
    const name = declarator?.type === 'init_declarator' ? declarator.childForFieldName('declarator') : null;
    const value = declarator?.childForFieldName('value');
    return name?.type === 'identifier' && value ? constantAt(value, name.text, 'named') : undefined;
  });
}

/** `#define BLOCK 128`, with or without parentheses. */
function defined(node: Node): Constant | undefined {
  const name = node.childForFieldName('name');
  const value = node.childForFieldName('value');
  if (name === null || value === null) return undefined;
  return numberIn(value, /^\s*\(?\s*(\d+)[uUlL]*\s*\)?\s*(?:\/[/*][^\n]*)?$/, name.text, 'named');
}

/** `template <int BLOCK = 128>` */
function defaulted(node: Node): Constant | undefined {
  const name = node.childForFieldName('declarator');
  const value = node.childForFieldName('default_value');
  if (node.parent?.type !== 'template_parameter_list' || name === null || value === null) return undefined;
  return constantAt(value, name.text, 'default');
}

/** `#pragma unroll 4`, with or without parentheses. */
function unrolled(node: Node): Constant | undefined {
  const argument = node.childForFieldName('argument');
  if (node.childForFieldName('directive')?.text !== '#pragma' || argument === null) return undefined;
  const name = `unroll in line ${node.startPosition.row + 1}`;
  return numberIn(argument, /^\s*unroll\s*\(?\s*(\d+)\s*\)?\s*(?:\/[/*][^\n]*)?$/, name, 'unroll');
}

/** A number inside of text that the parser leaves as it is. */
function numberIn(node: Node, pattern: RegExp, name: string, kind: Constant['kind']): Constant | undefined {
  const digits = pattern.exec(node.text)?.[1];
  if (digits === undefined || (digits.length > 1 && digits.startsWith('0'))) return undefined;
  const start = node.startIndex + node.text.indexOf(digits);
  const places = [{ start, end: start + digits.length }];
  return { name, kind, value: Number(digits), line: node.startPosition.row + 1, places };
}
