/**
 * What a peer of the library stands on: the real network and clock, or a room in memory (testing.ts), behind
 * the same interfaces.
 */
import type { Clock } from '../io/clock.ts';
import type { Endpoint, Network } from '../io/network.ts';
import { createNodeNetwork } from '../io/node/node-network.ts';
import { systemClock } from '../io/node/system-clock.ts';
import { systemRandom } from '../io/node/system-random.ts';
import type { Random } from '../io/random.ts';
import { PEER_LIMITS } from '../limits/peer.ts';
import { InvalidAddressError } from './errors.ts';

/** The outside of a peer. */
export interface Surroundings {
  readonly network: Network;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * The real ones.
 * @param tell is told in sentences what goes wrong with all connections, as that too many files are open.
 */
export function realSurroundings(tell: (sentence: string) => void): Surroundings {
  const network = createNodeNetwork({ closeGraceMs: PEER_LIMITS.closeGraceMs, tell });
  return { network, clock: systemClock, random: systemRandom };
}

const PORT_MAX = 65_535;

/**
 * Reads `HOST:PORT`.
 * @throws InvalidAddressError
 */
export function endpointOf(server: string | Endpoint): Endpoint {
  if (typeof server !== 'string') return server;
  const { host, port } = /^(?<host>[^:\s]+):(?<port>\d{1,5})$/.exec(server)?.groups ?? {};
  if (host === undefined || !(Number(port) > 0) || Number(port) > PORT_MAX)
    throw new InvalidAddressError(server);
  return { host, port: Number(port) };
}
