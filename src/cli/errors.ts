/** What ends the program before it has begun. Each message is the sentence that the user reads. */
import { NetworkError } from '../io/network.ts';
import { CannotRunError } from '../words/cannot-run.ts';

/** Exit codes of the program; `interrupted` is what a shell makes of SIGINT. */
export const EXIT = { quit: 0, couldNotRun: 1, wrongUsage: 2, interrupted: 130 } as const;

/**
 * True for an operating error: told in one sentence, without a stack trace. Everything else is a bug, and
 * throws.
 */
export function isExpected(error: unknown): error is Error {
  return error instanceof CannotRunError || error instanceof NetworkError;
}
