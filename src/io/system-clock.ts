/** The real time. */
import type { Clock, Timer } from './clock.ts';

/** The clock of this computer. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, delayMs): Timer => setTimeout(callback, delayMs),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout | undefined),
};
