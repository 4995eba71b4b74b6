/**
 * The time that this process has been awake. A laptop that slept, or a process that was stopped, wakes with
 * old messages in its buffers; what it remembers must not have aged meanwhile, or it takes them for
 * somebody's new words.
 *
 * A tick tells that it is awake. Without one for `sleepMs` it was asleep: all of that time does not count. It
 * is noticed by whoever asks, because what waits in the buffers may be read before the tick comes.
 */

import type { PeerLimits } from '../limits/peer.ts';
import type { Clock, Timer } from './clock.ts';

/** See above. */
export class AwakeTime {
  readonly #clock: Clock;
  readonly #limits: Pick<PeerLimits, 'awakeTickMs' | 'sleepMs'>;
  #timer: Timer | undefined;
  #sleptMs = 0;
  #tickedAtMs: number;
  #latestMs: number;

  constructor(clock: Clock, limits: Pick<PeerLimits, 'awakeTickMs' | 'sleepMs'>) {
    this.#clock = clock;
    this.#limits = limits;
    this.#tickedAtMs = clock.now();
    this.#latestMs = this.#tickedAtMs;
  }

  /** Begins to watch; before that, no time is taken for sleep. */
  start(): void {
    this.#tickedAtMs = this.#clock.now();
    this.#timer = this.#clock.setTimeout(() => this.#tick(), this.#limits.awakeTickMs);
  }

  stop(): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Milliseconds that only the time awake makes more; never less than before. */
  now(): number {
    const nowMs = this.#clock.now();
    const silentMs = nowMs - this.#tickedAtMs;
    if (this.#timer !== undefined && silentMs > this.#limits.sleepMs) {
      this.#sleptMs += silentMs;
      this.#tickedAtMs = nowMs;
    }
    this.#latestMs = Math.max(this.#latestMs, nowMs - this.#sleptMs);
    return this.#latestMs;
  }

  #tick(): void {
    this.now();
    this.start();
  }
}
