/**
 * The signals that ask a program to end.
 *
 * SIGHUP tells that the terminal is gone. It ends a program that has one. A program none of whose standard
 * streams is a terminal was started to live on without it, by nohup for instance (which turns those that are
 * into files); that nohup ignores the signal can't be seen, because Node makes it deadly again at its start.
 */
import { isatty } from 'node:tty';

const STOP_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM'];
const STANDARD_STREAMS = [0, 1, 2];

/**
 * Calls `stop` on every stop signal instead of dying of it.
 * @param isDetached true where the user has said that it is to live on without a terminal.
 * @returns takes the handlers off again, so that they don't outlive what they stop.
 */
export function onStopSignal(stop: () => void, isDetached = false): () => void {
  const hasTerminal = !isDetached && STANDARD_STREAMS.some((stream) => isatty(stream));
  const signals = hasTerminal ? [...STOP_SIGNALS, 'SIGHUP' as const] : STOP_SIGNALS;
  // Stays to the end: a terminal that goes away sends it twice, to the session's leader and to the
  // foreground.
  process.on('SIGHUP', ignore);
  for (const signal of signals) process.on(signal, stop);
  return () => {
    for (const signal of signals) process.off(signal, stop);
  };
}

function ignore(): void {}
