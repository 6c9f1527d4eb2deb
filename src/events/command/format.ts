import { nearest } from '../../core/nearest.ts';
import type { Command, CommandOptions } from './command.ts';
import { DASH, OPTION_NAMES, OPTIONS, WRITTEN_VERBS } from './options.ts';

/** The line that `parseCommand` reads as this command. */
export function formatCommand(command: Command): string {
  const verb = command.verb === 'optimize' ? [] : [command.verb];
  if (!('targets' in command)) return ['/optimize', ...verb].join(' ');
  const targets = command.targets.map(quoteWord);
  const options = optionWords(command.options);
  const words = needDivider(command.targets) ? [...options, '--', ...targets] : [...targets, ...options];
  return ['/optimize', ...verb, ...words].join(' ');
}

/** Whether a target might be taken for a verb or an option. */
function needDivider(targets: readonly string[]): boolean {
  const [first] = targets;
  return (
    (first !== undefined && nearest(first, WRITTEN_VERBS) !== undefined) || targets.some((name) => DASH.test(name))
  );
}

function optionWords(options: CommandOptions): string[] {
  return OPTION_NAMES.flatMap((name) => {
    const value = options[OPTIONS[name].key];
    if (value === undefined) return [];
    const word = quoteWord(String(value));
    // Apart, it would be taken for the next option.
    return String(value).startsWith('-') ? [`--${name}=${word}`] : [`--${name}`, word];
  });
}

/** A word in which there is white space or a quotation mark needs marks around it. */
function quoteWord(word: string): string {
  if (!/[\s'"]/.test(word)) return word;
  return word
    .split("'")
    .map((part) => `'${part}'`)
    .join(`"'"`);
}
