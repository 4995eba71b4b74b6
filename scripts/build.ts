/**
 * Bundles the program into dist/: one entry and the chunks that it loads on demand, because Node starts a
 * bundle several times faster than the hundreds of small modules that it is made of. Then the console's page
 * into dist/console/ (vite.config.ts).
 */
import { chmod, rm } from 'node:fs/promises';
import { build } from 'esbuild';
import { build as buildPage } from 'vite';

await rm('dist', { recursive: true, force: true });
await build({
  entryPoints: ['src/cli.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  // pino finds its own files at run time and so stays outside; it is loaded only for --log.
  external: ['pino'],
  // XState checks and warns more while developing; tests and tsx run it that way.
  define: { 'process.env.NODE_ENV': '"production"' },
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
await chmod('dist/cli.js', 0o755);
await buildPage({ logLevel: 'warn' });
