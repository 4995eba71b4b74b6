/**
 * The real network: node:net, node:dgram and node:dns behind the interfaces of network.ts, IPv4 only.
 * The parts are in node/; here names are resolved, so that nothing below sees anything but addresses.
 */

import { lookup } from 'node:dns';
import { isIPv4, isIPv6 } from 'node:net';
import { Observable, of, switchMap, throwError } from 'rxjs';
import { LOOPBACK } from '../../protocol/names.ts';
import { connectInTurn } from '../connect-in-turn.ts';
import type { Network } from '../network.ts';
import { onlyIpv6, unknownHost } from '../network-errors.ts';
import { nodeAddresses } from './node-addresses.ts';
import { OpenFiles, type TellPeople } from './open-files.ts';
import { NodeSocketTable } from './sockets/node-acknowledgement.ts';
import { bindNodeDatagrams } from './sockets/node-datagrams.ts';
import { listenWithNode, openNodeConnection } from './sockets/node-tcp.ts';
import { systemClock } from './system-clock.ts';

/** What the real network leaves open. */
interface NodeNetworkOptions {
  /** A connection that was ended is torn down after this long if the other side has not followed. */
  readonly closeGraceMs: number;
  /** Is told in sentences what goes wrong with all connections (too many open files). MUST NOT throw. */
  readonly tell?: TellPeople;
}

/** The network of this computer. */
export function createNodeNetwork({ closeGraceMs, tell = () => {} }: NodeNetworkOptions): Network {
  const shared = { closeGraceMs, table: new NodeSocketTable(), files: new OpenFiles(tell) };
  return {
    localAddresses: nodeAddresses,
    connect: ({ host, port }, timeoutMs) =>
      connectInTurn(systemClock, timeoutMs, resolveIpv4(host), (address) =>
        openNodeConnection({ host: address, port }, shared),
      ),
    listen: ({ host, port }) =>
      withAddress(host, (address) => listenWithNode({ host: address, port }, shared)),
    bind: ({ host, port }) => withAddress(host, (address) => bindNodeDatagrams(address, port)),
    resolve: resolveIpv4,
  };
}

function withAddress<Result>(host: string, use: (address: string) => Observable<Result>): Observable<Result> {
  return resolveIpv4(host).pipe(switchMap(([address = host]) => use(address)));
}

/** A look-up can't be taken back; unsubscribed, its answer is ignored. */
function resolveIpv4(host: string): Observable<readonly string[]> {
  if (isIPv4(host)) return of([host]);
  // Not left to the resolver, which on some computers knows ::1 only.
  if (host === 'localhost') return of([LOOPBACK]);
  if (isIPv6(withoutBrackets(host))) return throwError(() => onlyIpv6(host));
  if (host === '') return throwError(() => unknownHost(host));
  return new Observable((subscriber) => {
    lookup(host, { family: 4, all: true }, (error, addresses) => {
      if (error) {
        hasIpv6(host, (has) => {
          subscriber.error(has ? onlyIpv6(host, { cause: error }) : unknownHost(host, { cause: error }));
        });
      } else if (addresses.length === 0) {
        subscriber.error(unknownHost(host));
      } else {
        subscriber.next(addresses.map(({ address }) => address));
        subscriber.complete();
      }
    });
  });
}

function hasIpv6(host: string, tell: (has: boolean) => void): void {
  lookup(host, { family: 6 }, (error) => tell(error === null));
}

/** `[::1]` is how an address is written ahead of a port. */
function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\](?::\d*)?$/, '$1');
}
