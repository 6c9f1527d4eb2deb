import { describe, expect, it, test } from 'vitest';
import { ConfigurationError } from '../../src/core/errors.ts';
import type { InputName } from '../../src/events/inputs.ts';
import { readLocalSettings, readSettings, secretValues } from '../../src/events/settings.ts';

const ENV = { GITHUB_WORKSPACE: '/workspace' };
const KEYS = { 'github-token': 'ghs_token', 'anthropic-api-key': 'sk-ant-key' };

type Given = Partial<Record<InputName, string>>;

const inputs = (given: Given) => (name: InputName) => given[name] ?? '';

describe('readSettings', () => {
  it('takes the defaults for what is not given', () => {
    expect(readSettings(inputs(KEYS), ENV)).toEqual({
      githubToken: 'ghs_token',
      apiKey: 'sk-ant-key',
      model: 'claude-opus-5-5',
      plan: { trajectories: 1, turns: 4, policy: 'serial', patience: 4 },
      budget: {},
      maxTokens: 32_000,
      config: '.github/kernelwright.yml',
      device: 'auto',
      sandbox: 'on',
      reportDir: '/workspace/.kernelwright/report',
      mode: 'auto',
      comment: 'on-result',
      deliver: 'comment',
      targets: [],
      results: '/workspace/.kernelwright/results',
    });
  });

  it('takes every input that is given, without blanks around it', () => {
    const settings = readSettings(
      inputs({
        ...KEYS,
        'base-url': ' https://models.example.com/anthropic/ ',
        model: 'qwen3-coder',
        effort: 'medium',
        trajectories: '3',
        turns: '32',
        policy: 'restart',
        'budget-usd': '2.50',
        'budget-tokens': '1000000',
        'budget-minutes': '45',
        'budget-gpu-minutes': '0.5',
        price: '3/15',
        'max-tokens': '12096',
        thinking: '8000',
        'model-effort': 'high',
        config: './tuning/kernels.yaml',
        device: 'emulated',
        sandbox: 'off',
        python: '/opt/venv/bin/python',
        'report-dir': 'out/report',
        mode: 'plan',
        comment: 'never',
        deliver: 'suggest',
        targets: ' softmax models/mlp.py\n  softmax\tbuild.toml ',
        'pull-request': '42',
      }),
      ENV,
    );
    expect(settings).toEqual({
      githubToken: 'ghs_token',
      apiKey: 'sk-ant-key',
      baseUrl: 'https://models.example.com/anthropic',
      model: 'qwen3-coder',
      plan: { trajectories: 3, turns: 32, policy: 'restart', patience: 4 },
      budget: { usd: 2.5, tokens: 1_000_000, minutes: 45, gpuMinutes: 0.5 },
      price: { input: 3, output: 15, cacheRead: 3, cacheWrite: 3 },
      maxTokens: 12_096,
      thinking: { tokens: 8000 },
      modelEffort: 'high',
      config: 'tuning/kernels.yaml',
      device: 'emulated',
      sandbox: 'off',
      python: '/opt/venv/bin/python',
      reportDir: '/workspace/out/report',
      mode: 'plan',
      comment: 'never',
      deliver: 'suggest',
      targets: ['softmax', 'models/mlp.py', 'build.toml'],
      pullRequest: 42,
      results: '/workspace/.kernelwright/results',
    });
  });

  it.each(['off', 'auto'])('takes thinking %s', (thinking) => {
    expect(readSettings(inputs({ ...KEYS, thinking }), ENV)).toMatchObject({ thinking });
  });

  it('refuses thinking that leaves no room for the answer', () => {
    expect(() => readSettings(inputs({ ...KEYS, 'max-tokens': '12000', thinking: '8000' }), ENV)).toThrow(
      'input "thinking" is 8000, which leaves too little of input "max-tokens" (12000) for the answer; leave at least 4096 more',
    );
    expect(() => readSettings(inputs({ ...KEYS, thinking: '1000' }), ENV)).toThrow(
      'input "thinking" is "1000"; give off, auto, or a number of tokens from 1024 to 190000',
    );
  });

  it('is read-only', () => {
    expect(Object.isFrozen(readSettings(inputs(KEYS), ENV))).toBe(true);
  });

  it('takes secrets from the environment, and inputs before those', () => {
    const env = { ...ENV, GITHUB_TOKEN: 'env-token', ANTHROPIC_API_KEY: 'env-key' };
    expect(readSettings(inputs({}), env)).toMatchObject({ githubToken: 'env-token', apiKey: 'env-key' });
    expect(readSettings(inputs(KEYS), env)).toMatchObject({ githubToken: 'ghs_token', apiKey: 'sk-ant-key' });
  });

  it.each([
    'http://localhost:8080',
    'http://127.0.0.1:1',
    'http://[::1]:8080',
    'http://10.0.0.5',
    'http://llama:8080',
    'http://gpu.local',
  ])('needs no key for the local server %s', (url) => {
    const settings = readSettings(inputs({ 'github-token': 't', 'base-url': url }), ENV);
    expect(settings.apiKey).toBeUndefined();
    expect(settings.baseUrl).toBe(url);
  });

  it.each(['https://models.example.com', 'https://8.8.8.8', 'https://172.32.0.1', 'https://localhost.example.com'])(
    'needs a key for the server %s',
    (url) => {
      expect(() => readSettings(inputs({ 'github-token': 't', 'base-url': url }), ENV)).toThrow(/no key for the model/);
    },
  );
});

describe('readLocalSettings', () => {
  it('needs no token', () => {
    expect(readLocalSettings(inputs({ 'anthropic-api-key': 'k' }), ENV, { model: true })).toMatchObject({
      apiKey: 'k',
    });
  });

  it('needs a key only when a model is asked', () => {
    expect(readLocalSettings(inputs({}), ENV, { model: false })).not.toHaveProperty('apiKey');
    expect(() => readLocalSettings(inputs({ model: 'claude-opus-5-5' }), ENV, { model: true })).toThrow(
      /^no key for the model: set the environment variable ANTHROPIC_API_KEY, or .* by --base-url; --model tuner needs none either$/,
    );
  });

  it('speaks of flags', () => {
    const given = { turns: '99', 'anthropic-api-key': 'a b' };
    expect(() => readLocalSettings(inputs(given), ENV, { model: true })).toThrow(
      /^the environment variable ANTHROPIC_API_KEY cannot be used; .*\n--turns is "99"; /,
    );
  });
});

describe('the tuner', () => {
  const token = { 'github-token': 't' };

  it('needs no key, and says nothing of one where it was asked for', () => {
    const settings = readSettings(inputs({ ...token, model: 'tuner' }), ENV);
    expect(settings.model).toBe('tuner');
    expect(settings).not.toHaveProperty('modelNotice');
    expect(readSettings(inputs({ ...KEYS, model: 'tuner' }), ENV).model).toBe('tuner');
  });

  it('stands in where nothing says which model, and says how to give a key', () => {
    const settings = readSettings(inputs(token), ENV);
    expect(settings.model).toBe('tuner');
    expect(settings.modelNotice).toMatch(
      /^No model is asked, because there is no key: .* add the secret ANTHROPIC_API_KEY/,
    );
    expect(readLocalSettings(inputs({}), ENV, { model: true }).modelNotice).toMatch(/variable ANTHROPIC_API_KEY/);
  });

  it('stands in for no model that was named by a key, an address or a name', () => {
    const local = { ...token, 'base-url': 'http://localhost:8080' };
    expect(readSettings(inputs(local), ENV).model).toBe('claude-opus-5-5');
    expect(readSettings(inputs(KEYS), ENV).model).toBe('claude-opus-5-5');
    expect(readSettings(inputs(KEYS), ENV)).not.toHaveProperty('modelNotice');
    const remote = { ...token, 'base-url': 'https://models.example.com' };
    expect(() => readSettings(inputs(remote), ENV)).toThrow(/no key for the model/);
  });
});

test('secretValues names what must be masked', () => {
  expect(secretValues(readSettings(inputs(KEYS), ENV))).toEqual(['ghs_token', 'sk-ant-key']);
  expect(secretValues(readSettings(inputs({ 'github-token': 't', 'base-url': 'http://localhost' }), ENV))).toEqual([
    't',
  ]);
});

const REFUSED: Record<string, Given> = {
  'no key': { 'github-token': 't', model: 'claude-opus-5-5' },
  'no token': { 'anthropic-api-key': 'k' },
  'a key with a line break': { ...KEYS, 'anthropic-api-key': 'sk-ant\nsecret' },
  'turns that are no number': { ...KEYS, turns: 'many' },
  'no turns': { ...KEYS, turns: '0' },
  'too many turns': { ...KEYS, turns: '33' },
  'half a turn': { ...KEYS, turns: '1.5' },
  'an unknown effort': { ...KEYS, effort: 'maximum' },
  'too many trajectories': { ...KEYS, trajectories: '65' },
  'an unknown policy': { ...KEYS, policy: 'greedy' },
  'a budget of nothing': { ...KEYS, 'budget-usd': '0' },
  'a budget in words': { ...KEYS, 'budget-minutes': '1h' },
  'a price without output': { ...KEYS, price: '3' },
  'a price of three': { ...KEYS, price: '3/15/1' },
  'too few tokens': { ...KEYS, 'max-tokens': '100' },
  'an unknown device': { ...KEYS, device: 'rocm' },
  'an unknown sandbox': { ...KEYS, sandbox: 'true' },
  'a model with spaces': { ...KEYS, model: 'claude opus' },
  'an absolute configuration': { ...KEYS, config: '/etc/passwd.yml' },
  'a configuration outside': { ...KEYS, config: '../kernelwright.yml' },
  'a configuration that is not YAML': { ...KEYS, config: 'kernelwright.json' },
  'a base-url that is no address': { ...KEYS, 'base-url': 'localhost:8080' },
  'a base-url of a file': { ...KEYS, 'base-url': 'file:///etc/passwd' },
  'a base-url with a password': { ...KEYS, 'base-url': 'https://me:hunter2@example.com' },
  'a base-url with the path of the API': { ...KEYS, 'base-url': 'http://localhost:8080/v1' },
  'a base-url with a query': { ...KEYS, 'base-url': 'https://example.com/?a=b' },
  'a base-url that sends the key in the clear': { ...KEYS, 'base-url': 'http://models.example.com' },
  'a Python of the checkout': { ...KEYS, python: '.venv/bin/python' },
  'a report outside the workspace': { ...KEYS, 'report-dir': '../report' },
  'a report over the whole workspace': { ...KEYS, 'report-dir': '.' },
  'an unknown mode': { ...KEYS, mode: 'all' },
  'an unknown time to comment': { ...KEYS, comment: 'sometimes' },
  'an unknown delivery': { ...KEYS, deliver: 'merge' },
  'what names no target': { ...KEYS, targets: 'softmax kernels/softmax.cu' },
  'a target outside of the repository': { ...KEYS, targets: '../mlp.py' },
  'what is no number of a pull request': { ...KEYS, 'pull-request': '#7' },
  'pull request 0': { ...KEYS, 'pull-request': '0' },
  'several at once': { turns: '99', device: 'tpu' },
};

test.each(Object.entries(REFUSED))('refuses %s', (_, given) => {
  let message = '';
  try {
    readSettings(inputs(given), ENV);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    message = (error as Error).message;
  }
  expect(message).toMatchSnapshot();
  expect(message).not.toMatch(/secret\b(?! ANTHROPIC)|hunter2/);
});
