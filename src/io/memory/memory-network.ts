/**
 * A network in memory: many hosts, each of which sees it as its own `Network`, and one clock that drives all
 * of it. Neither promises nor microtasks nor real time are involved, so two runs on equal clocks are equal.
 *
 * What it keeps of the real one: a connect takes one round trip, refused or not; the listener sees the
 * connection half a round trip later; an address where no host is never answers; ports can be in use; what
 * listens on 127.0.0.1 is reached from its own host only; who does not read is noticed by who writes. What
 * goes wrong on the way between two hosts is up to a PathPolicy, what goes wrong on a host up to its
 * processes.
 */

import { PEER_LIMITS } from '../../limits/peer.ts';
import { isIpv4, LOOPBACK } from '../../protocol/names.ts';
import type { Clock } from '../clock.ts';
import type { Network } from '../network.ts';
import { unknownHost } from '../network-errors.ts';
import { type HostNetwork, MemoryHost } from './memory-host.ts';
import { completePolicy, type PathPolicy } from './memory-policy.ts';
import { SimulatedProcess } from './process.ts';
import { MemoryPath } from './tcp/memory-path.ts';
import type { Traffic } from './tcp/traffic/traffic.ts';

export type { PathPolicy, SynFate } from './memory-policy.ts';
export type { SimulatedProcess } from './process.ts';

/** What a world is made of. */
export interface MemoryNetworkOptions {
  readonly clock: Clock;
  /** Time on the way from any host to any other, and to itself; 1 unless the policy says otherwise. */
  readonly latencyMs?: number;
  /** What differs from a network that has that latency everywhere and is whole. */
  readonly policy?: Partial<PathPolicy>;
  /** Host names and their addresses, the same for all hosts; `localhost` needs no entry. */
  readonly names?: ReadonlyMap<string, readonly string[]>;
  readonly closeGraceMs?: number;
  /** Where what is under way can be looked at and steered by hand; nowhere by default. */
  readonly traffic?: Traffic | undefined;
}

/** A world of hosts, see above. */
export class MemoryNetwork {
  readonly #world: HostNetwork;
  readonly #hosts = new Map<string, MemoryHost>();
  readonly #paths = new Map<string, MemoryPath>();
  /** Addresses that no host has at present, though one had them. */
  readonly #unplugged = new Set<string>();
  /** The process of each host that is nobody's in particular. */
  readonly #standing = new Map<string, SimulatedProcess>();
  readonly #traffic: Traffic | undefined;

  constructor(options: MemoryNetworkOptions) {
    this.#traffic = options.traffic;
    const { clock, latencyMs = 1, names = new Map() } = options;
    const complete = completePolicy(options.policy ?? {}, latencyMs);
    const isGone = (ip: string) => this.#unplugged.has(ip);
    // What stays on a host needs no cable.
    const policy: PathPolicy = {
      ...complete,
      isCut: (from, to) => (from !== to && (isGone(from) || isGone(to))) || complete.isCut(from, to),
    };
    this.#world = {
      clock,
      closeGraceMs: options.closeGraceMs ?? PEER_LIMITS.closeGraceMs,
      find: (ip) => this.#hosts.get(ip),
      path: (from, to) => this.#path(clock, policy, from, to),
      lookUp: (name) => addressesOf(name, names),
    };
  }

  /**
   * The network as the host with this address sees it, for who needs no process to stop: the same one at each
   * call, until a crash of that host. The host exists from the first call on.
   */
  host(ip: string): Network {
    const standing = this.#standing.get(ip);
    if (standing?.isAlive) return standing.network;
    const begun = this.process(ip);
    this.#standing.set(ip, begun);
    return begun.network;
  }

  /** Starts a process on the host with this address; a host that has crashed is up again by that. */
  process(ip: string): SimulatedProcess {
    return new SimulatedProcess(this.#host(ip));
  }

  /** RST on all connections between two hosts, at both ends, now: as something between them would send it. */
  resetAll(a: string, b: string): void {
    const ends =
      a === b ? this.#host(a).ends.with(b) : [...this.#host(a).ends.with(b), ...this.#host(b).ends.with(a)];
    for (const end of ends) end.denied();
  }

  /**
   * The host `at` loses its connections with another one: its processes find them broken, the other host is
   * told nothing until it sends something, which is answered by RST.
   */
  halfOpen(at: string, other: string): void {
    for (const end of this.#host(at).ends.with(other)) end.lose();
  }

  /**
   * Takes a host off the network: it loses its address, nothing reaches it, and its connections hear nothing.
   */
  unplug(ip: string): void {
    this.#unplugged.add(ip);
    this.#host(ip).unplug();
  }

  /**
   * The host that had the address `ip` is on the network again, under the same address or another one. What
   * belongs to an address that is given up reaches nobody any more.
   */
  plugIn(ip: string, newIp = ip): void {
    const host = this.#host(ip);
    if (newIp !== ip) {
      if (this.#hosts.has(newIp)) throw new RangeError(`Another host has ${newIp}.`);
      this.#hosts.delete(ip);
      this.#hosts.set(newIp, host);
      this.#unplugged.add(ip);
    }
    this.#unplugged.delete(newIp);
    host.plugIn(newIp);
  }

  /** Connections that processes of a host have, or of all hosts. */
  connectionCount(ip?: string): number {
    const hosts = ip === undefined ? [...this.#hosts.values()] : [this.#host(ip)];
    return hosts.reduce((count, { ends }) => count + ends.size, 0);
  }

  #host(ip: string): MemoryHost {
    if (!isIpv4(ip)) throw new RangeError(`${ip} is not an IPv4 address.`);
    const host = this.#hosts.get(ip) ?? new MemoryHost(this.#world, ip);
    this.#hosts.set(ip, host);
    return host;
  }

  #path(clock: Clock, policy: PathPolicy, from: string, to: string): MemoryPath {
    const key = `${from}>${to}`;
    let path = this.#paths.get(key);
    if (!path) {
      path = new MemoryPath(clock, policy, from, to, this.#traffic);
      this.#paths.set(key, path);
    }
    return path;
  }
}

function addressesOf(name: string, names: ReadonlyMap<string, readonly string[]>): readonly string[] {
  if (isIpv4(name)) return [name];
  const addresses = name === 'localhost' ? [LOOPBACK] : (names.get(name) ?? []);
  if (addresses.length === 0) throw unknownHost(name);
  return addresses;
}
