import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EFFORTS } from '../../../src/core/search-plan.ts';
import { targetNameProblem } from '../../../src/core/target-name.ts';
import type { Command, CommandOptions } from '../../../src/events/command/command.ts';
import { formatCommand } from '../../../src/events/command/format.ts';
import { parseCommand } from '../../../src/events/command/parse.ts';
import { DELIVERIES } from '../../../src/events/input-values.ts';

const RUNS = { numRuns: 3000 };

/** Any text at all, halves of surrogate pairs too, and text that is nearly a command. */
const anyBody = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 100 }).map((units) => String.fromCharCode(...units)),
  fc
    .array(
      fc.oneof(
        fc.constantFrom(
          '/optimize',
          ' ',
          '\n',
          '\r',
          '\t',
          '>',
          '```',
          '<!--',
          '"',
          "'",
          '--',
          '=',
          '-',
          '\u2028',
          '\u0000',
        ),
        fc.constantFrom(
          'help',
          'cancel',
          'apply',
          'bench',
          'turns',
          'effort',
          'sha',
          'softmax',
          'a.py',
          '__proto__',
          '99',
        ),
        fc.string({ unit: 'binary', maxLength: 5 }),
      ),
      { maxLength: 20 },
    )
    .map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 300 }).map((text) => `/optimize ${text}`),
  fc
    .array(fc.constantFrom('--turns', '--sha', '--deliver', '3', '1234567', 'pr', 'x', '--', '-', '""'))
    .map((words) => ['/optimize', ...words].join(' ')),
);

it('whatever the body is, it is parsed, and only a first line that begins with /optimize asks for something', () => {
  const kinds = { none: 0, command: 0, mistake: 0 };
  fc.assert(
    fc.property(anyBody, (body) => {
      const parsed = parseCommand(body);
      kinds[parsed.kind]++;
      const [line = ''] = body.split(/[\r\n]/, 1);
      expect(parsed.kind !== 'none').toBe(/^ {0,3}\/optimize(\s|$)/.test(line));
      if (parsed.kind === 'mistake') {
        expect(parsed.message).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        expect(parsed.message.length).toBeLessThan(400);
        expect(parsed.message.isWellFormed()).toBe(true);
      }
    }),
    RUNS,
  );
  // All three came up, often enough to mean something.
  expect(Math.min(...Object.values(kinds))).toBeGreaterThan(RUNS.numRuns / 20);
});

it('only the first line counts', () => {
  fc.assert(
    fc.property(anyBody, anyBody, (first, rest) => {
      const line = first.split(/[\r\n]/, 1)[0] ?? '';
      expect(parseCommand(`${line}\n${rest}`)).toEqual(parseCommand(line));
    }),
    RUNS,
  );
});

const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 7, maxLength: 64 });
const name = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/),
  fc.constantFrom(
    'help',
    'cancle',
    'bench',
    'Status',
    '–x/a.py',
    "o'clock/a.py",
    'say "hi" twice/a.py',
    'a/build.toml',
  ),
  fc.string({ unit: fc.constantFrom(...'ab/. \'"=é'), maxLength: 12 }).map((text) => `m${text}x.py`),
);
const targets = fc.uniqueArray(
  name.filter((text) => targetNameProblem(text) === undefined),
  { maxLength: 4 },
);
const sha = fc.record({ sha: hex }, { requiredKeys: [] });
const options: fc.Arbitrary<CommandOptions> = fc.record(
  {
    effort: fc.constantFrom(...EFFORTS),
    turns: fc.integer({ min: 1, max: 32 }),
    trajectories: fc.integer({ min: 1, max: 64 }),
    budgetUsd: fc.integer({ min: 1, max: 99_999_999 }).map((cents) => cents / 100),
    model: fc.stringMatching(/^[\x21-\x7e]{1,30}$/),
    deliver: fc.constantFrom(...DELIVERIES),
    sha: hex,
  },
  { requiredKeys: [] },
);
const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ verb: fc.constant('optimize' as const), targets, options }),
  fc.record({ verb: fc.constantFrom('bench' as const, 'apply' as const), targets, options: sha }),
  fc.record({ verb: fc.constantFrom('help' as const, 'status' as const, 'cancel' as const) }),
);

it('what is written out is read back as it was', () => {
  fc.assert(
    fc.property(anyCommand, (command) => {
      expect(parseCommand(formatCommand(command))).toEqual({ kind: 'command', command });
    }),
    RUNS,
  );
});
