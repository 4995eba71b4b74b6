/**
 * Waits until messages have gone their ways and then tells of them, each once: the frames of one flood are
 * reported in several batches. What happened long ago (the past that a page gets when it opens) is
 * remembered, and not told as new.
 *
 * Invariant: `newest` is never a message that is still under way.
 */
import { framesAndGapsAfter, lastSerialOf } from '../../../crossings/newest-frames.ts';
import type { PeerViews } from '../../../state/peer-view.ts';
import { type Flood, FloodBook, type FloodLimits } from './floods.ts';

/** The times of a watch, and its bounds. */
interface WatchLimits extends FloodLimits {
  /** What began longer ago is the past. */
  readonly floodFreshMs: number;
  /** What was sent and has not come for so long is lost. */
  readonly floodLostMs: number;
  /** Entries of the log before an earlier moment that are looked through. */
  readonly floodLookBackEntries: number;
}

/** A flood that is under way. */
interface Awaited {
  readonly heardMs: number;
  /** When it is looked at whether it is over. */
  readonly dueMs: number;
  readonly isFresh: boolean;
}

/** Feeds a `FloodBook` from the views of all peers. */
export class FloodWatch {
  readonly #limits: WatchLimits;
  readonly #nowMs: () => number;
  readonly #settled: (fresh: readonly Flood[]) => void;
  /** By id; the one that is looked at next is the first. */
  readonly #awaited = new Map<number, Awaited>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #book: FloodBook;
  #seenSerial = 0;

  /**
   * @param nowMs milliseconds since 1970, the clock of the frames.
   * @param settled is called when floods are over, with those of them that are no past, the newest first.
   */
  constructor(limits: WatchLimits, nowMs: () => number, settled: (fresh: readonly Flood[]) => void) {
    this.#limits = limits;
    this.#nowMs = nowMs;
    this.#settled = settled;
    this.#book = new FloodBook(limits);
  }

  /** True while some message is under way. */
  get isWaiting(): boolean {
    return this.#awaited.size > 0;
  }

  /** The message that began last of those that are over; none while the past comes in pieces. */
  newest(): Flood | undefined {
    if ([...this.#awaited.values()].some(({ isFresh }) => !isFresh)) return undefined;
    return this.#book.newest((id) => !this.#awaited.has(id));
  }

  /** Takes what is new in the views. */
  look(views: PeerViews, hidOf: (peer: string) => string | undefined): void {
    const lastSerial = lastSerialOf(views);
    if (lastSerial < this.#seenSerial) this.#goBack(lastSerial);
    // No frame makes more than one hop: older ones would be forgotten again at once.
    const fresh = framesAndGapsAfter(views, this.#seenSerial).slice(-this.#limits.hopsMax);
    this.#seenSerial = lastSerial;
    for (const id of this.#book.add(fresh, hidOf)) this.#await(id);
    this.#timer ??= this.#timerOfFirst();
  }

  /** Forgets what it waits for. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#awaited.clear();
  }

  /**
   * The page shows an earlier moment, or the program was started anew and counts from 1 again. What was there
   * long before that is not looked through: each step back would take as long as all that has happened.
   */
  #goBack(lastSerial: number): void {
    this.stop();
    this.#book = new FloodBook(this.#limits);
    this.#seenSerial = Math.max(0, lastSerial - this.#limits.floodLookBackEntries);
  }

  #await(id: number): void {
    const flood = this.#book.get(id);
    if (!flood) return;
    const heardMs = this.#nowMs();
    const isFresh = heardMs - flood.firstMs <= this.#limits.floodFreshMs;
    this.#awaited.delete(id);
    this.#awaited.set(id, { heardMs, dueMs: heardMs + this.#limits.floodSettleMs, isFresh });
  }

  #timerOfFirst(): ReturnType<typeof setTimeout> | undefined {
    const [first] = this.#awaited.values();
    if (first === undefined) return undefined;
    return setTimeout(() => this.#lookForSettled(), first.dueMs - this.#nowMs());
  }

  /** In a burst a message is on its way for long: it is looked at again later. */
  #isWaitedFor(id: number, awaited: Awaited, nowMs: number): boolean {
    const { floodLostMs, floodSettleMs } = this.#limits;
    if (nowMs - awaited.heardMs >= floodLostMs || !this.#book.isOnItsWay(id)) return false;
    this.#awaited.set(id, { ...awaited, dueMs: nowMs + floodSettleMs });
    return true;
  }

  #lookForSettled(): void {
    const nowMs = this.#nowMs();
    const due = [...this.#awaited].filter(([, { dueMs }]) => dueMs <= nowMs);
    for (const [id] of due) this.#awaited.delete(id);
    const over = due.filter(([id, awaited]) => !this.#isWaitedFor(id, awaited, nowMs));
    const fresh = over.flatMap(([id, { isFresh }]) => (isFresh ? (this.#book.get(id) ?? []) : []));
    this.#timer = this.#timerOfFirst();
    if (over.length > 0) this.#settled(fresh.sort((one, other) => other.id - one.id));
  }
}
