/**
 * Messages that may be old or may begin a new life of their origin: they wait for a fresh member list, which
 * decides (overlay/seen-cache.ts). Bounded in number and time; where either runs out, they are duplicates.
 */
import type { Clock, Timer } from '../io/clock.ts';
import type { PeerLimits } from '../limits/peer.ts';
import type { TextSlice } from '../protocol/text-slice.ts';

/** One message that waits, with the id of the link that it came over. */
export interface DoubtfulText {
  readonly linkId: string;
  readonly text: TextSlice;
}

/** The doubtful messages of one peer. */
export class DoubtfulTexts {
  readonly #clock: Clock;
  readonly #limits: Pick<PeerLimits, 'doubtfulMax' | 'doubtfulMs'>;
  readonly #settle: (texts: readonly DoubtfulText[]) => void;
  #waiting: DoubtfulText[] = [];
  #timer: Timer | undefined;

  /** @param settle decides on what has waited, in order of arrival. */
  constructor(
    clock: Clock,
    limits: Pick<PeerLimits, 'doubtfulMax' | 'doubtfulMs'>,
    settle: (texts: readonly DoubtfulText[]) => void,
  ) {
    this.#clock = clock;
    this.#limits = limits;
    this.#settle = settle;
  }

  /** @returns false if there is no room for it. */
  add(doubtful: DoubtfulText): boolean {
    if (this.#waiting.length >= this.#limits.doubtfulMax) return false;
    this.#waiting.push(doubtful);
    this.#timer ??= this.#clock.setTimeout(() => this.settle(), this.#limits.doubtfulMs);
    return true;
  }

  /** The fresh list has come, or will not come in time. */
  settle(): void {
    const waiting = this.#waiting;
    this.stop();
    if (waiting.length > 0) this.#settle(waiting);
  }

  /** Forgets everything. */
  stop(): void {
    this.#waiting = [];
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
