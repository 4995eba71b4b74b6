/**
 * The listening side of a peer: a TCP listener and a UDP socket on one port. Opened before anything else
 * starts, so that a port in use is known at once; then an actor, invoked by the user machine for its whole
 * life.
 */
import { catchError, map, type Observable, Subscription, switchMap, throwError } from 'rxjs';
import type { InvokeCreator } from 'xstate';
import type { Feed } from '../feed/feed.ts';
import type { Datagram, DatagramSocket, Endpoint, Listener, Network } from '../io/network.ts';
import { NetworkError } from '../io/network.ts';
import type { PeerLimits } from '../limits/peer.ts';
import type { EndpointEvent, UserContext, UserEvent } from '../machines/user/events.ts';
import { shareOf } from '../protocol/batch.ts';
import { decode } from '../protocol/decode.ts';
import { letterOf, strictFrame } from '../protocol/dissect/strict-frame.ts';
import { encode } from '../protocol/encode.ts';
import { isLoopback } from '../protocol/names.ts';
import { type Fault, faultOf, noFrame, strangerAt } from '../words/faults.ts';
import type { AcceptedConnections } from './accepted-connections.ts';
import type { OpenConnections } from './open-connections.ts';
import type { PokeResponder } from './poke-responder.ts';
import type { RatePerSource } from './rate-per-source.ts';

/** A listener and a datagram socket on the same address and port. */
export interface PeerEndpoint {
  readonly port: number;
  readonly listener: Listener;
  readonly socket: DatagramSocket;
}

/**
 * Opens the first port that is free for both TCP and UDP.
 * @param ports tried in this order; only "in use" moves on to the next.
 * @returns emits once, or fails with the NetworkError of the last port.
 */
export function openEndpoint(
  network: Network,
  host: string,
  ports: readonly number[],
): Observable<PeerEndpoint> {
  const [port, ...others] = ports;
  if (port === undefined) throw new TypeError('an endpoint needs a port');
  return openPort(network, host, port).pipe(
    catchError((error: unknown) =>
      error instanceof NetworkError && error.kind === 'in use' && others.length > 0
        ? openEndpoint(network, host, others)
        : throwError(() => error),
    ),
  );
}

function openPort(network: Network, host: string, port: number): Observable<PeerEndpoint> {
  return network.listen({ host, port }).pipe(
    switchMap((listener) =>
      network.bind({ host, port: listener.local.port }).pipe(
        map((socket) => ({ port: listener.local.port, listener, socket })),
        catchError((error: unknown) => {
          listener.close();
          return throwError(() => error);
        }),
      ),
    ),
  );
}

/** What the endpoint's actor needs of its peer. */
interface EndpointPorts {
  readonly endpoint: PeerEndpoint;
  readonly accepted: AcceptedConnections;
  readonly open: OpenConnections;
  readonly feed: Feed;
  readonly pokeResponder: PokeResponder;
  readonly rate: RatePerSource;
  readonly limits: Pick<PeerLimits, 'acceptsPerSecondMax' | 'loopbackAcceptsPerSecondMax'>;
}

/** Where datagrams are traced. */
export const VIA_DATAGRAM = 'datagram';

/** The service `endpoint` of the user machine. */
export function endpointActor(ports: EndpointPorts): InvokeCreator<UserContext, UserEvent> {
  const { endpoint, accepted, open, feed, pokeResponder } = ports;
  return () => (sendBack: (event: EndpointEvent) => void) => {
    const subscription = new Subscription();
    subscription.add(
      endpoint.listener.connections.subscribe((connection) => {
        const { remote } = connection;
        if (!isWelcome(ports, remote)) {
          feed.counters.add('connections refused');
          const neighbour = strangerAt(remote);
          feed.fault(neighbour, faultOf('too many connections', neighbour, `${acceptsMax(ports, remote)}`));
          connection.destroy();
          return;
        }
        open.add(connection);
        feed.pulse.heard();
        sendBack({ type: 'CONNECTION_ACCEPTED', link: accepted.put(connection), remote });
      }),
    );
    subscription.add(
      endpoint.socket.datagrams.subscribe((datagram) => {
        feed.framesIn(VIA_DATAGRAM, datagram.from, [{ kind: 'CONTROL', bytes: datagram.bytes }]);
        receive(datagram, pokeResponder, feed, sendBack);
      }),
    );
    return () => {
      subscription.unsubscribe();
      endpoint.listener.close();
      endpoint.socket.close();
    };
  };
}

function isWelcome({ rate, limits }: EndpointPorts, { host }: Endpoint): boolean {
  return rate.allows(host, acceptsMax({ limits }, { host }));
}

function acceptsMax({ limits }: Pick<EndpointPorts, 'limits'>, { host }: Pick<Endpoint, 'host'>): number {
  return isLoopback(host) ? limits.loopbackAcceptsPerSecondMax : limits.acceptsPerSecondMax;
}

function receive(
  { bytes, from }: Datagram,
  pokeResponder: PokeResponder,
  feed: Feed,
  sendBack: (event: EndpointEvent) => void,
): void {
  const frame = decode(bytes);
  if (frame?.kind === 'ACK') sendBack({ type: 'ACK_RECEIVED', from });
  else if (frame?.kind === 'POKE') pokeResponder.answer(frame, from);
  else {
    const fault = notForDatagrams(bytes, from);
    feed.dropFault({ kind: 'malformed', via: VIA_DATAGRAM }, fault);
    feed.fault(strangerAt(from), fault);
  }
}

/** What is wrong with a datagram that is neither K nor A. */
function notForDatagrams(bytes: Buffer, from: Endpoint): Fault {
  const neighbour = strangerAt(from);
  const { kind, faults } = strictFrame(bytes);
  return faults.length > 0
    ? noFrame(neighbour, { kind: 'CONTROL', bytes })
    : faultOf('not for datagrams', neighbour, letterOf(kind), bytes);
}

/** Sends one frame as one datagram and counts it. */
export function sendDatagram(
  endpoint: PeerEndpoint,
  feed: Feed,
  frame: Parameters<typeof encode>[0],
  to: Datagram['from'],
): void {
  const bytes = encode(frame);
  endpoint.socket.send(bytes, to);
  feed.framesOut(VIA_DATAGRAM, to, shareOf(bytes));
}
