import { isAbsolute, posix, relative, resolve } from 'node:path';
import { z } from 'zod';
import { MODEL_EFFORTS, type Price, type Thinking } from '../core/model.ts';
import { EFFORTS, POLICIES } from '../core/search-plan.ts';
import { targetNameProblem } from '../core/target-name.ts';
import { baseUrlProblem } from './base-url.ts';
import type { InputName } from './inputs.ts';

/*
 * How the text of each input becomes a value. The message of a failed check follows `input "turns" is "99"; ` and says what
 * is allowed.
 */

function wholeNumber(least: number, most: number) {
  const error = `give a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, { error })
    .transform(Number)
    .pipe(z.number().min(least, { error }).max(most, { error }));
}

function choice<const Choices extends readonly [string, ...string[]]>(...choices: Choices) {
  return z.enum(choices, { error: `give ${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}` });
}

function amount(unit: string, example: string) {
  return z
    .string()
    .regex(/^\d{1,6}(\.\d{1,4})?$/, { error: `give ${unit}, such as ${example}` })
    .transform(Number)
    .pipe(z.number().positive({ error: `give ${unit} above zero, such as ${example}` }));
}

const price = z
  .string()
  .regex(/^\d+(\.\d+)?(\/\d+(\.\d+)?){1}((\/\d+(\.\d+)?){2})?$/, {
    error: 'give dollars for a million tokens as input/output or input/output/cache read/cache write, such as 3/15',
  })
  .transform((text): Price => {
    const [input = 0, output = 0, cacheRead = input, cacheWrite = input] = text.split('/').map(Number);
    return { input, output, cacheRead, cacheWrite };
  });

/** What `max-tokens` must leave beside the thinking: a kernel of some length, with its summary. */
export const FEWEST_ANSWER_TOKENS = 4096;

const thinking = z
  .string()
  .regex(/^(off|auto|\d{4,6})$/, { error: 'give off, auto, or a number of tokens from 1024 to 190000' })
  .transform((text): Thinking => (text === 'off' || text === 'auto' ? text : { tokens: Number(text) }))
  .refine((value) => typeof value === 'string' || (value.tokens >= 1024 && value.tokens <= 190_000), {
    error: 'give off, auto, or a number of tokens from 1024 to 190000',
  });

/** Text that goes into a header or a command line: one word, no control characters. */
function word(error: string) {
  return z.string().regex(/^[\x21-\x7e]+$/, { error });
}

const baseUrl = z.string().transform((text, context) => {
  const problem = baseUrlProblem(text);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  return text.replace(/\/+$/, '');
});

const configurationPath = z
  .string()
  .refine(
    (path) =>
      /\.ya?ml$/.test(path) && !path.includes('\\') && !posix.isAbsolute(path) && !path.split('/').includes('..'),
    { error: 'give the path of a .yml file from the root of the repository, with forward slashes and without ".."' },
  );

/** A relative path of a program would be looked up in the checkout, where the pull request could put one. */
const python = z.string().refine((path) => isAbsolute(path) || !/[/\\]/.test(path), {
  error: 'give an absolute path, or a name that is found on the PATH',
});

function folderInside(workspace: string) {
  return z
    .string()
    .transform((path) => resolve(workspace, path))
    .refine((path) => isInside(workspace, path), { error: `give a folder inside ${workspace}` });
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith('../') && !isAbsolute(way);
}

/** How a result may be delivered. */
export const DELIVERIES = ['comment', 'suggest', 'commit', 'pr'] as const;
export type Delivery = (typeof DELIVERIES)[number];

/** Which part of a run a job does. */
const MODES = ['auto', 'plan', 'optimize', 'report'] as const;
export type Mode = (typeof MODES)[number];

/** When a pull request gets a comment. */
const COMMENT_WHEN = ['on-result', 'always', 'never'] as const;
export type CommentWhen = (typeof COMMENT_WHEN)[number];

/** The inputs that a command in a comment may set too, by the same rules. */
export const COMMAND_INPUTS = {
  model: word('give the name of one model, without spaces').optional(),
  effort: choice(...EFFORTS),
  trajectories: wholeNumber(1, 64).optional(),
  turns: wholeNumber(1, 32).optional(),
  'budget-usd': amount('dollars', '2.50').optional(),
  deliver: choice(...DELIVERIES),
};

const pullRequestNumber = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, { error: 'give the number of a pull request, such as 7' })
  .transform(Number);

const targetNames = z
  .string()
  .transform((text) => [...new Set(text.split(/\s+/))])
  .superRefine((names, context) => {
    for (const name of names) {
      const problem = targetNameProblem(name);
      if (problem !== undefined) context.addIssue({ code: 'custom', message: `${JSON.stringify(name)} ${problem}` });
    }
  });

/** Schemas for the text of all inputs; `workspace` is an absolute path. */
export function inputSchemas(workspace: string) {
  return {
    'github-token': word('a token has no spaces or line breaks').optional(),
    'anthropic-api-key': word('a key has no spaces or line breaks').optional(),
    'base-url': baseUrl.optional(),
    ...COMMAND_INPUTS,
    policy: choice(...POLICIES),
    'budget-tokens': wholeNumber(1, 999_999_999).optional(),
    'budget-minutes': amount('minutes', '45').optional(),
    'budget-gpu-minutes': amount('minutes', '10').optional(),
    price: price.optional(),
    'max-tokens': wholeNumber(1024, 200_000),
    thinking: thinking.optional(),
    'model-effort': choice(...MODEL_EFFORTS).optional(),
    config: configurationPath.transform((path) => posix.normalize(path)),
    device: choice('auto', 'cuda', 'emulated'),
    sandbox: choice('on', 'off'),
    python: python.optional(),
    'report-dir': folderInside(workspace),
    mode: choice(...MODES),
    comment: choice(...COMMENT_WHEN),
    targets: targetNames.optional(),
    'pull-request': pullRequestNumber.optional(),
    plan: z.string().optional(),
    'plan-hash': z
      .string()
      .regex(/^[0-9a-f]{64}$/, { error: 'give the output plan-hash of the job with "mode: plan"' })
      .optional(),
    group: z
      .string()
      .regex(/^\d{1,4}$/, { error: 'give the number of a group of the matrix, from 0 up' })
      .optional(),
    results: folderInside(workspace),
  } satisfies Record<InputName, z.ZodType>;
}
