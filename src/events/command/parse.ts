import { parseArgsStringToArgv } from 'string-argv';
import { didYouMean, nearest } from '../../core/nearest.ts';
import { targetNameProblem } from '../../core/target-name.ts';
import type { Command, CommandOptions, Verb } from './command.ts';
import { afterCommandWord } from './first-line.ts';
import { DASH, OPTION_NAMES, OPTIONS, type OptionName, TAKES, WRITTEN_VERBS } from './options.ts';

/** What a comment asks for; the message of a mistake is one sentence that quotes what was written. */
export type ParsedComment =
  | { readonly kind: 'none' }
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'mistake'; readonly message: string };

const LONGEST_LINE = 1000;

/** Control and invisible characters, those that turn the direction of writing, halves of pairs; a tab is white space. */
const UNSEEN = /(?!\t)[\p{C}\u2028\u2029]/u;

const WHOLE_QUOTES = /^(?:[^'"]|'[^']*'|"[^"]*")*$/;

/** Thrown and caught in this file only: a mistake may be found at any depth. */
class Mistake extends Error {}

/** Reads the command in the first line of a comment. A pure function that never throws, whatever the body is. */
export function parseCommand(body: string): ParsedComment {
  const text = afterCommandWord(body);
  if (text === undefined) return { kind: 'none' };
  try {
    return { kind: 'command', command: parseWords(splitWords(text)) };
  } catch (error) {
    if (error instanceof Mistake) return { kind: 'mistake', message: error.message };
    throw error;
  }
}

function splitWords(text: string): string[] {
  if (text.length > LONGEST_LINE) throw new Mistake(`the command is longer than ${LONGEST_LINE} characters`);
  if (UNSEEN.test(text))
    throw new Mistake('the command has a control character or an invisible one in it; type it anew');
  if (!WHOLE_QUOTES.test(text)) throw new Mistake('a quotation mark in the command is never closed');
  return parseArgsStringToArgv(text);
}

function parseWords(words: readonly string[]): Command {
  const verb = WRITTEN_VERBS.find((known) => known === words[0]) ?? 'optimize';
  const { targets, options } = sort(verb, verb === 'optimize' ? words : words.slice(1));
  if (verb === 'optimize') refuseMistypedVerb(words[0]);
  if (!TAKES[verb].targets && targets.length > 0) {
    throw new Mistake(`"${verb}" stands alone; ${quoted(targets[0])} is too much`);
  }
  for (const target of targets) {
    const problem = targetNameProblem(target);
    if (problem !== undefined) throw new Mistake(`${quoted(target)} ${problem}`);
  }
  if (verb === 'help' || verb === 'status' || verb === 'cancel') return { verb };
  return { verb, targets: [...new Set(targets)], options };
}

/** Parts the options from the targets; after `--` there are only targets. */
function sort(verb: Verb, words: readonly string[]): { targets: string[]; options: CommandOptions } {
  const targets: string[] = [];
  const options: Partial<Record<keyof CommandOptions, unknown>> = {};
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '--') {
      targets.push(...words.slice(at + 1));
      break;
    }
    if (!DASH.test(word)) {
      targets.push(word);
      continue;
    }
    const [written = '', attached] = splitOnce(word, '=');
    const name = optionNamed(verb, written);
    const value = attached ?? words[at + 1];
    if (attached === undefined) at++;
    if (value === undefined || value === '' || (attached === undefined && value.startsWith('-'))) {
      throw new Mistake(`--${name} needs a value: --${name} ${OPTIONS[name].value}`);
    }
    const { key, schema } = OPTIONS[name];
    if (key in options) throw new Mistake(`--${name} is given twice`);
    const parsed = schema.safeParse(value);
    if (!parsed.success) throw new Mistake(`--${name} is ${quoted(value)}; ${parsed.error.issues[0]?.message}`);
    options[key] = parsed.data;
  }
  // Each value has just passed the schema of its key.
  return { targets, options: options as CommandOptions };
}

function optionNamed(verb: Verb, written: string): OptionName {
  const bare = written.replace(/^[-\u2013\u2014]+/, '');
  const name = OPTION_NAMES.find((known) => known === bare);
  if (name === undefined) {
    const meant = didYouMean(bare, OPTION_NAMES).replace('"', '"--');
    throw new Mistake(`there is no option ${quoted(written)}${meant}`);
  }
  if (written !== `--${name}`) throw new Mistake(`${quoted(written)} needs two hyphens: --${name}`);
  if (!TAKES[verb].options.includes(name)) {
    throw new Mistake(`${verb === 'optimize' ? '/optimize' : `"${verb}"`} does not take --${name}`);
  }
  return name;
}

/** A mistyped `cancel` must not start a search for a target of that name. */
function refuseMistypedVerb(word: string | undefined): void {
  const meant = word === undefined || DASH.test(word) ? undefined : nearest(word, WRITTEN_VERBS);
  if (meant === undefined) return;
  throw new Mistake(`${quoted(word)} is no command; did you mean "${meant}"? A target of that name follows "--"`);
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** As it was written, cut to what one line can show. */
function quoted(text: string | undefined = ''): string {
  const characters = [...text];
  return JSON.stringify(characters.length > 60 ? `${characters.slice(0, 60).join('')}…` : text);
}
