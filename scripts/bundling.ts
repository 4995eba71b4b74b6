/** How everything that runs from a bundle is bundled: the program, and the bench beside it. */
import type { BuildOptions } from 'esbuild';

/** Options of esbuild that all bundles have in common. */
export const BUNDLING = {
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // Puts the value in the place of a module's constant. Otherwise esbuild makes a variable of each, and V8
  // has to read it, and to ask what it is, in every turn of a loop: a fingerprint takes three times as long.
  minifySyntax: true,
  // XState checks and warns more while developing; tests and tsx run it that way.
  define: { 'process.env.NODE_ENV': '"production"' },
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
} as const satisfies BuildOptions;
