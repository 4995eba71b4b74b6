/**
 * Bundles the program into dist/: one entry and the chunks that it loads on demand, because Node starts a
 * bundle several times faster than the hundreds of small modules that it is made of. Then the library into
 * dist/library/, with its types; the console's page into dist/console/ (vite.config.ts), and once more as one
 * file.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { build as buildPage } from 'vite';
import { bundle } from './bundling.ts';
import { singlePage } from './single-page.ts';

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>;
};
/** XState goes into the bundle: as it comes it checks and warns at each step, as while developing. */
const LIBRARY_EXTERNAL = Object.keys(dependencies).filter((name) => name !== 'xstate');
const LIBRARY_PARTS = ['protocol', 'room-server', 'simulation', 'testing'];

// pino finds its own files at run time and so stays outside; it is loaded only for --log.
await bundle({ entries: { cli: 'src/cli.ts' }, directory: 'dist', external: ['pino'] });
await chmod('dist/cli.js', 0o755);
await bundle({
  entries: {
    index: 'src/index.ts',
    ...Object.fromEntries(LIBRARY_PARTS.map((name) => [name, `src/library/${name}.ts`])),
  },
  directory: 'dist/library',
  external: LIBRARY_EXTERNAL,
});
execFileSync('npx', ['--no-install', 'tsc', '-p', 'tsconfig.library.json'], { stdio: 'inherit' });
await buildPage({ logLevel: 'warn' });
await writeFile('dist/report-page.html', await singlePage());
