import { expect, it } from 'vitest';
import { ConfigurationError } from '../../src/core/errors.ts';

it('names the target of a mistake in the message, and not in the problem, which may name another target', () => {
  const error = new ConfigurationError('b: a.cu does not compile', { target: 'a', cause: 'nvcc' });
  expect(error).toMatchObject({
    message: 'a: b: a.cu does not compile',
    problem: 'b: a.cu does not compile',
    cause: 'nvcc',
  });
});

it('has nothing to name of a mistake that is about no target', () => {
  const error = new ConfigurationError('There is no folder x.');
  expect(error.problem).toBe(error.message);
});
