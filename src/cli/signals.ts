/** The signals that ask a program to end. */
import { readFileSync } from 'node:fs';

const STOP_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM'];
const HANGUP_BIT = 1n;

/**
 * Calls `stop` on every stop signal instead of dying of it. SIGHUP, the terminal's end, is one of them unless
 * the program was started to outlive its terminal (nohup).
 * @returns takes the handlers off again, so that they don't outlive what they stop.
 */
export function onStopSignal(stop: () => void): () => void {
  const signals = isHangupIgnored() ? STOP_SIGNALS : [...STOP_SIGNALS, 'SIGHUP' as const];
  for (const signal of signals) process.on(signal, stop);
  return () => {
    for (const signal of signals) process.off(signal, stop);
  };
}

/**
 * True where the parent has set SIGHUP to be ignored, which is what nohup does. A handler of our own would undo
 * it. Only Linux tells; elsewhere nobody is known to have ignored it.
 */
function isHangupIgnored(): boolean {
  if (process.platform !== 'linux') return false;
  try {
    const [, mask = '0'] = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return (BigInt(`0x${mask}`) & HANGUP_BIT) !== 0n;
  } catch {
    // No /proc (a container may have none): as on other systems.
    return false;
  }
}
