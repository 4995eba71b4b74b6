/**
 * The arguments are right, but the program can't run here and now: exit code 1. Its text is what the user
 * reads.
 */
export class CannotRunError extends Error {
  override readonly name = 'CannotRunError';
}
