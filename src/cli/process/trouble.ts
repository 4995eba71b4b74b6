/**
 * What goes wrong beside the work itself: standard streams that may be gone, and the last place for what
 * nobody caught.
 *
 * Invariants: nothing in here throws; a stream that can't be written ends nothing; an exception that nobody
 * caught is one sentence, is handed to the log, ends the work in good order, and makes the exit code 1.
 */
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { isatty } from 'node:tty';
import { LAST_RESORT_MS } from '../../limits/program.ts';
import { EXIT } from '../errors.ts';
import { writeError } from '../output/standard-error.ts';

/** What is told of an exception that nobody caught. */
type Closer = (error: Error) => void;

const closers = new Set<Closer>();

/** Says a sentence on standard error; where that is gone, or nobody reads it, nobody is there to hear it. */
export function complain(sentence: string): void {
  writeError(`p2pchat: ${sentence}\n`);
}

/**
 * Makes errors of the standard streams harmless: a reader that has gone (EPIPE) is no trouble, anything else
 * is said once and makes the exit code 1, because what was asked for was not shown.
 */
export function guardStandardStreams(): void {
  const terminals = [0, 1, 2].filter((file) => isatty(file));
  process.on('exit', () => leaveClosed(terminals));
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || error.code === 'EIO') return;
    complain(`The output can't be written (${error.message}).`);
    process.exitCode = EXIT.couldNotRun;
  });
}

/**
 * Node puts every terminal back as it was at its start, and aborts (SIGABRT) where that fails because the
 * terminal is gone. It leaves alone what is another file by then.
 */
function leaveClosed(terminals: readonly number[]): void {
  for (const file of terminals) {
    // A terminal that has hung up is none any more.
    if (isatty(file)) continue;
    closeSync(file);
    openSync(devNull, 'r+');
  }
}

/** Catches what nobody caught, from now on. */
export function installLastResort(): void {
  process.on('uncaughtException', (thrown: unknown) => lastResort(toError(thrown)));
  process.on('unhandledRejection', (thrown: unknown) => lastResort(toError(thrown)));
}

/**
 * Is called after an exception that nobody caught: writes it down, closes what is open.
 * @returns takes it off again.
 */
export function onLastResort(closer: Closer): () => void {
  closers.add(closer);
  return () => closers.delete(closer);
}

function lastResort(error: Error): void {
  process.exitCode = EXIT.couldNotRun;
  const [, place = ''] = (error.stack ?? '').split('\n').map((line) => line.trim());
  complain(`This must not happen, please report it: ${error.name}: ${error.message} ${place}`.trimEnd());
  for (const closer of [...closers]) {
    closers.delete(closer);
    try {
      closer(error);
    } catch (second) {
      complain(`Closing failed: ${toError(second).message}`);
    }
  }
  // The work may be too broken to end: then the process ends all the same, as it would without this.
  setTimeout(() => process.exit(EXIT.couldNotRun), LAST_RESORT_MS).unref();
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
