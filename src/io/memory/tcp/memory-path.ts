/**
 * The way from one simulated host to another, one object for all that goes in this direction: what a single
 * packet does on it, and how long a segment is under way.
 */
import type { Clock } from '../../clock.ts';
import type { PathPolicy, SynFate } from '../memory-policy.ts';
import type { DatagramOnItsWay, Traffic } from './traffic/traffic.ts';

/** One direction between two hosts, see above. */
export class MemoryPath {
  readonly clock: Clock;
  /** Where what is under way can be steered; nowhere by default. */
  readonly traffic: Traffic | undefined;
  readonly #policy: PathPolicy;
  readonly #from: string;
  readonly #to: string;
  /** When the last byte that was sent has left. */
  #busyUntilMs = 0;

  constructor(clock: Clock, policy: PathPolicy, from: string, to: string, traffic?: Traffic) {
    this.clock = clock;
    this.traffic = traffic;
    this.#policy = policy;
    this.#from = from;
    this.#to = to;
  }

  get isCut(): boolean {
    return this.#policy.isCut(this.#from, this.#to);
  }

  get isClogged(): boolean {
    return this.#policy.isClogged(this.#from, this.#to);
  }

  get coalesces(): boolean {
    return this.#policy.coalesces(this.#from, this.#to);
  }

  /** Length of the next segment at most; at least 1. */
  get segmentMaxBytes(): number {
    return Math.max(1, Math.floor(this.#policy.segmentBytes(this.#from, this.#to)));
  }

  get synFate(): SynFate {
    return this.#policy.connects(this.#from, this.#to);
  }

  /** When a segment that sets off now arrives; where the way is slow, behind those that are leaving still. */
  arrivalMs(bytes: number): number {
    const bytesPerSecond = this.#policy.bytesPerSecond(this.#from, this.#to);
    const latencyMs = this.#policy.latencyMs(this.#from, this.#to);
    const nowMs = this.clock.now();
    if (bytesPerSecond === Number.POSITIVE_INFINITY) return nowMs + latencyMs;
    this.#busyUntilMs = Math.max(this.#busyUntilMs, nowMs) + (bytes * 1_000) / bytesPerSecond;
    // Whole milliseconds, as the program's own clock tells them; the fractions add up in `#busyUntilMs`.
    return Math.ceil(this.#busyUntilMs + latencyMs);
  }

  /** One packet, without order and without retransmission: `arrive` is called in time, or never. */
  carry(arrive: () => void): void {
    if (!this.isCut) this.clock.setTimeout(arrive, this.#policy.latencyMs(this.#from, this.#to));
  }

  /** One datagram: `arrive` is called for each copy of it that gets through. */
  carryDatagram(datagram: DatagramOnItsWay, arrive: () => void): void {
    if (this.isCut) return;
    for (const delayMs of this.#policy.datagramDelaysMs(this.#from, this.#to)) {
      if (this.traffic) this.traffic.datagram(datagram, delayMs, arrive);
      else this.clock.setTimeout(arrive, delayMs);
    }
  }
}
