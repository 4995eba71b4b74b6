/** A rate limit per source address: so many a second, for a bounded number of sources. */
import type { Clock } from '../io/clock.ts';

const WINDOW_MS = 1_000;

interface Window {
  sinceMs: number;
  count: number;
}

/** Allows so many per source in any one-second window that begins with the source's first. */
export class RatePerSource {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #sourcesMax: number;
  /** The source whose window began last is last. */
  readonly #windows = new Map<string, Window>();

  constructor(clock: Pick<Clock, 'now'>, sourcesMax: number) {
    this.#clock = clock;
    this.#sourcesMax = sourcesMax;
  }

  /** Counts one. @returns false if the source has had its `perSecondMax` in this second; 0 is no limit. */
  allows(source: string, perSecondMax: number): boolean {
    if (perSecondMax === 0) return true;
    const window = this.#window(source);
    window.count += 1;
    return window.count <= perSecondMax;
  }

  #window(source: string): Window {
    const nowMs = this.#clock.now();
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
