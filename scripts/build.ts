/**
 * Bundles the program into dist/: one entry and the chunks that it loads on demand, because Node starts a
 * bundle several times faster than the hundreds of small modules that it is made of. Then the console's page
 * into dist/console/ (vite.config.ts), and once more as one file.
 */
import { chmod, writeFile } from 'node:fs/promises';
import { build as buildPage } from 'vite';
import { bundle } from './bundling.ts';
import { singlePage } from './single-page.ts';

// pino finds its own files at run time and so stays outside; it is loaded only for --log.
await bundle({ entries: { cli: 'src/cli.ts' }, directory: 'dist', external: ['pino'] });
await chmod('dist/cli.js', 0o755);
await buildPage({ logLevel: 'warn' });
await writeFile('dist/report-page.html', await singlePage());
