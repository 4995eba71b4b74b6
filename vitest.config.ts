import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Real processes and sockets share two cores: a limit that only a hang reaches.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
