/**
 * Catching up over one link: what may be missing at the other side goes first, oldest first, a few frames at
 * a time; what is said meanwhile waits behind it, in order.
 *
 * Nothing of this is new on the wire: a TEXT that comes again is dropped as the duplicate that it is
 * (PROTOCOL.md, Flooding).
 */

import type { Clock, Timer } from '../../io/clock.ts';
import type { PeerLimits } from '../../limits/peer.ts';
import type { Share } from '../../protocol/batch.ts';
import type { TextSlice } from '../../protocol/text/text-slice.ts';

/** What catching up needs of its link. */
interface CatchUpPorts {
  readonly clock: Clock;
  readonly limits: Pick<
    PeerLimits,
    'catchUpDelayMs' | 'catchUpStepMs' | 'singleWritesMax' | 'linkLowWaterBytes'
  >;
  /** Bytes that wait in the network's queue. */
  queuedBytes(): number;
  writeTexts(texts: readonly TextSlice[]): void;
  writeShare(share: Share): void;
  /** Everything has been written: from now on the link is written to without detour. */
  done(): void;
}

/** One link's catching up, from its beginning to its end. */
export class CatchUp {
  readonly #ports: CatchUpPorts;
  readonly #missing: TextSlice[];
  #written = 0;
  #held: Share[] = [];
  #heldBytes = 0;
  #timer: Timer;

  /** @param missing oldest first; at least one. */
  constructor(ports: CatchUpPorts, missing: readonly TextSlice[]) {
    this.#ports = ports;
    this.#missing = [...missing];
    this.#timer = ports.clock.setTimeout(() => this.#step(), ports.limits.catchUpDelayMs);
  }

  /** Bytes of new messages that wait for their turn. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** More that is missing, behind what is still to be written. */
  add(missing: readonly TextSlice[]): void {
    for (const text of missing) this.#missing.push(text);
  }

  /** A new message waits for its turn. @param bytes its length. */
  hold(share: Share, bytes: number): void {
    this.#held.push(share);
    this.#heldBytes += bytes;
  }

  /** The link is no more. */
  stop(): void {
    this.#ports.clock.clearTimeout(this.#timer);
    this.#held = [];
    this.#heldBytes = 0;
  }

  #step(): void {
    const { clock, limits, queuedBytes, writeTexts, writeShare, done } = this.#ports;
    if (queuedBytes() <= limits.linkLowWaterBytes) {
      const texts = this.#missing.slice(this.#written, this.#written + limits.singleWritesMax);
      this.#written += texts.length;
      writeTexts(texts);
    }
    if (this.#written < this.#missing.length) {
      this.#timer = clock.setTimeout(() => this.#step(), limits.catchUpStepMs);
      return;
    }
    const held = this.#held;
    this.stop();
    for (const share of held) writeShare(share);
    done();
  }
}
