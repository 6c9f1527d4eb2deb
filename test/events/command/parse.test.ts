import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../../src/events/command/parse.ts';

const command = (body: string) => {
  const parsed = parseCommand(body);
  return parsed.kind === 'command' ? parsed.command : parsed;
};
const mistake = (body: string) => {
  const parsed = parseCommand(body);
  return parsed.kind === 'mistake' ? parsed.message : parsed;
};

describe('a comment', () => {
  it.each([
    ['about something else', 'Looks good'],
    ['that mentions the command later', 'Please /optimize'],
    ['with another word', '/optimizer'],
    ['with another command', '/optimize-all'],
    ['in capitals', '/OPTIMIZE'],
    ['that quotes', '> /optimize'],
    ['with a block of code', '```\n/optimize\n```'],
    ['with an indented block of code', '    /optimize'],
    ['indented by a tab', '\t/optimize'],
    ['with inline code', '`/optimize`'],
    ['with an HTML comment', '<!-- /optimize -->'],
    ['with an open HTML comment', '<!--\n/optimize\n-->'],
    ['with the command in the second line', 'Hello\n/optimize'],
    ['with an empty first line', '\n/optimize'],
    ['with a list', '- /optimize'],
    ['that is empty', ''],
  ])('%s asks for nothing', (_, body) => {
    expect(parseCommand(body)).toEqual({ kind: 'none' });
  });

  it.each(['/optimize', '   /optimize', '/optimize ', '/optimize\t', '/optimize\nplease', '/optimize\r\n> quote'])(
    '%j asks for all that changed',
    (body) => {
      expect(command(body)).toEqual({ verb: 'optimize', targets: [], options: {} });
    },
  );
});

describe('a command', () => {
  it('takes targets and every option, in any order and both spellings', () => {
    const line =
      '/optimize softmax --effort high --turns=8 models/mlp.py --trajectories 2 --budget-usd 2.50 ' +
      '--model=claude-opus-4-5 --deliver suggest build.toml --sha ABCDEF0123 softmax';
    expect(command(line)).toEqual({
      verb: 'optimize',
      targets: ['softmax', 'models/mlp.py', 'build.toml'],
      options: {
        effort: 'high',
        turns: 8,
        trajectories: 2,
        budgetUsd: 2.5,
        model: 'claude-opus-4-5',
        deliver: 'suggest',
        sha: 'abcdef0123',
      },
    });
  });

  it.each([
    ['/optimize help', { verb: 'help' }],
    ['/optimize status', { verb: 'status' }],
    ['/optimize cancel', { verb: 'cancel' }],
    ['/optimize bench softmax', { verb: 'bench', targets: ['softmax'], options: {} }],
    ['/optimize apply --sha 1234567', { verb: 'apply', targets: [], options: { sha: '1234567' } }],
    ['/optimize "my models/mlp.py"', { verb: 'optimize', targets: ['my models/mlp.py'], options: {} }],
    ['/optimize --turns 3 -- help', { verb: 'optimize', targets: ['help'], options: { turns: 3 } }],
    ['/optimize constructor', { verb: 'optimize', targets: ['constructor'], options: {} }],
  ])('%s', (body, expected) => {
    expect(command(body)).toEqual(expected);
  });

  it('goes to no shell', () => {
    expect(mistake('/optimize $(id)')).toMatch(/^"\$\(id\)" is not the name of a target/);
    expect(mistake('/optimize a;b')).toMatch(/^"a;b" is not/);
    expect(mistake('/optimize `id`')).toMatch(/^"`id`" is not/);
    expect(mistake('/optimize *')).toMatch(/^"\*" is not/);
  });
});

describe('a mistake is told: ', () => {
  it.each([
    ['/optimize cancle', '"cancle" is no command; did you mean "cancel"? A target of that name follows "--"'],
    ['/optimize Help', '"Help" is no command; did you mean "help"? A target of that name follows "--"'],
    ['/optimize --efort high', 'there is no option "--efort"; did you mean "--effort"?'],
    ['/optimize --frobnicate', 'there is no option "--frobnicate"'],
    ['/optimize --__proto__ x', 'there is no option "--__proto__"'],
    ['/optimize --constructor=x', 'there is no option "--constructor"'],
    ['/optimize -turns 3', '"-turns" needs two hyphens: --turns'],
    ['/optimize —turns 3', '"—turns" needs two hyphens: --turns'],
    ['/optimize --turns', '--turns needs a value: --turns N'],
    ['/optimize --turns --effort high', '--turns needs a value: --turns N'],
    ['/optimize --model=', '--model needs a value: --model NAME'],
    ['/optimize --turns 99', '--turns is "99"; give a whole number from 1 to 32'],
    ['/optimize --turns -1', '--turns needs a value: --turns N'],
    ['/optimize --turns=-1', '--turns is "-1"; give a whole number from 1 to 32'],
    ['/optimize --trajectories 1e1', '--trajectories is "1e1"; give a whole number from 1 to 64'],
    ['/optimize --effort huge', '--effort is "huge"; give low, medium, high or max'],
    ['/optimize --deliver merge', '--deliver is "merge"; give comment, suggest, commit or pr'],
    ['/optimize --budget-usd 0', '--budget-usd is "0"; give dollars above zero, such as 2.50'],
    ['/optimize --model "a b"', '--model is "a b"; give the name of one model, without spaces'],
    ['/optimize --sha main', '--sha is "main"; give 7 to 64 digits of the SHA of a commit'],
    ['/optimize --sha 123456', '--sha is "123456"; give 7 to 64 digits of the SHA of a commit'],
    ['/optimize --turns 3 --turns=4', '--turns is given twice'],
    ['/optimize bench --turns 3', '"bench" does not take --turns'],
    ['/optimize apply --deliver pr', '"apply" does not take --deliver'],
    ['/optimize help --sha 1234567', '"help" does not take --sha'],
    ['/optimize cancel softmax', '"cancel" stands alone; "softmax" is too much'],
    ['/optimize ../mlp.py', '"../mlp.py" has ".." in it; write the path from the root of the repository'],
    ['/optimize "softmax', 'a quotation mark in the command is never closed'],
    ['/optimize soft\u0007max', 'the command has a control character or an invisible one in it; type it anew'],
    ['/optimize soft\u202emax', 'the command has a control character or an invisible one in it; type it anew'],
    ['/optimize soft\u200bmax', 'the command has a control character or an invisible one in it; type it anew'],
    [`/optimize ${'a '.repeat(600)}`, 'the command is longer than 1000 characters'],
  ])('%s', (body, message) => {
    expect(mistake(body)).toBe(message);
  });

  it('shortens what it quotes', () => {
    expect(mistake(`/optimize --model ${'ü'.repeat(900)}`)).toBe(
      `--model is "${'ü'.repeat(60)}…"; give the name of one model, without spaces`,
    );
  });
});
