/**
 * Waits until a message has gone its way and then tells of it, once: the frames of one flood are reported in
 * several batches. What happened long ago (the past that a page gets when it opens) is remembered, but not
 * told.
 */
import type { ConsoleFrame } from '../../../../feed/messages.ts';
import type { PeerViews } from '../../../state/peer-view.ts';
import { type Flood, FloodBook } from './floods.ts';

/** The times of a watch, and its bound. */
export interface WatchLimits {
  readonly floodsMax: number;
  readonly floodRestMs: number;
  /** A flood that nothing was heard of for so long is over. */
  readonly floodSettleMs: number;
  /** What began longer ago is the past. */
  readonly floodFreshMs: number;
}

/** Feeds a `FloodBook` from the views of all peers. */
export class FloodWatch {
  readonly #limits: WatchLimits;
  readonly #nowMs: () => number;
  readonly #settled: (flood: Flood) => void;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();
  #book: FloodBook;
  #seenSerial = 0;

  /**
   * @param nowMs milliseconds since 1970, the clock of the frames.
   * @param settled is told of a flood that is over.
   */
  constructor(limits: WatchLimits, nowMs: () => number, settled: (flood: Flood) => void) {
    this.#limits = limits;
    this.#nowMs = nowMs;
    this.#settled = settled;
    this.#book = new FloodBook(limits.floodsMax, limits.floodRestMs);
  }

  /** The message that began last, if there was any. */
  newest(): Flood | undefined {
    return this.#book.newest();
  }

  /** Takes what is new in the views. */
  look(views: PeerViews, hidOf: (peer: string) => string | undefined): void {
    const lists = Object.values(views).map(({ frames }) => frames);
    const lastSerial = Math.max(0, ...lists.map((frames) => frames.at(-1)?.serial ?? 0));
    if (lastSerial < this.#seenSerial) this.#forget();
    const fresh = lists.flatMap((frames) => newerThan(frames, this.#seenSerial));
    this.#seenSerial = lastSerial;
    fresh.sort((left, right) => left.serial - right.serial);
    for (const id of this.#book.add(fresh, hidOf)) this.#await(id);
  }

  /** Forgets what it waits for. */
  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  /** The program was started anew, and counts from 1 again. */
  #forget(): void {
    this.stop();
    this.#book = new FloodBook(this.#limits.floodsMax, this.#limits.floodRestMs);
    this.#seenSerial = 0;
  }

  #await(id: number): void {
    const { floodFreshMs, floodSettleMs } = this.#limits;
    const flood = this.#book.get(id);
    if (!flood || this.#nowMs() - flood.firstMs > floodFreshMs) return;
    clearTimeout(this.#timers.get(id));
    const timer = setTimeout(() => {
      this.#timers.delete(id);
      const over = this.#book.get(id);
      if (over) this.#settled(over);
    }, floodSettleMs);
    this.#timers.set(id, timer);
  }
}

function newerThan(frames: readonly ConsoleFrame[], serial: number): readonly ConsoleFrame[] {
  let first = frames.length;
  while (first > 0 && (frames[first - 1]?.serial ?? 0) > serial) first -= 1;
  return frames.slice(first);
}
