import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { inputSchemas } from '../../src/events/input-values.ts';
import { INPUTS, type InputSpec, OUTPUTS } from '../../src/events/inputs.ts';
import { renderInputTable, renderOutputTable } from './input-table.ts';

const root = new URL('../../', import.meta.url);

const described = z.strictObject({
  description: z.string(),
  required: z.literal(false).optional(),
  default: z.string().optional(),
});
const action = z
  .object({
    inputs: z.record(z.string(), described),
    outputs: z.record(z.string(), described),
    runs: z.object({ using: z.string(), main: z.string() }),
  })
  .parse(parse(readFileSync(new URL('action.yml', root), 'utf8')));

test('action.yml names the inputs of the settings, with the same words and defaults', () => {
  const inputs = Object.entries(action.inputs).map(([name, { description, default: value }]) => [
    name,
    description,
    value,
  ]);
  const settings = Object.entries(INPUTS as Record<string, InputSpec>).map(([name, spec]) => [
    name,
    spec.description,
    spec.default,
  ]);
  expect(inputs).toEqual(settings);
});

test('action.yml names the outputs, with the same words', () => {
  const outputs = Object.entries(action.outputs).map(([name, { description }]) => [name, { description }]);
  expect(outputs).toEqual(Object.entries(OUTPUTS));
});

test('action.yml runs the bundle on node24', () => {
  expect(action.runs).toEqual({ using: 'node24', main: 'dist/main.js' });
});

test('every input has a schema, and every default passes it', () => {
  const schemas = inputSchemas('/workspace');
  expect(Object.keys(schemas).sort()).toEqual(Object.keys(INPUTS).sort());
  for (const [name, { default: value }] of Object.entries(INPUTS as Record<string, InputSpec>)) {
    if (value?.startsWith('${{')) continue;
    expect(schemas[name as keyof typeof schemas].safeParse(value).success, name).toBe(true);
  }
});

test('the README has both tables; `node test/events/input-table.ts` prints them', () => {
  const path = new URL('README.md', root);
  const readme = existsSync(path) ? readFileSync(path, 'utf8') : '';
  expect(cells(between(readme, 'inputs'))).toEqual(cells(renderInputTable()));
  expect(cells(between(readme, 'outputs'))).toEqual(cells(renderOutputTable()));
});

/** What stands between `<!-- name -->` and `<!-- /name -->`. */
function between(text: string, name: string): string {
  const match = new RegExp(`<!-- ${name} -->(.*?)<!-- /${name} -->`, 's').exec(text);
  if (match === null) throw new Error(`README.md has no <!-- ${name} --> … <!-- /${name} -->`);
  return match[1] ?? '';
}

/** The rows of a Markdown table without its padding. */
function cells(table: string): string[][] {
  const rows = table.split('\n').filter((line) => line.includes('|') && !/^[\s|:-]+$/.test(line));
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
