import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../src/core/errors.ts';
import { TUNER } from '../../src/core/model.ts';
import { chooseModel } from '../../src/models/choose.ts';

const silent = () => {};

describe('who proposes', () => {
  it('is the tuner, with or without a key', () => {
    expect(chooseModel({ model: TUNER, maxTokens: 1024 }, silent)).toBe(TUNER);
    expect(chooseModel({ model: TUNER, apiKey: 'sk-ant-key', maxTokens: 1024 }, silent)).toBe(TUNER);
  });

  it('is a model of that name, which needs a key', () => {
    expect(chooseModel({ model: 'qwen3', apiKey: 'sk-ant-key', maxTokens: 1024 }, silent)).toMatchObject({
      name: 'qwen3',
    });
    expect(() => chooseModel({ model: 'qwen3', maxTokens: 1024 }, silent)).toThrow(ConfigurationError);
  });
});
