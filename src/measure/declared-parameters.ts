/**
 * The parameters of the function or kernel `name` as a CUDA source defines it: `const float* x`. Undefined where they cannot be told at a
 * glance: where it is defined elsewhere, in two ways, or with macros, attributes or directives between its parentheses.
 */
export function declaredParameters(source: string, name: string): readonly string[] | undefined {
  const code = source.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, ' ');
  const found = new Map<string, readonly string[]>();
  for (const { index, 0: head } of code.matchAll(new RegExp(`\\b${name}\\s*(?=\\()`, 'g'))) {
    const parameters = definedList(code.slice(index + head.length));
    if (parameters !== undefined) found.set(JSON.stringify(parameters), parameters);
  }
  const [parameters, ...others] = found.values();
  return others.length === 0 && parameters?.every((each) => PLAIN.test(each)) ? parameters : undefined;
}

/** A type and a name. What has but one word may be a macro for any number of parameters. */
const PLAIN = /^[A-Za-z_][\w:]*(?:\s*(?:<[\w\s,:*]*>|[\w:]+|[*&]))*[\s*&>]\w+(?:\s*\[\w*\])?$/;

/** What stands between the parentheses that `text` begins with, at its commas, where the body of a function follows them. */
function definedList(text: string): string[] | undefined {
  const parameters = [''];
  let depth = 0;
  for (const [index, character] of [...text].entries()) {
    if (character === ')' || character === '>') depth -= 1;
    if (depth === 0 && character === ')') {
      const isDefinition = /^\s*\{/.test(text.slice(index + 1));
      return isDefinition ? parameters.map((parameter) => parameter.replace(/\s+/g, ' ').trim()) : undefined;
    }
    if (depth === 1 && character === ',') parameters.push('');
    else if (depth > 0) parameters.push(`${parameters.pop() ?? ''}${character}`);
    if (character === '(' || character === '<') depth += 1;
    if (character === '{' || character === ';') return undefined;
  }
  return undefined;
}
