import { resolve } from 'node:path';
import type { z } from 'zod';
import { ConfigurationError } from '../core/errors.ts';
import { type ModelEffort, type Price, type Thinking, TUNER } from '../core/model.ts';
import { type Budget, planFor, type SearchPlan } from '../core/search-plan.ts';
import { isLocalUrl } from './base-url.ts';
import { type CommentWhen, type Delivery, FEWEST_ANSWER_TOKENS, inputSchemas, type Mode } from './input-values.ts';
import { INPUTS, type InputName, type InputSpec } from './inputs.ts';

/** What is asked where there is a key and no name. */
const ORDINARY_MODEL = 'claude-opus-5-5';

/** What a run on this machine needs, without GitHub. */
export interface LocalSettings {
  /** Undefined only with a local `baseUrl`, or where no model is asked. */
  readonly apiKey?: string;
  /** Root of the Messages API, without a slash at its end; undefined means Anthropic's own. */
  readonly baseUrl?: string;
  /** A model's name, or `tuner`. */
  readonly model: string;
  /** For the log, where the tuner stands in for a model because there is no key. */
  readonly modelNotice?: string;
  readonly plan: SearchPlan;
  readonly budget: Budget;
  /** In place of the list price. */
  readonly price?: Price;
  /** Most tokens of one answer. */
  readonly maxTokens: number;
  /** Undefined: as the model does by itself. */
  readonly thinking?: Thinking;
  readonly modelEffort?: ModelEffort;
  /** Path of the configuration from the root of the repository. */
  readonly config: string;
  readonly device: 'auto' | 'cuda' | 'emulated';
  readonly sandbox: 'on' | 'off';
  /** Absolute path or a name on the `PATH`; undefined means: find one. */
  readonly python?: string;
  /** Absolute path of a folder inside the workspace; it need not exist. */
  readonly reportDir: string;
}

/** What the action needs. */
export interface Settings extends LocalSettings {
  readonly githubToken: string;
  readonly mode: Mode;
  readonly comment: CommentWhen;
  readonly deliver: Delivery;
  /** Names and paths of targets for a run without a pull request, each once; empty for those of the configuration. */
  readonly targets: readonly string[];
  /** The pull request that a `workflow_dispatch` is about. */
  readonly pullRequest?: number;
  /** What the job with `mode: plan` wrote, for those after it. */
  readonly planned?: { readonly path: string; readonly hash: string };
  /** Of the matrix; for `mode: optimize` alone. */
  readonly group?: string;
  /** Folder with what the jobs with `mode: optimize` left; absolute. */
  readonly results: string;
}

/** The text of an input, empty when it was not given: `core.getInput`, or a lookup among flags. */
export type Inputs = (name: InputName) => string;

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the inputs of the action, with `GITHUB_TOKEN` and `ANTHROPIC_API_KEY` of the environment in place of missing secrets.
 * @throws ConfigurationError with one line for each input that is wrong or missing.
 */
export function readSettings(inputs: Inputs, env: Environment): Settings {
  // Only a job that searches asks a model.
  const searches = ['', 'auto', 'optimize'].includes(inputs('mode').trim());
  const { settings, value, problems } = read(inputs, env, { model: searches }, ACTION);
  const githubToken = value('github-token', env.GITHUB_TOKEN);
  if (githubToken === undefined) {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub's, not of JavaScript
    problems.push('input "github-token" is empty; remove it to use the default, or pass ${{ github.token }}');
  }
  const asked = {
    mode: value('mode'),
    comment: value('comment'),
    deliver: value('deliver'),
    targets: value('targets') ?? [],
    ...given('pullRequest', value('pull-request')),
    ...given('planned', plannedIn(value('plan'), value('plan-hash'))),
    ...given('group', value('group')),
    results: value('results'),
  };
  const afterPlan = asked.mode === 'optimize' || asked.mode === 'report';
  if (afterPlan && asked.planned === undefined) problems.push(missing(asked.mode, 'plan" and "plan-hash'));
  if (asked.mode === 'optimize' && asked.group === undefined) problems.push(missing(asked.mode, 'group'));
  refuse(problems);
  return Object.freeze({ ...settings, githubToken: githubToken ?? '', ...asked });
}

/**
 * Reads the same for the command line, where nothing is asked of GitHub. With `model: false` no model is asked either, and no
 * key is needed.
 * @throws ConfigurationError as `readSettings`.
 */
export function readLocalSettings(inputs: Inputs, env: Environment, needs: { readonly model: boolean }): LocalSettings {
  const { settings, problems } = read(inputs, env, needs, COMMAND_LINE);
  refuse(problems);
  return Object.freeze(settings);
}

/** Values that must be masked in logs before anything else is printed. */
export function secretValues(settings: Settings | LocalSettings): string[] {
  const token = 'githubToken' in settings ? settings.githubToken : undefined;
  return [token, settings.apiKey].filter((value) => value !== undefined);
}

function read(inputs: Inputs, env: Environment, needs: { readonly model: boolean }, words: Words) {
  const problems: string[] = [];
  const schemas = inputSchemas(resolve(env.GITHUB_WORKSPACE || '.'));
  const value = <Name extends InputName>(name: Name, fallback?: string): z.output<(typeof schemas)[Name]> => {
    const text = inputs(name).trim() || fallback?.trim() || ordinary(name);
    const parsed = schemas[name].safeParse(text);
    if (!parsed.success) problems.push(complaint(words.input(name), name, text, parsed.error));
    // In place of a failed value the default goes on; `refuse` throws before the settings are handed out.
    const { data } = parsed.success ? parsed : schemas[name].safeParse(ordinary(name));
    return data as z.output<(typeof schemas)[Name]>;
  };
  const apiKey = value('anthropic-api-key', env.ANTHROPIC_API_KEY);
  const baseUrl = value('base-url');
  const python = value('python');
  const named = value('model');
  const standsIn = needs.model && named === undefined && apiKey === undefined && baseUrl === undefined;
  const model = named ?? (standsIn ? TUNER : ORDINARY_MODEL);
  const mayGoWithout = !needs.model || model === TUNER || (baseUrl !== undefined && isLocalUrl(baseUrl));
  if (apiKey === undefined && !mayGoWithout && problems.length === 0) problems.push(words.missingKey);
  const maxTokens = value('max-tokens');
  const thinking = value('thinking');
  if (typeof thinking === 'object' && maxTokens - thinking.tokens < FEWEST_ANSWER_TOKENS) {
    problems.push(
      `${words.input('thinking')} is ${thinking.tokens}, which leaves too little of ${words.input('max-tokens')} (${maxTokens}) for the answer; leave at least ${FEWEST_ANSWER_TOKENS} more`,
    );
  }
  const settings: LocalSettings = {
    ...given('apiKey', apiKey),
    ...given('baseUrl', baseUrl),
    model,
    ...given('modelNotice', standsIn ? words.noKey : undefined),
    plan: planFor(value('effort'), {
      trajectories: value('trajectories'),
      turns: value('turns'),
      policy: value('policy'),
    }),
    budget: {
      ...given('usd', value('budget-usd')),
      ...given('tokens', value('budget-tokens')),
      ...given('minutes', value('budget-minutes')),
      ...given('gpuMinutes', value('budget-gpu-minutes')),
    },
    ...given('price', value('price')),
    maxTokens,
    ...given('thinking', thinking),
    ...given('modelEffort', value('model-effort')),
    config: value('config'),
    device: value('device'),
    sandbox: value('sandbox'),
    ...given('python', python),
    reportDir: value('report-dir'),
  };
  return { settings, value, problems };
}

function missing(mode: string, inputs: string): string {
  return `"mode: ${mode}" needs the input "${inputs}", as in examples/workflows/three-jobs.yml`;
}

function plannedIn(path: string | undefined, hash: string | undefined): Settings['planned'] {
  return path === undefined || hash === undefined ? undefined : { path, hash };
}

/** A field that is left out where there is nothing to put into it. */
function given<Key extends string, Value>(key: Key, value: Value | undefined): { readonly [K in Key]?: Value } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [K in Key]?: Value };
}

/** How a reader names an input, and where they put a key. */
interface Words {
  readonly input: (name: InputName) => string;
  readonly missingKey: string;
  readonly noKey: string;
}

const ACTION: Words = {
  input: (name) => `input "${name}"`,
  missingKey:
    'no key for the model: add the secret ANTHROPIC_API_KEY under Settings → Secrets and variables → Actions of the repository ' +
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub's, not of JavaScript
    'and pass "anthropic-api-key: ${{ secrets.ANTHROPIC_API_KEY }}" to the action; a base-url of a local server needs no key, nor does "model: tuner"',
  noKey:
    'No model is asked, because there is no key: the tuner searches the constants of the code as it is. For a model, add the secret ' +
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub's, not of JavaScript
    'ANTHROPIC_API_KEY to the repository and pass "anthropic-api-key: ${{ secrets.ANTHROPIC_API_KEY }}" to the action; "model: tuner" says that none is wanted.',
};

const COMMAND_LINE: Words = {
  input: (name) => (name === 'anthropic-api-key' ? 'the environment variable ANTHROPIC_API_KEY' : `--${name}`),
  missingKey:
    'no key for the model: set the environment variable ANTHROPIC_API_KEY, or name a local server, which needs none, by --base-url; --model tuner needs none either',
  noKey:
    'no model is asked, because there is no key: the tuner searches the constants of the code as it is; for a model, set the environment variable ' +
    'ANTHROPIC_API_KEY, or name a local server by --base-url; --model tuner says that none is wanted',
};

/** The default as text; undefined for an input without one, and for the expression that only GitHub can evaluate. */
function ordinary(name: InputName): string | undefined {
  const spec: InputSpec = INPUTS[name];
  return spec.default?.startsWith('${{') ? undefined : spec.default;
}

function complaint(said: string, name: InputName, text: string | undefined, error: z.ZodError): string {
  const spec: InputSpec = INPUTS[name];
  // An address with an "@" may hold a password.
  const shown = spec.secret || text?.includes('@') ? 'cannot be used' : `is ${JSON.stringify(text)}`;
  return `${said} ${shown}; ${error.issues[0]?.message}`;
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new ConfigurationError(problems.join('\n'));
}
