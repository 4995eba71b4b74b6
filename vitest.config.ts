import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'examples/**/*.test.ts'],
    // Real processes and sockets share two cores: time-outs that only a hang reaches.
    maxWorkers: 2,
    // On a shared machine in CI a process may stand still for seconds; a second try is shown beside the test.
    retry: process.env.CI ? 1 : 0,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
