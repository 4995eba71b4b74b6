/**
 * Standard error, kept from blocking: where it is a terminal that nobody reads (a stopped tmux), Node's own
 * stream would stop the whole program in `write`.
 *
 * Invariants: nothing in here throws; no write waits for a terminal, and no more than
 * `ERROR_QUEUE_MAX_BYTES` wait for one; a terminal that takes nothing keeps the program from its end for
 * `OUTPUT_FINISH_MS` at most, and only where that was asked for.
 */
import { isatty } from 'node:tty';
import type { Timer } from '../../io/clock.ts';
import { KeptOutput } from '../../io/node/kept-output.ts';
import { ERROR_QUEUE_MAX_BYTES, OUTPUT_FINISH_MS } from '../../limits/program.ts';

const STANDARD_ERROR = 2;

let terminal: KeptOutput | undefined;

/** Writes a text; where nobody reads it, and enough waits already, it is left out. */
export function writeError(text: string): void {
  if (!isatty(STANDARD_ERROR)) {
    process.stderr.write(text);
    return;
  }
  terminal ??= openTerminal();
  if (terminal.writableLength <= ERROR_QUEUE_MAX_BYTES) terminal.write(text);
}

/** True while a terminal has not taken all that was written: what would only replace it can be left out. */
export function isErrorWaiting(): boolean {
  return terminal !== undefined && terminal.writableLength > 0;
}

/** Resolves when a terminal has taken what was written, or after `OUTPUT_FINISH_MS`. Never rejects. */
export function errorsWritten(): Promise<void> {
  const waited = terminal;
  if (!waited || !isErrorWaiting() || waited.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, OUTPUT_FINISH_MS);
    // Called when all before it is out, or can't be.
    waited.write('', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** What it has not taken by the end of the program keeps nobody waiting. */
function openTerminal(): KeptOutput {
  const clock = {
    setTimeout: (callback: () => void, ms: number) => setTimeout(callback, ms).unref(),
    clearTimeout: (timer: Timer) => clearTimeout(timer as NodeJS.Timeout),
  };
  const output = new KeptOutput(STANDARD_ERROR, { clock, tell: () => {}, isTerminal: true });
  output.on('error', () => {});
  return output;
}
