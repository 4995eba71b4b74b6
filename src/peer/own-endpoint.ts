/** Where a peer listens. */
import { map, type Observable, switchMap } from 'rxjs';
import { openEndpoint, type PeerEndpoint } from '../actors/endpoint.ts';
import type { Endpoint, Network } from '../io/network.ts';
import { isLoopback, LOOPBACK } from '../protocol/names.ts';

const ANY_ADDRESS = '0.0.0.0';

/** What decides where a peer listens. */
interface OwnEndpointOptions {
  readonly roomServer: Endpoint;
  /** The address that others are told; that of the connection to the room server where not given. */
  readonly advertise?: string | undefined;
  /** Are tried in this order. */
  readonly ports: readonly number[];
}

/**
 * Listens on 127.0.0.1 where the address that others are told is a loopback one, else on every address.
 * @returns emits once, or fails with the NetworkError where the room server's name is unknown or no port can
 *   be had.
 */
export function openOwnEndpoint(
  network: Network,
  { roomServer, advertise, ports }: OwnEndpointOptions,
): Observable<PeerEndpoint> {
  return network.resolve(roomServer.host).pipe(
    map(([resolved = roomServer.host]) => (isLoopback(advertise ?? resolved) ? LOOPBACK : ANY_ADDRESS)),
    switchMap((host) => openEndpoint(network, host, ports)),
  );
}
