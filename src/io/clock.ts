/**
 * Time, as everything but the composition root sees it: injected, so that a test or a simulation can step it.
 *
 * Two readings, because they are two things. `now` goes on evenly and is what every duration is measured by;
 * where it begins means nothing. `timeOfDay` is what a person or NTP may set back or forward at any moment:
 * it is for stamps that people read, and nothing may be decided by it.
 */
import type { Clock as XStateClock } from 'xstate/lib/interpreter.js';

/** A running timer; only the clock that made it knows what it is. */
export type Timer = unknown;

/** What XState wants of a clock, and the two readings. */
export interface Clock extends XStateClock {
  /**
   * Milliseconds since any moment in the past; never less than before, whatever is done to the time of day.
   */
  now(): number;
  /** Milliseconds since the Unix epoch, for stamps only. It may jump. */
  timeOfDay(): number;
  setTimeout(callback: (...args: unknown[]) => void, delayMs: number): Timer;
  clearTimeout(timer: Timer): void;
}
