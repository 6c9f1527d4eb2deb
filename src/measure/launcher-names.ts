/**
 * Names of the functions that a CUDA source declares `extern "C"`, singly or in a block. A glance without a preprocessor: good for a hint,
 * not for a verdict.
 */
export function launcherNames(source: string): string[] {
  const code = source
    .replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, ' ')
    .replace(/__attribute__\s*\(\([\s\S]*?\)\)\s*\)?|__launch_bounds__\s*\([^)]*\)/g, ' ');
  const names = new Set<string>();
  for (const { index, 0: head } of code.matchAll(/\bextern\s*"C"\s*/g)) {
    const after = code.slice(index + head.length);
    const declarations = after.startsWith('{') ? outermost(after) : (/^[^;{(]*\(/.exec(after)?.[0] ?? '');
    for (const [, name] of declarations.matchAll(/\b(\w+)\s*\(/g)) if (name !== undefined) names.add(name);
  }
  return [...names];
}

/** What stands in the block that `text` begins with, without the bodies inside. */
function outermost(text: string): string {
  let [depth, kept] = [0, ''];
  for (const character of text) {
    if (character === '}') depth -= 1;
    if (depth === 1) kept += character;
    if (character === '{') depth += 1;
    if (depth === 0) break;
  }
  return kept;
}
