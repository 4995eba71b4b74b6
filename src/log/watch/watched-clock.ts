/** A clock whose timers are in a log: when one is started, and what it causes when it fires. */
import type { Clock, Timer } from '../../io/clock.ts';
import type { Log } from '../log.ts';

interface Watched {
  readonly number: number;
  readonly delayMs: number;
  readonly startedBy: number;
  readonly timer: Timer;
}

/** See above. */
export class WatchedClock implements Clock {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #party: string;
  #last = 0;

  constructor(clock: Clock, log: Log, party: string) {
    this.#clock = clock;
    this.#log = log;
    this.#party = party;
  }

  now(): number {
    return this.#clock.now();
  }

  timeOfDay(): number {
    return this.#clock.timeOfDay();
  }

  setTimeout(callback: (...args: unknown[]) => void, delayMs: number): Timer {
    this.#last += 1;
    const number = this.#last;
    const { serial: startedBy } = this.#append({ what: 'started', timer: number, delayMs });
    const timer = this.#clock.setTimeout((...args) => {
      const { serial } = this.#append({ what: 'fired', timer: number, delayMs }, startedBy);
      this.#log.within(serial, () => callback(...args));
    }, delayMs);
    return { number, delayMs, startedBy, timer } satisfies Watched;
  }

  clearTimeout(timer: Timer): void {
    if (timer === undefined || timer === null) return;
    this.#clock.clearTimeout((timer as Watched).timer);
  }

  #append(body: { what: 'started' | 'fired'; timer: number; delayMs: number }, cause?: number) {
    return this.#log.append(this.#party, { type: 'timer', ...body }, cause);
  }
}
