#!/usr/bin/env node
/**
 * The entry. It imports nothing before it runs: where the system lets this process open too few files,
 * loading the program fails, and that is to be told in a sentence as well.
 */

const COULD_NOT_RUN = 1;
const TOO_FEW_FILES: readonly unknown[] = ['EMFILE', 'ENFILE'];

try {
  const { main } = await import('./cli/main.ts');
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Error && 'code' in error && TOO_FEW_FILES.includes(error.code))) throw error;
  process.stderr.write(
    `p2pchat: Too few files may be open at once (${error.message}). Allow more: ulimit -n 256, or more.\n`,
  );
  process.exitCode = COULD_NOT_RUN;
}

// A module, for all that it exports nothing.
export {};
