/**
 * Drives simulated time by real time, at a speed that can be changed. Nothing runs, and no timer is set,
 * while it stands still. Where the room can't keep up it is slower than was asked for.
 */
import type { Clock, Timer } from '../../io/clock.ts';
import { ROOM_TICK_MS, ROOM_TURN_MS } from '../../limits/simulated-room.ts';

/** What is driven. */
interface Driven {
  readonly nowMs: number;
  /** @param isEnough asked often: true stops. @returns false where it was stopped. */
  advance(toMs: number, isEnough: () => boolean): boolean;
}

/** See above. */
export class RealTime {
  readonly #clock: Pick<Clock, 'now' | 'setTimeout' | 'clearTimeout'>;
  readonly #driven: () => Driven;
  readonly #ticked: () => void;
  #timer: Timer | undefined;
  #speed = 1;
  /** Real time of the last tick, and what was reached by it, with its fraction of a millisecond. */
  #lastMs = 0;
  #reachedMs = 0;

  /** @param ticked is called when time has passed. */
  constructor(
    clock: Pick<Clock, 'now' | 'setTimeout' | 'clearTimeout'>,
    driven: () => Driven,
    ticked: () => void,
  ) {
    this.#clock = clock;
    this.#driven = driven;
    this.#ticked = ticked;
  }

  get isRunning(): boolean {
    return this.#timer !== undefined;
  }

  /** Simulated time in a unit of real time. */
  get speed(): number {
    return this.#speed;
  }

  set speed(speed: number) {
    this.#speed = speed;
  }

  start(): void {
    if (this.isRunning) return;
    this.#lastMs = this.#clock.now();
    this.#reachedMs = this.#driven().nowMs;
    this.#await();
  }

  stop(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #await(): void {
    this.#timer = this.#clock.setTimeout(() => this.#tick(), ROOM_TICK_MS);
  }

  #tick(): void {
    const nowMs = this.#clock.now();
    this.#reachedMs += (nowMs - this.#lastMs) * this.#speed;
    this.#lastMs = nowMs;
    this.#await();
    const driven = this.#driven();
    const isEnough = () => this.#clock.now() - nowMs > ROOM_TURN_MS;
    if (!driven.advance(Math.floor(this.#reachedMs), isEnough)) this.#reachedMs = driven.nowMs;
    this.#ticked();
  }
}
