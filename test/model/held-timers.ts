/** A clock whose timers run when the test says so, told apart by their delay. */
import type { Clock } from '../../src/io/clock.ts';

interface HeldTimer {
  readonly delayMs: number;
  readonly callback: () => void;
}

/** The clock of a machine that is driven alone. */
export class HeldTimers implements Pick<Clock, 'setTimeout' | 'clearTimeout'> {
  readonly #timers = new Map<number, HeldTimer>();
  #last = 0;

  setTimeout(callback: () => void, delayMs: number): number {
    this.#last += 1;
    this.#timers.set(this.#last, { callback, delayMs });
    return this.#last;
  }

  clearTimeout(timer: unknown): void {
    this.#timers.delete(timer as number);
  }

  /** Delays of the timers that are set. */
  get delays(): readonly number[] {
    return [...this.#timers.values()].map(({ delayMs }) => delayMs);
  }

  /** Runs the only timer that was set for so long. */
  fire(delayMs: number): void {
    const [found, ...others] = [...this.#timers].filter(([, timer]) => timer.delayMs === delayMs);
    if (!found) throw new Error(`no timer of ${delayMs} ms is set, only ${this.delays.join(' ms, ')} ms`);
    if (others.length > 0) throw new Error(`${others.length + 1} timers of ${delayMs} ms are set`);
    const [timer, { callback }] = found;
    this.#timers.delete(timer);
    callback();
  }
}
