import { parseArgs } from 'node:util';
import { ConfigurationError, messageOf } from '../../src/core/errors.ts';
import type { Harness } from '../../src/measure/harness.ts';
import type { Asked } from './part.ts';

export interface Arguments {
  /** Empty for all. */
  readonly parts: readonly string[];
  readonly device: Harness['device'];
  /** Bound on the time of each part, in seconds. */
  readonly limitS: number;
  readonly asked: Asked;
  /** Where to write all samples. */
  readonly json: string | undefined;
}

const text = { type: 'string' } as const;

/**
 * @param words those after the program's name
 * @throws ConfigurationError
 */
export function readArguments(words: readonly string[]): Arguments {
  const { values, positionals } = parsed(words);
  const { device, json } = values;
  if (device !== 'auto' && device !== 'cuda' && device !== 'emulated')
    throw new ConfigurationError(`--device is auto, cuda or emulated, not "${device}".`);
  return {
    parts: positionals,
    device,
    limitS: positive('limit', values.limit) ?? 300,
    asked: {
      count: positive('count', values.count),
      confirmations: positive('confirmations', values.confirmations),
      rounds: positive('rounds', values.rounds),
      candidates: positive('candidates', values.candidates),
    },
    json,
  };
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        device: { type: 'string', default: 'auto' },
        ...{ limit: text, json: text, count: text, confirmations: text, rounds: text, candidates: text },
      },
    });
  } catch (error) {
    throw new ConfigurationError(messageOf(error));
  }
}

function positive(name: string, written: string | undefined): number | undefined {
  if (written === undefined) return undefined;
  const number = Number(written);
  if (Number.isInteger(number) && number > 0) return number;
  throw new ConfigurationError(`--${name} is a whole number from 1 up, not "${written}".`);
}
