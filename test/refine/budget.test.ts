import { describe, expect, it } from 'vitest';
import type { Usage } from '../../src/core/model.ts';
import { openAccount, type Reservation } from '../../src/refine/budget.ts';

const usage = (usd: number, output_tokens = 0): Usage => ({
  input_tokens: 0,
  output_tokens,
  cache_read_tokens: 0,
  cache_write_tokens: 0,
  usd,
});

function granted(reserved: Reservation | string): Reservation {
  if (typeof reserved === 'string') throw new Error(reserved);
  return reserved;
}

describe('dollars and tokens', () => {
  it('are asked for by the most that a call can take, and given back when it took less', async () => {
    const account = openAccount({ usd: 1 });
    granted(await account.reserve(usage(0.8))).settle(usage(0.1));
    granted(await account.reserve(usage(0.8))).settle(usage(0.2));
    expect(await account.reserve(usage(0.8))).toBe(
      'The budget of $1.00 has $0.70 left, and the next call may cost $0.80.',
    );
    granted(await account.reserve(usage(0.7)));
  });

  it('wait for calls in flight before they say no', async () => {
    const account = openAccount({ usd: 1 });
    const first = granted(await account.reserve(usage(0.8)));
    const answers: string[] = [];
    const second = account.reserve(usage(0.8)).then((reserved) => {
      answers.push(typeof reserved);
      return reserved;
    });
    const third = account.reserve(usage(0.9)).then((reserved) => answers.push(typeof reserved));
    await new Promise((resolve) => setImmediate(resolve));
    expect(answers).toEqual([]);
    first.settle(usage(0.1));
    granted(await second).settle(usage(0.7));
    await third;
    expect(answers).toEqual(['object', 'string']);
  });

  it('count a call of unknown price as the dearest that it could be', async () => {
    const account = openAccount({ usd: 1 });
    const { usd: _unknown, ...tokens } = usage(0, 10);
    granted(await account.reserve(usage(0.7))).settle(tokens);
    expect(await account.reserve(usage(0.4))).toBe(
      'The budget of $1.00 has $0.30 left, and the next call may cost $0.40.',
    );
  });

  it('count all tokens', async () => {
    const account = openAccount({ tokens: 1000 });
    granted(await account.reserve(usage(0, 900))).settle({
      input_tokens: 100,
      output_tokens: 200,
      cache_read_tokens: 50,
      cache_write_tokens: 50,
    });
    expect(await account.reserve(usage(0, 900))).toBe(
      'The budget of 1,000 tokens has 600 left, and the next call may take 900.',
    );
  });

  it('are without limit where none is set', async () => {
    const account = openAccount({});
    granted(await account.reserve(usage(1e6, 1e9)));
    expect(account.timeIsUp(1e9)).toBeUndefined();
  });
});

describe('time', () => {
  it('ends a search while a confirmation still fits in', () => {
    let clock = 0;
    const account = openAccount({ minutes: 2 }, () => clock);
    clock = 100_000;
    expect(account.timeIsUp(20)).toBeUndefined();
    clock = 100_001;
    expect(account.timeIsUp(20)).toBe('The budget of 2 minutes is used up but for the confirmation.');
  });

  it('of the GPU is what it has measured for', () => {
    const account = openAccount({ gpuMinutes: 1 });
    account.addGpuSeconds(30);
    expect(account.timeIsUp(30)).toBeUndefined();
    account.addGpuSeconds(1);
    expect(account.timeIsUp(30)).toBe('The budget of 1 GPU minutes is used up but for the confirmation.');
  });
});
