/** Bundles the bench's own programs the way scripts/build.ts bundles the product. */
import { fileURLToPath } from 'node:url';
import { bundle } from '../scripts/bundling.ts';

const BENCH = new URL('.', import.meta.url);
const OUTPUT = new URL('../node_modules/.cache/p2pchat-bench/', import.meta.url);

/** Everything that runs as a process of its own, and the two entries. */
const ENTRIES = [
  'run',
  'soak',
  'limits/relay',
  'programs/memory',
  'programs/flood-cost',
  'limits/echo',
  'limits/room-member',
  'limits/room-server',
  'programs/room-server',
  'limits/sender',
  'programs/peer',
  'programs/link-sender',
];

/** Builds all of them. @returns the address of the entry with this name. */
export async function buildBench(entry: 'run' | 'soak'): Promise<string> {
  await bundle({
    entries: Object.fromEntries(ENTRIES.map((name) => [name, fileURLToPath(new URL(`${name}.ts`, BENCH))])),
    directory: fileURLToPath(OUTPUT),
    // A pseudo terminal is native code, and is loaded where it lies.
    external: ['@lydell/node-pty', 'pino'],
  });
  return new URL(`${entry}.js`, OUTPUT).href;
}
