/**
 * Messages that may be old or may begin a new incarnation of their origin: they wait for a fresh member list,
 * which decides (overlay/seen-cache.ts). Bounded in number and time; where either runs out, they are
 * duplicates.
 */
import type { Clock, Timer } from '../io/clock.ts';
import type { PeerLimits } from '../limits/peer.ts';
import type { TextSlice } from '../protocol/text/text-slice.ts';

/** One message that waits, with the id of the link that it came over. */
export interface UndecidedText {
  readonly linkId: string;
  readonly text: TextSlice;
}

/** The undecided messages of one peer. */
export class UndecidedTexts {
  readonly #clock: Clock;
  readonly #limits: Pick<PeerLimits, 'undecidedMax' | 'undecidedMs'>;
  readonly #settle: (texts: readonly UndecidedText[]) => void;
  #waiting: UndecidedText[] = [];
  #timer: Timer | undefined;

  /** @param settle decides on what has waited, in order of arrival. */
  constructor(
    clock: Clock,
    limits: Pick<PeerLimits, 'undecidedMax' | 'undecidedMs'>,
    settle: (texts: readonly UndecidedText[]) => void,
  ) {
    this.#clock = clock;
    this.#limits = limits;
    this.#settle = settle;
  }

  /** @returns false if there is no room for it. */
  add(undecided: UndecidedText): boolean {
    if (this.#waiting.length >= this.#limits.undecidedMax) return false;
    this.#waiting.push(undecided);
    this.#timer ??= this.#clock.setTimeout(() => this.settle(), this.#limits.undecidedMs);
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
