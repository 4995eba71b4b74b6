/**
 * `npm run bench`: bundles the bench with its limit programs, as the program itself is bundled, and runs it.
 * What runs from the bundle is what a user runs; a loader that translates while it runs would be measured
 * along.
 */
import { buildBench } from './build.ts';

const { run } = await import(await buildBench('run'));
process.exitCode = await run(process.argv.slice(2));
