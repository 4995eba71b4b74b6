/**
 * Time, as everything but the composition root sees it: injected, so that a test or a simulation can step it.
 */
import type { Clock as XStateClock } from 'xstate/lib/interpreter.js';

/** A running timer; only the clock that made it knows what it is. */
export type Timer = unknown;

/** What XState wants of a clock, and the time of day. */
export interface Clock extends XStateClock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  setTimeout(callback: (...args: unknown[]) => void, delayMs: number): Timer;
  clearTimeout(timer: Timer): void;
}
