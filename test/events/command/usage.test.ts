import { expect, it } from 'vitest';
import { OPTION_NAMES, WRITTEN_VERBS } from '../../../src/events/command/options.ts';
import { usage } from '../../../src/events/command/usage.ts';

it('names every verb and every option', () => {
  const text = usage();
  for (const verb of WRITTEN_VERBS) expect(text).toContain(`\n/optimize ${verb}`);
  for (const option of OPTION_NAMES) expect(text).toContain(`[--${option} `);
  expect(text).toMatchSnapshot();
});

it('closes no block of code that it stands in', () => {
  expect(usage()).not.toMatch(/[`<>@\r\t]/);
});
