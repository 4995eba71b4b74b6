/** A rate limit per source and for all together: so many a second, for a bounded number of sources. */
import type { Clock } from '../io/clock.ts';
import { hasShare } from '../overlay/shares.ts';

const WINDOW_MS = 1_000;

interface Window {
  sinceMs: number;
  count: number;
}

/**
 * Allows so many per source in any one-second window that begins with the source's first, and of so many for
 * all sources in a second a fair share (see `hasShare`): one source alone has half of them at most.
 */
export class RatePerSource {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #sourcesMax: number;
  readonly #inTotalMax: number;
  /** The source whose window began last is last. */
  readonly #windows = new Map<string, Window>();
  #total: Window = { sinceMs: Number.NEGATIVE_INFINITY, count: 0 };

  /** @param inTotalMax allowed in a second for all sources together; 0 is no limit. */
  constructor(clock: Pick<Clock, 'now'>, sourcesMax: number, inTotalMax = 0) {
    this.#clock = clock;
    this.#sourcesMax = sourcesMax;
    this.#inTotalMax = inTotalMax;
  }

  /**
   * Counts one.
   * @param perSecondMax what one source may have; 0 is no limit but its share of all.
   * @returns false if the source, or all together, have had as many in this second.
   */
  allows(source: string, perSecondMax: number): boolean {
    if (perSecondMax === 0 && this.#inTotalMax === 0) return true;
    const nowMs = this.#clock.now();
    const window = this.#window(source, nowMs);
    if (perSecondMax > 0 && window.count >= perSecondMax) return false;
    if (this.#inTotalMax > 0 && !this.#takesShare(window, nowMs)) return false;
    window.count += 1;
    return true;
  }

  #takesShare(window: Window, nowMs: number): boolean {
    if (nowMs - this.#total.sinceMs >= WINDOW_MS) this.#total = { sinceMs: nowMs, count: 0 };
    if (!hasShare(window.count, this.#total.count, this.#inTotalMax)) return false;
    this.#total.count += 1;
    return true;
  }

  #window(source: string, nowMs: number): Window {
    const window = this.#windows.get(source);
    if (window && nowMs - window.sinceMs < WINDOW_MS) return window;
    this.#windows.delete(source);
    this.#forgetOldest(nowMs);
    const begun = { sinceMs: nowMs, count: 0 };
    this.#windows.set(source, begun);
    return begun;
  }

  #forgetOldest(nowMs: number): void {
    for (const [source, { sinceMs }] of this.#windows) {
      const isOver = nowMs - sinceMs >= WINDOW_MS;
      if (!isOver && this.#windows.size < this.#sourcesMax) return;
      this.#windows.delete(source);
    }
  }
}
