/** What the action takes and gives. `action.yml` and the README's tables say the same; a contract test holds them together. */
export interface InputSpec {
  readonly description: string;
  /** As `action.yml` has it; undefined where the input may be left out. */
  readonly default?: string;
  readonly secret?: true;
}

export const INPUTS = {
  'github-token': {
    description:
      'Token that reads the pull request and writes the comment. Needs `contents: read` and `pull-requests: write`, for the check `checks: write`, for `apply`, `commit` and `pr` `contents: write`, and for `cancel` `actions: write`.',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub's, not of JavaScript
    default: '${{ github.token }}',
    secret: true,
  },
  'anthropic-api-key': {
    description:
      'Key for the model. The environment variable `ANTHROPIC_API_KEY` works too. A local `base-url` needs none, nor does `model: tuner`.',
    secret: true,
  },
  'base-url': {
    description:
      'Root of an Anthropic Messages API other than `https://api.anthropic.com`, such as `http://localhost:8080` for llama.cpp, vLLM or Ollama.',
  },
  model: {
    description:
      'Name of the model that proposes kernels, or `tuner`, which needs no model and no key: it searches the numbers in your own code, such as block and tile sizes. Without a name it is `claude-opus-5-5` where there is a key or a `base-url`, else `tuner`.',
  },
  effort: {
    description:
      'How much is searched for each target: `low` is 1 trajectory of 4 turns, `medium` 4 of 4, `high` 8 of 8, `max` 16 of 8.',
    default: 'low',
  },
  trajectories: {
    description: 'Chains of proposals side by side for each target, 1 to 64, in place of what `effort` says.',
  },
  turns: { description: 'Most proposals of each trajectory, 1 to 32, in place of what `effort` says.' },
  policy: {
    description:
      'What a turn sees: `serial` the earlier turns of its trajectory, `restart` the same with the weakest trajectories restarted from the best versions, `best-of` nothing.',
    default: 'serial',
  },
  'budget-usd': {
    description: 'Most US dollars that the model may cost in a run; no call is made that could exceed it.',
  },
  'budget-tokens': {
    description: 'Most tokens of the model in a run, input and output together; no call is made that could exceed it.',
  },
  'budget-minutes': { description: 'Most minutes of a run; the last of them are kept for the confirmation.' },
  'budget-gpu-minutes': { description: 'Most minutes in a run for which the GPU measures.' },
  price: {
    description:
      'Dollars for a million tokens of the model, as `input/output` or `input/output/cache read/cache write`, such as `3/15`, in place of the list price.',
  },
  'max-tokens': {
    description: 'Most tokens of one answer of the model, its thinking included, 1024 to 200000.',
    default: '32000',
  },
  thinking: {
    description:
      "The model's extended thinking: `off`, `auto` where the model decides how much, or the most tokens of it, 1024 to 190000; `max-tokens` must leave 4096 more. Left out, the model does as it does by itself.",
  },
  'model-effort': {
    description:
      'How much work the model puts into an answer, where it can be told: `low`, `medium`, `high`, `xhigh` or `max`. Left out, as it does by itself.',
  },
  config: {
    description: 'Path of the configuration from the root of the repository; it is read from the base branch.',
    default: '.github/kernelwright.yml',
  },
  device: {
    description:
      '`cuda` measures on the NVIDIA GPU, `emulated` checks on the CPU and never claims a speedup, `auto` takes the GPU when there is one.',
    default: 'auto',
  },
  sandbox: {
    description:
      '`on` builds and runs candidates in bubblewrap and refuses to go on without it; `off` is shown in every report.',
    default: 'on',
  },
  python: {
    description: 'Absolute path, or name on the `PATH`, of a Python with torch. Found by itself when left out.',
  },
  'report-dir': {
    description: 'Folder for the report and the evidence, inside the workspace.',
    default: '.kernelwright/report',
  },
  mode: {
    description:
      '`auto` does everything in one job. In three, `plan` says what is to be optimized, `optimize` does that on the GPU and writes nothing to GitHub, `report` writes what was found.',
    default: 'auto',
  },
  comment: {
    description:
      'When the pull request gets a comment: `on-result` where a gain is proven, the pull request makes a kernel slower, or a command asked; `always`; or `never`.',
    default: 'on-result',
  },
  deliver: {
    description:
      'What becomes of a proven gain: `comment` shows it, `suggest` proposes it on the changed lines, `commit` adds it to the branch of the pull request, `pr` opens a pull request on top.',
    default: 'comment',
  },
  targets: {
    description:
      'Names of targets, or paths of `.py` and `build.toml` files, separated by white space, for runs without a pull request. Left out, all targets of the configuration, and after a push those that it changed.',
  },
  'pull-request': {
    description: 'For `workflow_dispatch`: the number of the pull request that the run is about.',
  },
  plan: {
    description:
      'For `mode: optimize` and `mode: report`: path of the `plan.json` that the job with `mode: plan` wrote.',
  },
  'plan-hash': {
    description: 'For the same: the output `plan-hash` of that job, to which the file is held.',
  },
  group: {
    description:
      'For `mode: optimize`: which group of targets this job takes, from the matrix that the output `groups` gives.',
  },
  results: {
    description: 'For `mode: report`: folder with the artifacts of the jobs with `mode: optimize`, one folder each.',
    default: '.kernelwright/results',
  },
} as const satisfies Record<string, InputSpec>;

export type InputName = keyof typeof INPUTS;

export const OUTPUTS = {
  result: {
    description:
      'The whole result as JSON: device, targets with verdict and evidence, turns, usage; empty when the event or the changed files give no target.',
  },
  improved: { description: '`true` when at least one target is proven faster, otherwise `false`.' },
  slower: {
    description:
      'Names of the targets that the pull request is proven to make slower than on the base branch, as JSON; empty when nothing was measured.',
  },
  'best-speedup': {
    description: 'Lower bound of the surest confirmed speedup, such as `1.804`; empty when none is proven.',
  },
  'cost-usd': { description: 'What the model cost, in US dollars; empty when no price is known for it.' },
  'report-path': { description: 'Path of the report as Markdown; empty when there is none.' },
  groups: {
    description:
      'Of `mode: plan`: numbers of the groups of targets as JSON, for a matrix; `[]` when there is nothing to do.',
  },
  'plan-hash': { description: 'Of `mode: plan`: SHA-256 of the plan; empty when there is nothing to do.' },
  delivered: {
    description: 'Addresses of what was delivered beside the comment, as JSON: reviews, commits, pull requests.',
  },
  'comment-url': { description: 'Address of the comment on the pull request; empty when none was written.' },
} as const satisfies Record<string, { readonly description: string }>;
