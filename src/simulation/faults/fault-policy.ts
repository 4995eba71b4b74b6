/**
 * What the network does to what goes over it, given the faults that are active now. Asked by the in-memory
 * network for every segment, datagram and connect; draws what has to be drawn from its own generator.
 */

import type { PathPolicy } from '../../io/memory/memory-policy.ts';
import type { SeededRandom } from '../../io/memory/seeded-random.ts';
import type { Plan, PlannedFault } from '../plan.ts';
import type { FaultName } from './faults.ts';

const SLOW_BYTES_PER_SECOND = 2_000;
const SEGMENT_MAX_BYTES = 40;
const LATENCY_SPIKE_MS = { least: 100, most: 2_000 };

/** The network's behaviour in one world. */
export class FaultPolicy implements PathPolicy {
  readonly #plan: Plan;
  readonly #random: SeededRandom;
  readonly #roomServer: string;
  readonly #indexOf: ReadonlyMap<string, number>;
  readonly #active = new Set<PlannedFault>();

  constructor(plan: Plan, random: SeededRandom, roomServer: string) {
    this.#plan = plan;
    this.#random = random;
    this.#roomServer = roomServer;
    this.#indexOf = new Map(plan.peers.map(({ ip }, index) => [ip, index]));
  }

  begin(fault: PlannedFault): void {
    this.#active.add(fault);
  }

  end(fault: PlannedFault): void {
    this.#active.delete(fault);
  }

  isActive(name: FaultName): boolean {
    return this.#find(name).length > 0;
  }

  latencyMs(): number {
    const { least, most } = this.isActive('latency') ? LATENCY_SPIKE_MS : this.#plan.latencyMs;
    return this.#random.integer(least, most);
  }

  isCut(from: string, to: string): boolean {
    for (const fault of this.#active) {
      if (fault.isServerSpared && (from === this.#roomServer || to === this.#roomServer)) continue;
      if (fault.fault === 'split' && this.#isAcross(fault, from, to)) return true;
      if (fault.fault === 'oneway' && this.#isFromPeersToOthers(fault, from, to)) return true;
      if (fault.fault === 'isolate' && from !== to && (this.#isHit(fault, from) || this.#isHit(fault, to)))
        return true;
    }
    return false;
  }

  isClogged(from: string, to: string): boolean {
    return (
      from !== to && this.#find('clog').some((fault) => this.#isHit(fault, from) || this.#isHit(fault, to))
    );
  }

  bytesPerSecond(from: string, to: string): number {
    const isSlow = from !== to && this.#find('slow').some((fault) => this.#isHit(fault, to));
    return isSlow ? SLOW_BYTES_PER_SECOND : Number.POSITIVE_INFINITY;
  }

  segmentBytes(): number {
    if (!this.isActive('segments')) return Number.POSITIVE_INFINITY;
    return this.#random.chance(0.2) ? 1 : this.#random.integer(1, SEGMENT_MAX_BYTES);
  }

  coalesces(): boolean {
    return this.isActive('segments') && this.#random.chance(0.5);
  }

  datagramDelaysMs(): readonly number[] {
    if (!this.isActive('udp')) return [this.latencyMs()];
    const copies = this.#random.pick([0, 1, 1, 2]);
    return Array.from({ length: copies }, () => this.latencyMs() * this.#random.integer(1, 5));
  }

  connects(_from: string, to: string): 'ok' | 'refused' | 'timeout' {
    if (this.#find('refuse').some((fault) => this.#isHit(fault, to))) return 'refused';
    if (this.#find('timeout').some((fault) => this.#isHit(fault, to))) return 'timeout';
    return 'ok';
  }

  #find(name: FaultName): PlannedFault[] {
    return this.#active.size === 0 ? [] : [...this.#active].filter(({ fault }) => fault === name);
  }

  #isHit(fault: PlannedFault, ip: string): boolean {
    const index = this.#indexOf.get(ip);
    return index !== undefined && fault.peers.includes(index);
  }

  /** True if the address is on the side of `peers`. */
  #isOnPeersSide(fault: PlannedFault, ip: string): boolean {
    return ip === this.#roomServer ? fault.isServerWithPeers : this.#isHit(fault, ip);
  }

  #isAcross(fault: PlannedFault, from: string, to: string): boolean {
    return this.#isOnPeersSide(fault, from) !== this.#isOnPeersSide(fault, to);
  }

  #isFromPeersToOthers(fault: PlannedFault, from: string, to: string): boolean {
    return this.#isOnPeersSide(fault, from) && !this.#isOnPeersSide(fault, to);
  }
}
