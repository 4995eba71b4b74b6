/** Bundles the bench's own programs the way scripts/build.ts bundles the product. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { BUNDLING } from '../scripts/bundling.ts';

const OUTPUT = new URL('../node_modules/.cache/p2pchat-bench/', import.meta.url);

/** Everything that runs as a process of its own, and the two entries. */
const ENTRIES = [
  'bench/run.ts',
  'bench/soak.ts',
  'bench/limits/relay.ts',
  'bench/programs/memory.ts',
  'bench/programs/flood-cost.ts',
  'bench/limits/echo.ts',
  'bench/limits/room-member.ts',
  'bench/limits/room-server.ts',
  'bench/programs/room-server.ts',
  'bench/limits/sender.ts',
  'bench/programs/peer.ts',
  'bench/programs/link-sender.ts',
];

/** Builds all of them. @returns the address of the entry with this name. */
export async function buildBench(entry: 'run' | 'soak'): Promise<string> {
  await build({
    entryPoints: ENTRIES,
    absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
    outbase: 'bench',
    outdir: fileURLToPath(OUTPUT),
    packages: 'bundle',
    // A pseudo terminal is native code, and is loaded where it lies.
    external: ['@lydell/node-pty', 'pino'],
    ...BUNDLING,
  });
  return new URL(`${entry}.js`, OUTPUT).href;
}
