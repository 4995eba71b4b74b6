/**
 * Notices a store that stands still: something is asked of it, and nothing at all has been answered for too
 * long. One that is only busy answers, so a burst that takes longer than that is no reason to give it up.
 *
 * Invariant: one timer at most, and none `silenceMs` after the last answer.
 */
import type { Clock, Timer } from '../../io/clock.ts';

/** Watches one connection. */
export class Watchdog {
  readonly #clock: Clock;
  readonly #silenceMs: number;
  readonly #onSilence: () => void;
  #waiting = 0;
  /** When something was answered last, or asked of a store that owed nothing. */
  #heardMs = 0;
  #timer: Timer | undefined;

  /** @param onSilence called when the store has owed an answer and given none for `silenceMs`. */
  constructor(clock: Clock, silenceMs: number, onSilence: () => void) {
    this.#clock = clock;
    this.#silenceMs = silenceMs;
    this.#onSilence = onSilence;
  }

  /** A question is on its way. */
  asked(): void {
    if (this.#waiting === 0) this.#heardMs = this.#clock.now();
    this.#waiting += 1;
    this.#timer ??= this.#sleep(this.#silenceMs);
  }

  /** It was answered. */
  answered(): void {
    this.#waiting -= 1;
    this.#heardMs = this.#clock.now();
  }

  /** It will not be answered, which the store has not said. */
  refused(): void {
    this.#waiting -= 1;
  }

  /** Nobody cares any more. */
  stop(): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #sleep(ms: number): Timer {
    return this.#clock.setTimeout(() => this.#look(), ms);
  }

  #look(): void {
    this.#timer = undefined;
    if (this.#waiting === 0) return;
    const leftMs = this.#heardMs + this.#silenceMs - this.#clock.now();
    if (leftMs > 0) this.#timer = this.#sleep(leftMs);
    else this.#onSilence();
  }
}
