/**
 * How one link takes what it is given, as far as that concerns the others: the decision of back-pressure,
 * pure. Time is handed in.
 *
 *   OPEN ──over the high-water mark──▶ HOLDING ──takes nothing for a moment──▶ RELEASED
 *     ▲                                   │          or has held for long enough    │   ▲
 *     │                                   │ over the bound           over the bound │   │ a little under it
 *     │                                   └──────────────▶ FULL ◀───────────────────┘   │
 *     │                                                     └───────────────────────────┘
 *     └── under the low-water mark, from each of the three
 *
 * HOLDING and FULL stop the reading of whatever would be sent over the link; RELEASED does not: links that
 * wait for one another in a ring would otherwise wait for ever, and one stuck neighbour would stop the whole
 * conversation. Behind a slow link reading goes on a little at a time, at the speed of that link: neighbours
 * would take a peer that reads nothing for seconds for a slow consumer itself. A link that is not OPEN and
 * takes nothing for `slowConsumerMs`, or less than the floor for `slowFloorMs`, belongs to a slow consumer.
 *
 * Where too much waits for all links together, each that has a part in it holds as if it were over its own
 * mark, until that is over.
 */
import type { PeerLimits } from '../../limits/peer.ts';

/** The bounds that the decision needs; limits/ says what each is for. */
export type LinkFlowLimits = Pick<
  PeerLimits,
  | 'linkHighWaterBytes'
  | 'linkLowWaterBytes'
  | 'linkQueueMaxBytes'
  | 'linkPauseMs'
  | 'linkHoldMs'
  | 'slowConsumerMs'
  | 'slowFloorMs'
  | 'slowFloorBytesPerSecond'
>;

/** See the diagram above. */
export type LinkFlowState = 'OPEN' | 'HOLDING' | 'RELEASED' | 'FULL';

const SECOND_MS = 1_000;

/** The flow of one link. */
export class LinkFlow {
  readonly #limits: LinkFlowLimits;
  #state: LinkFlowState = 'OPEN';
  #queuedBytes = 0;
  /** When it last took something, or left OPEN. */
  #progressAtMs = 0;
  /** When it left OPEN. */
  #heldSinceMs = 0;
  /** What it has taken since `#windowSinceMs`. */
  #windowSinceMs = 0;
  #takenInWindow = 0;
  /** It is under its own high-water mark, and holds because all links together are over theirs. */
  #isShared = false;

  constructor(limits: LinkFlowLimits) {
    this.#limits = limits;
  }

  get state(): LinkFlowState {
    return this.#state;
  }

  /** Bytes that waited when it was last told. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** True while the reading of what would be sent over it has to stop. */
  get isHolding(): boolean {
    return this.#state === 'HOLDING' || this.#state === 'FULL';
  }

  /** Something was written; so much waits now. */
  wrote(queuedBytes: number, nowMs: number): void {
    this.#queuedBytes = queuedBytes;
    if (queuedBytes > this.#limits.linkHighWaterBytes) {
      if (this.#state === 'OPEN') this.#leaveOpen(nowMs);
      this.#isShared = false;
    }
    // Own input can fill a link that holds: the bound is one for everybody.
    if (this.#state !== 'OPEN' && queuedBytes > this.#limits.linkQueueMaxBytes) this.#state = 'FULL';
  }

  /** The network has taken something; so much waits now. */
  took(queuedBytes: number, nowMs: number): void {
    this.#takenInWindow += Math.max(0, this.#queuedBytes - queuedBytes);
    this.#queuedBytes = queuedBytes;
    this.#progressAtMs = nowMs;
    const { linkLowWaterBytes, linkQueueMaxBytes } = this.#limits;
    if (queuedBytes <= (this.#isShared ? 0 : linkLowWaterBytes)) this.#open();
    else if (this.#state === 'FULL' && queuedBytes <= linkQueueMaxBytes - linkLowWaterBytes)
      this.#state = 'RELEASED';
  }

  /**
   * It has been given so much of what it had missed, in front of what waits. That is progress, and nobody
   * else has to stop for what it waits for itself.
   */
  caughtUp(bytes: number, nowMs: number): void {
    this.#takenInWindow += bytes;
    this.#progressAtMs = nowMs;
    if (this.#state === 'HOLDING') this.#state = 'RELEASED';
  }

  /** Too much waits for all links together: this one holds, too, if anything of that waits for it. */
  share(nowMs: number): void {
    if (this.#state !== 'OPEN' || this.#queuedBytes === 0) return;
    this.#leaveOpen(nowMs);
    this.#isShared = true;
  }

  /** No more waits for all links together than may. */
  shareNoMore(): void {
    if (this.#isShared) this.#open();
  }

  #leaveOpen(nowMs: number): void {
    this.#state = 'HOLDING';
    this.#progressAtMs = nowMs;
    this.#heldSinceMs = nowMs;
    this.#windowSinceMs = nowMs;
    this.#takenInWindow = 0;
  }

  #open(): void {
    this.#state = 'OPEN';
    this.#isShared = false;
  }

  /** Time has passed. @returns true if this link belongs to a slow consumer. */
  isSlowAt(nowMs: number): boolean {
    if (this.#state === 'OPEN') return false;
    const { linkPauseMs, linkHoldMs, slowConsumerMs, slowFloorMs, slowFloorBytesPerSecond } = this.#limits;
    const idleMs = nowMs - this.#progressAtMs;
    const hasHeldLong = idleMs >= linkPauseMs || nowMs - this.#heldSinceMs >= linkHoldMs;
    if (this.#state === 'HOLDING' && hasHeldLong) this.#state = 'RELEASED';
    if (idleMs >= slowConsumerMs) return true;
    const windowMs = nowMs - this.#windowSinceMs;
    if (windowMs < slowFloorMs) return false;
    const floorBytes = (slowFloorBytesPerSecond * windowMs) / SECOND_MS;
    const isSlow = this.#takenInWindow < floorBytes;
    this.#windowSinceMs = nowMs;
    this.#takenInWindow = 0;
    return isSlow;
  }

  /** When `isSlowAt` is to be asked next; `undefined` while it is OPEN. */
  get dueMs(): number | undefined {
    if (this.#state === 'OPEN') return undefined;
    const { linkPauseMs, linkHoldMs, slowConsumerMs, slowFloorMs } = this.#limits;
    const otherwiseMs = Math.min(this.#progressAtMs + slowConsumerMs, this.#windowSinceMs + slowFloorMs);
    if (this.#state !== 'HOLDING') return otherwiseMs;
    return Math.min(this.#progressAtMs + linkPauseMs, this.#heldSinceMs + linkHoldMs, otherwiseMs);
  }
}
