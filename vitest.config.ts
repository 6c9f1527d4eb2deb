import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // The acceptance tests start real compilers and sandboxes; two cores need the room.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Tests that run side by side in a file are those that mostly wait.
    maxConcurrency: 16,
    // Not one core less than there are: the tests in Python, which run beside them, are done in half the time.
    maxWorkers: '100%',
  },
});
