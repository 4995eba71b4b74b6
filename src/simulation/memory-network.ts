/**
 * A network in memory: many hosts, each of which sees it as its own `Network`, and one clock that drives all of it.
 * Neither promises nor microtasks nor real time are involved, so two runs on equal clocks are equal.
 *
 * What it keeps of the real one: a connect takes one round trip, refused or not; the listener sees the connection
 * half a round trip later; an address where no host is never answers; ports can be in use; what listens on
 * 127.0.0.1 is reached from its own host only. What goes wrong on the way between two hosts is up to a PathPolicy.
 */
import type { Clock } from '../io/clock.ts';
import type { Network } from '../io/network.ts';
import { unknownHost } from '../io/network-errors.ts';
import { PEER_LIMITS } from '../limits.ts';
import { isIpv4 } from '../protocol/names.ts';
import { MemoryHost, type World } from './memory-host.ts';
import { MemoryPath, type PathPolicy } from './memory-path.ts';

export type { PathPolicy } from './memory-path.ts';

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
}

/** A world of hosts, see above. */
export class MemoryNetwork {
  readonly #world: World;
  readonly #hosts = new Map<string, MemoryHost>();

  constructor(options: MemoryNetworkOptions) {
    const { clock, policy, latencyMs = 1, names = new Map() } = options;
    const wholePolicy: PathPolicy = {
      latencyMs: (from, to) => policy?.latencyMs?.(from, to) ?? latencyMs,
      isCut: (from, to) => policy?.isCut?.(from, to) ?? false,
    };
    this.#world = {
      clock,
      closeGraceMs: options.closeGraceMs ?? PEER_LIMITS.closeGraceMs,
      find: (ip) => this.#hosts.get(ip),
      path: (from, to) => new MemoryPath(clock, wholePolicy, from, to),
      lookUp: (name) => addressesOf(name, names),
    };
  }

  /** The network as the host with this address sees it; the host exists from the first call on. */
  host(ip: string): Network {
    if (!isIpv4(ip)) throw new RangeError(`${ip} is not an IPv4 address.`);
    const host = this.#hosts.get(ip) ?? new MemoryHost(this.#world, ip);
    this.#hosts.set(ip, host);
    return host;
  }
}

function addressesOf(name: string, names: ReadonlyMap<string, readonly string[]>): readonly string[] {
  if (isIpv4(name)) return [name];
  const addresses = name === 'localhost' ? ['127.0.0.1'] : (names.get(name) ?? []);
  if (addresses.length === 0) throw unknownHost(name);
  return addresses;
}
