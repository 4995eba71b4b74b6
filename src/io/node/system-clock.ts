/** The real time. */
import { performance } from 'node:perf_hooks';
import type { Clock, Timer } from '../clock.ts';

/** The clock of this computer. */
export const systemClock: Clock = {
  // Whole milliseconds: the readings are shown to people and written into JSON.
  now: () => Math.floor(performance.now()),
  timeOfDay: () => Date.now(),
  setTimeout: (callback, delayMs): Timer => setTimeout(callback, delayMs),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout | undefined),
};
