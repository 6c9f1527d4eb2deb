import { OPTION_NAMES, OPTIONS } from './options.ts';

/** What can be written in a comment, as plain lines for a block of code. */
export function usage(): string {
  const options = OPTION_NAMES.map((name) => `[--${name} ${OPTIONS[name].value}]`);
  const [first, ...others] = [options.slice(0, 3), options.slice(3, 6), options.slice(6)].map((some) => some.join(' '));
  const indent = ' '.repeat('/optimize '.length);
  const lines: readonly (readonly [string, string])[] = [
    ['/optimize bench [TARGET…] [--sha SHA]', 'measures the code as it is'],
    ['/optimize apply [TARGET…] [--sha SHA]', 'commits what was confirmed before'],
    ['/optimize status', 'says how far the run is'],
    ['/optimize cancel', 'ends the run'],
    ['/optimize help', 'shows this'],
  ];
  return [
    `/optimize [TARGET…] ${first}`,
    ...others.map((line) => `${indent}${line}`),
    ...lines.map(([command, what]) => `${command.padEnd(40)}${what}`),
    '',
    'TARGET is a name of the configuration, or the path of a .py or build.toml file; without one, all that the pull request changes.',
    'SHA is the head that you have read; for pull requests from forks it must be given, in full.',
    'The first line of a new comment counts, from people who may write to the repository.',
  ].join('\n');
}
