/**
 * Which of the room servers of one name a peer connects to: several may stand in for each other there. They
 * are tried in turn, on every connect, and the turn begins behind the one whose connection was lost last: a
 * server that takes connections and doesn't answer must not be the first choice for ever.
 */
import { map, type Observable, tap } from 'rxjs';
import type { Clock } from '../io/clock.ts';
import { connectInTurn } from '../io/connect-in-turn.ts';
import type { Connection, Endpoint, Network } from '../io/network.ts';
import { isIpv4 } from '../protocol/names.ts';

/** What the choice needs. */
interface RoomServerAddressPorts {
  readonly network: Pick<Network, 'connect' | 'resolve'>;
  readonly clock: Clock;
  /** A host name, with one address or several, or an address. */
  readonly roomServer: Endpoint;
}

/**
 * Makes the connect of one peer's session: each call begins behind the address that the call before has
 * connected to.
 * @returns fails with the NetworkError of the last address after `timeoutMs`, or sooner.
 */
export function roomServerConnect(
  ports: RoomServerAddressPorts,
): (timeoutMs: number) => Observable<Connection> {
  const { network, clock, roomServer } = ports;
  const { host, port } = roomServer;
  if (isIpv4(host)) return (timeoutMs) => network.connect(roomServer, timeoutMs);
  let last: string | undefined;
  return (timeoutMs) => {
    const addresses = network.resolve(host).pipe(map((all) => startingBehind(all, last)));
    const connecting = connectInTurn(clock, timeoutMs, addresses, (address) =>
      network.connect({ host: address, port }, timeoutMs),
    );
    return connecting.pipe(
      tap(({ remote }) => {
        last = remote.host;
      }),
    );
  };
}

/** The same addresses, the one behind the last first; as they are where that is not among them (any more). */
function startingBehind(addresses: readonly string[], last: string | undefined): readonly string[] {
  const next = last === undefined ? 0 : addresses.indexOf(last) + 1;
  return [...addresses.slice(next), ...addresses.slice(0, next)];
}
