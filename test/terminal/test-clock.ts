/** A clock that stands still: the time of day is always the same, and timers fire when the test says so. */
import type { Clock } from '../../src/io/clock.ts';

export interface StoppedClock extends Clock {
  /** Fires every timer that is set. */
  fireTimers(): void;
}

export function stoppedClock(nowMs: number): StoppedClock {
  const timers = new Set<{ readonly callback: () => void }>();
  return {
    now: () => nowMs,
    timeOfDay: () => nowMs,
    setTimeout: (callback) => {
      const timer = { callback };
      timers.add(timer);
      return timer;
    },
    clearTimeout: (timer) => {
      timers.delete(timer as { readonly callback: () => void });
    },
    fireTimers: () => {
      for (const { callback } of [...timers]) callback();
    },
  };
}
