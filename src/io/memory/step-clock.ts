/**
 * A clock that stands still until it is stepped: the time of every simulation and of every test with a delay
 * in it. It serves XState (as a `Clock`) and RxJS (as a scheduler) at once, so that both see one order of
 * events.
 *
 * Invariants:
 * - timers run by due time, those of one instant in the order they were set; `now()` is then the due time;
 * - a timer that an earlier callback cleared or set takes part in the same step;
 * - a callback that throws loses no other timer: the error leaves `advance` or `runNext`, the clock stands at
 *   the throwing timer's due time, and the next step goes on from there;
 * - the time of day goes on with it, and `setTimeOfDay` moves that reading alone.
 */
import type { SchedulerAction, SchedulerLike } from 'rxjs';
import { Subscription } from 'rxjs';
import type { Clock, Timer } from '../clock.ts';
import { TimerHeap } from './timer-heap.ts';

/**
 * Longest delay that Node's own setTimeout keeps; it fires a longer one at once, which no simulation may
 * hide.
 */
const DELAY_MAX_MS = 2_147_483_647;

/** Timers of one instant: more than this is a loop of zero delays that would never let the time go on. */
const TIMERS_PER_INSTANT_MAX = 1_000_000;

/** What RxJS calls back: its action is `this`, through which it schedules itself again. */
type Work<State> = (this: SchedulerAction<State>, state?: State) => void;

/** An event-stepped clock, see above. */
export class StepClock implements Clock, SchedulerLike {
  readonly #timers = new TimerHeap();
  #nowMs: number;
  /** What the time of day is ahead of `now`. */
  #timeOfDayAheadMs = 0;
  #stepping = false;
  #ranThisInstant = 0;
  #ran = 0;

  constructor(startMs = 0) {
    this.#nowMs = startMs;
  }

  /** Timers that are set and neither have run nor were cleared. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Timers that have run since the beginning: with the time it tells one moment from every other one. */
  get ran(): number {
    return this.#ran;
  }

  /** When the next timer is due; infinite where none is set. */
  get nextDueMs(): number {
    return this.#timers.first?.dueMs ?? Number.POSITIVE_INFINITY;
  }

  now(): number {
    return this.#nowMs;
  }

  timeOfDay(): number {
    return this.#nowMs + this.#timeOfDayAheadMs;
  }

  /** Sets the time of day, back or forward, as a person or NTP does: no timer is moved by it. */
  setTimeOfDay(epochMs: number): void {
    this.#timeOfDayAheadMs = epochMs - this.#nowMs;
  }

  setTimeout(callback: (...args: unknown[]) => void, delayMs: number): Timer {
    if (!(delayMs <= DELAY_MAX_MS)) throw new RangeError(`A timer can't wait for ${delayMs} ms.`);
    return this.#timers.add(this.#nowMs + Math.max(delayMs, 0), callback);
  }

  clearTimeout(timer: Timer): void {
    this.#timers.remove(timer);
  }

  /** Jumps to the next timer and runs it alone; false where none is set. */
  runNext(): boolean {
    return this.#step(() => {
      if (!this.#timers.first) return false;
      this.#runFirst();
      return true;
    });
  }

  /** Lets time pass: runs everything that falls due on the way, whatever that sets included. */
  advance(ms: number): void {
    const untilMs = this.#nowMs + ms;
    if (!(ms >= 0)) throw new RangeError(`Time can't pass by ${ms} ms.`);
    this.#step(() => {
      for (let next = this.#timers.first; next && next.dueMs <= untilMs; next = this.#timers.first) {
        this.#runFirst();
      }
      this.#moveTo(untilMs);
    });
  }

  /**
   * Lets time pass without running anything.
   * @throws RangeError where a timer would be due before that, and where it is past.
   */
  passTo(timeMs: number): void {
    if (timeMs < this.#nowMs || timeMs > this.nextDueMs)
      throw new RangeError(`At ${this.#nowMs} ms time can't pass to ${timeMs} ms by itself.`);
    this.#moveTo(timeMs);
  }

  /** RxJS: runs `work` after the delay; the returned subscription takes it back. */
  schedule<State>(work: Work<State>, delayMs = 0, state?: State): Subscription {
    return new ClockAction(this, work).schedule(state, delayMs);
  }

  #step<Result>(run: () => Result): Result {
    if (this.#stepping) throw new Error("A timer's callback can't step the clock that runs it.");
    this.#stepping = true;
    try {
      return run();
    } finally {
      this.#stepping = false;
    }
  }

  #runFirst(): void {
    const timer = this.#timers.takeFirst();
    if (!timer) return;
    this.#moveTo(timer.dueMs);
    this.#ran += 1;
    this.#ranThisInstant += 1;
    if (this.#ranThisInstant > TIMERS_PER_INSTANT_MAX) {
      throw new Error(`Timers set each other without delay, for ever, at ${this.#nowMs} ms.`);
    }
    timer.callback();
  }

  #moveTo(timeMs: number): void {
    if (timeMs === this.#nowMs) return;
    this.#nowMs = timeMs;
    this.#ranThisInstant = 0;
  }
}

/** A piece of work of RxJS: at most one timer at a time, none once it is unsubscribed. */
class ClockAction<State> extends Subscription implements SchedulerAction<State> {
  readonly #clock: Clock;
  readonly #work: Work<State>;
  #timer: Timer;

  constructor(clock: Clock, work: Work<State>) {
    super(() => clock.clearTimeout(this.#timer));
    this.#clock = clock;
    this.#work = work;
  }

  schedule(state?: State, delayMs = 0): Subscription {
    if (this.closed) return this;
    this.#clock.clearTimeout(this.#timer);
    this.#timer = this.#clock.setTimeout(() => this.#work.call(this, state), delayMs);
    return this;
  }
}
