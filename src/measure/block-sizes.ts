import type { SourceFile } from '../core/source.ts';
import { numberOf, type Target } from '../core/target.ts';

/** How a kernel is launched, as far as it can be known. */
export interface KnownBlock {
  readonly threads: number;
  /** Bytes of dynamic shared memory. */
  readonly dynamicShared: number;
}

/** Workloads may have a block size each; a source may have a launch for each case. */
const MOST_SIZES = 4;

/**
 * The block sizes with which a kernel is launched: those of the target where it says so, else those that its source has as literals or as
 * names for one, `constexpr int` or `#define`. Empty where they cannot be known: nothing is guessed.
 *
 * @param kernel its name without namespaces and template arguments
 */
export function knownBlocks(target: Target, files: readonly SourceFile[], kernel: string): KnownBlock[] {
  const blocks = target.launch === undefined ? writtenBlocks(files, kernel) : givenBlocks(target, kernel);
  const different = new Map(blocks.map((block) => [`${block.threads} ${block.dynamicShared}`, block]));
  return [...different.values()].slice(0, MOST_SIZES);
}

function givenBlocks({ entry, launch, workloads }: Target, kernel: string): KnownBlock[] {
  if (launch === undefined || baseName(entry) !== kernel) return [];
  return workloads
    .map(({ values }) => ({
      threads: launch.block.map((extent) => numberOf(extent, values)).reduce((a, b) => a * b, 1),
      dynamicShared: numberOf(launch.shared, values),
    }))
    .filter(({ threads, dynamicShared }) => Number.isInteger(threads) && Number.isInteger(dynamicShared));
}

/** `ns::scale<T, 4>` as `scale`. */
export function baseName(name: string): string {
  return (name.split('<')[0] ?? name).split('::').at(-1)?.trim() ?? name;
}

function writtenBlocks(files: readonly SourceFile[], kernel: string): KnownBlock[] {
  if (!/^\w+$/.test(kernel)) return [];
  return files.flatMap(({ content }) => {
    const code = content.replace(/\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*/g, ' ');
    // Template arguments of some length may stand between the name and the launch.
    const launches = code.matchAll(
      new RegExp(`\\b${kernel}\\s{0,9}(?:<[^;<>]{0,200}>\\s{0,9})?<<<([^;]{1,400}?)>>>`, 'g'),
    );
    return [...launches].flatMap(([, text = '']) => {
      const [, block, shared = '0'] = splitArguments(text);
      const threads = block === undefined ? undefined : threadsOf(block, code);
      const dynamicShared = constantOf(shared, code);
      return threads === undefined || dynamicShared === undefined ? [] : [{ threads, dynamicShared }];
    });
  });
}

/** At the commas that stand in no parentheses. */
function splitArguments(text: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (character === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => part.trim());
}

/** `256`, `BLOCK`, `dim3(32, 8)`, or a variable that is one of these. */
function threadsOf(text: string, code: string): number | undefined {
  const listed = /^dim3\s*[({](.*)[)}]$/s.exec(text) ?? dim3Variable(text, code);
  const factors = (listed ? splitArguments(listed[1] ?? '') : [text]).map((factor) => constantOf(factor, code));
  return factors.reduce((a, b) => (a === undefined || b === undefined ? undefined : a * b), 1);
}

/** A variable of type `dim3` that is made once, and so is what it was made as. */
function dim3Variable(name: string, code: string): RegExpMatchArray | undefined {
  if (!/^[A-Za-z_]\w*$/.test(name)) return undefined;
  const made = [...code.matchAll(new RegExp(`\\bdim3\\s{1,9}${name}\\s{0,9}[({]([^;]{1,200})[)}]\\s{0,9};`, 'g'))];
  return made.length === 1 && !new RegExp(`\\b${name}\\s{0,9}(\\.\\s{0,9}[xyz]\\s{0,9})?=[^=]`).test(code)
    ? made[0]
    : undefined;
}

/** A literal, or a name that the code gives one value. */
function constantOf(text: string, code: string, depth = 0): number | undefined {
  if (/^\d{1,9}[uUlL]{0,3}$/.test(text)) return Number.parseInt(text, 10);
  if (!/^[A-Za-z_]\w*$/.test(text) || depth > 3) return undefined;
  const values = [
    ...code.matchAll(new RegExp(`^[ \\t]*#[ \\t]*define[ \\t]+${text}[ \\t]+\\(?([\\w]+)\\)?[ \\t]*$`, 'gm')),
    ...code.matchAll(
      new RegExp(
        `\\b(?:constexpr|const)\\s[\\w: ]{0,60}?\\b${text}\\s{0,9}(?:=|\\{)\\s{0,9}(\\w+)\\s{0,9}\\}?\\s{0,9};`,
        'g',
      ),
    ),
  ].map(([, value = '']) => value);
  const [value] = new Set(values);
  return value === undefined || new Set(values).size > 1 ? undefined : constantOf(value, code, depth + 1);
}
