/**
 * The way from one simulated host to another: what a single packet does on it, and the ordered, retransmitting
 * one-way stream of segments that TCP makes of it.
 *
 * Invariants of a pipe: segments arrive in the order they were sent, each once. A cut is asked for when a segment
 * sets off: what is under way by then still arrives, what comes later is held and retransmitted until the cut is
 * healed, or until the sender gives up.
 */
import type { Clock, Timer } from '../io/clock.ts';

/** How the network treats what goes from one host to another; hosts are named by their IPv4 addresses. */
export interface PathPolicy {
  /** Time on the way of one segment or datagram; asked for each. */
  latencyMs(from: string, to: string): number;
  /** True while nothing gets through in this direction. */
  isCut(from: string, to: string): boolean;
}

/** What travels on a pipe. */
export type Segment =
  /** The last part of the three-way handshake. */
  | { readonly kind: 'open' }
  | { readonly kind: 'data'; readonly bytes: Buffer }
  | { readonly kind: 'fin' }
  | { readonly kind: 'rst' };

/** First and longest pause before a retransmission, doubling in between (Linux: RTO_MIN and RTO_MAX). */
const RETRANSMIT_MIN_MS = 200;
const RETRANSMIT_MAX_MS = 120_000;

/** A sender whose segments have not got through for so long gives up (Linux: 924.6 s by default). */
const GIVE_UP_MS = 924_600;

/** One direction between two hosts. */
export class MemoryPath {
  readonly clock: Clock;
  readonly #policy: PathPolicy;
  readonly #from: string;
  readonly #to: string;

  constructor(clock: Clock, policy: PathPolicy, from: string, to: string) {
    this.clock = clock;
    this.#policy = policy;
    this.#from = from;
    this.#to = to;
  }

  get isCut(): boolean {
    return this.#policy.isCut(this.#from, this.#to);
  }

  get latencyMs(): number {
    return this.#policy.latencyMs(this.#from, this.#to);
  }

  /** One packet, without order and without retransmission: `arrive` is called in time, or never. */
  carry(arrive: () => void): void {
    if (!this.isCut) this.clock.setTimeout(arrive, this.latencyMs);
  }
}

/** What a pipe tells its two ends. */
export interface PipeEnds {
  /** At the receiver. */
  readonly arrive: (segment: Segment) => void;
  /** At the sender: nothing has got through for too long. */
  readonly giveUp: () => void;
}

/** One direction of a TCP connection, see above. */
export class Pipe {
  readonly #path: MemoryPath;
  readonly #ends: PipeEnds;
  #held: Segment[] = [];
  #heldBytes = 0;
  #retransmission: Timer;
  #lastArrivalMs = 0;

  constructor(path: MemoryPath, ends: PipeEnds) {
    this.#path = path;
    this.#ends = ends;
  }

  /** Bytes that the network has not taken yet. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Sends a segment after all those before; it is retransmitted until it gets through. */
  send(segment: Segment): void {
    if (this.#held.length === 0 && !this.#path.isCut) {
      this.#setOff(segment);
      return;
    }
    this.#held.push(segment);
    if (segment.kind === 'data') this.#heldBytes += segment.bytes.length;
    if (this.#held.length === 1)
      this.#retransmitAfter(RETRANSMIT_MIN_MS, this.#path.clock.now() + GIVE_UP_MS);
  }

  /** The sender's last word: drops what is held, and sends RST, which is lost where the path is cut. */
  reset(): void {
    this.#dropHeld();
    if (!this.#path.isCut) this.#setOff({ kind: 'rst' });
  }

  #retransmitAfter(pauseMs: number, deadlineMs: number): void {
    const { clock } = this.#path;
    this.#retransmission = clock.setTimeout(() => {
      if (!this.#path.isCut) {
        const held = this.#held;
        this.#dropHeld();
        for (const segment of held) this.#setOff(segment);
      } else if (clock.now() < deadlineMs) {
        this.#retransmitAfter(Math.min(pauseMs * 2, RETRANSMIT_MAX_MS), deadlineMs);
      } else {
        this.#dropHeld();
        this.#ends.giveUp();
      }
    }, pauseMs);
  }

  #dropHeld(): void {
    this.#path.clock.clearTimeout(this.#retransmission);
    this.#held = [];
    this.#heldBytes = 0;
  }

  #setOff(segment: Segment): void {
    const { clock, latencyMs } = this.#path;
    this.#lastArrivalMs = Math.max(this.#lastArrivalMs, clock.now() + latencyMs);
    clock.setTimeout(() => this.#ends.arrive(segment), this.#lastArrivalMs - clock.now());
  }
}
