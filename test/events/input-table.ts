import { markdownTable } from 'markdown-table';
import { INPUTS, type InputSpec, OUTPUTS } from '../../src/events/inputs.ts';

/** The README's table of inputs, between `<!-- inputs -->` and `<!-- /inputs -->`. */
export function renderInputTable(): string {
  const rows = Object.entries(INPUTS as Record<string, InputSpec>).map(([name, spec]) => [
    `\`${name}\``,
    spec.description,
    spec.default === undefined ? '' : `\`${spec.default}\``,
  ]);
  return markdownTable([['Input', 'What it is', 'Default'], ...rows], { alignDelimiters: false });
}

/** The README's table of outputs, between `<!-- outputs -->` and `<!-- /outputs -->`. */
export function renderOutputTable(): string {
  const rows = Object.entries(OUTPUTS).map(([name, { description }]) => [`\`${name}\``, description]);
  return markdownTable([['Output', 'What it is'], ...rows], { alignDelimiters: false });
}

// `node test/events/input-table.ts` prints what belongs into the README.
if (import.meta.main) {
  const block = (name: string, table: string) => `<!-- ${name} -->\n${table}\n<!-- /${name} -->\n`;
  process.stdout.write(`${block('inputs', renderInputTable())}\n${block('outputs', renderOutputTable())}`);
}
