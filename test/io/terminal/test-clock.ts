/** A clock that stands still: faces need only the time of day of it. */
import type { Clock } from '../../../src/io/clock.ts';

export function stoppedClock(nowMs: number): Clock {
  const noTimers = (): never => {
    throw new Error('a face sets no timers');
  };
  return { now: () => nowMs, setTimeout: noTimers, clearTimeout: noTimers };
}
