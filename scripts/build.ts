/**
 * Bundles the program into dist/: one entry and the chunks that it loads on demand, because Node starts a
 * bundle several times faster than the hundreds of small modules that it is made of. Then the console's page
 * into dist/console/ (vite.config.ts).
 */
import { chmod, rm } from 'node:fs/promises';
import { build } from 'esbuild';
import { build as buildPage } from 'vite';
import { BUNDLING } from './bundling.ts';

await rm('dist', { recursive: true, force: true });
await build({
  entryPoints: ['src/cli.ts'],
  outdir: 'dist',
  sourcemap: true,
  // pino finds its own files at run time and so stays outside; it is loaded only for --log.
  external: ['pino'],
  ...BUNDLING,
});
await chmod('dist/cli.js', 0o755);
await buildPage({ logLevel: 'warn' });
