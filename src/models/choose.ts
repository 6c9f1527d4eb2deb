import { type Model, type Price, TUNER } from '../core/model.ts';
import { createAnthropicModel } from './anthropic.ts';

/** Who shall propose, as settings say it. */
export interface Choice {
  readonly model: string;
  readonly apiKey?: string;
  readonly baseUrl?: string;
  readonly maxTokens: number;
  readonly price?: Price;
}

/** The model of the settings; or the tuner, which is none and needs no key. Throws `ConfigurationError` on a bad URL or key. */
export function chooseModel(choice: Choice, log: (line: string) => void): Model | typeof TUNER {
  return choice.model === TUNER ? TUNER : createAnthropicModel({ ...choice, apiKey: choice.apiKey ?? '', log });
}
