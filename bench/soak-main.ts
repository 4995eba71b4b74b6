/** `npm run soak`: bundles the bench's programs and runs the soak. */
import { buildBench } from './build.ts';

const { run } = await import(await buildBench('soak'));
process.exitCode = await run(process.argv.slice(2));
