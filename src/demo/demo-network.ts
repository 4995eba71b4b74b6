/**
 * The real network as one incarnation of one peer of the demo sees it: what goes to or comes from a peer that
 * is split off is lost, and when the peer is killed everything that it has open is gone at once, as with a
 * process that was killed. Peers know nothing of it.
 */
import { defer, filter, map, type Observable, throwError } from 'rxjs';
import type { Connection, DatagramSocket, Endpoint, Listener, Network } from '../io/network.ts';
import { unreachable } from '../io/network-errors.ts';
import type { Isolation } from './isolation.ts';

/** See above. */
export class DemoNetwork implements Network {
  readonly #inner: Network;
  readonly #isolation: Isolation;
  /** Where each goes, for those that this side has opened; `null` for those that came in. */
  readonly #open = new Map<Connection, Endpoint | null>();
  readonly #sockets = new Set<Listener | DatagramSocket>();
  #port = 0;
  #isKilled = false;

  constructor(inner: Network, isolation: Isolation) {
    this.#inner = inner;
    this.#isolation = isolation;
  }

  get localAddresses(): Observable<readonly string[]> {
    return this.#inner.localAddresses;
  }

  connect(to: Endpoint, timeoutMs: number): Observable<Connection> {
    return defer(() => {
      if (this.#isBarred(to)) return throwError(() => unreachable());
      return this.#inner.connect(to, timeoutMs).pipe(
        map((connection) => {
          // Split or killed while it was under way.
          if (!this.#isBarred(to)) return this.#keep(connection, to);
          connection.destroy();
          throw unreachable();
        }),
      );
    });
  }

  listen(at: Endpoint): Observable<Listener> {
    return this.#inner.listen(at).pipe(
      map((inner) => {
        this.#port = inner.local.port;
        const connections = inner.connections.pipe(filter((connection) => this.#accept(connection)));
        return this.#keepSocket({ local: inner.local, connections, close: () => inner.close() });
      }),
    );
  }

  bind(at: Endpoint): Observable<DatagramSocket> {
    return this.#inner.bind(at).pipe(
      map((inner) => {
        const isReachable = () => !this.#isolation.isSplitOff(this.#port);
        return this.#keepSocket({
          local: inner.local,
          datagrams: inner.datagrams.pipe(filter(isReachable)),
          send: (bytes: Uint8Array, to: Endpoint) => {
            if (!this.#isBarred(to)) inner.send(bytes, to);
          },
          close: () => inner.close(),
        });
      }),
    );
  }

  resolve(host: string): Observable<readonly string[]> {
    return this.#inner.resolve(host);
  }

  /** Breaks what the isolation has come to bar. */
  breakBarred(): void {
    const isSplitOff = this.#isolation.isSplitOff(this.#port);
    for (const [connection, to] of [...this.#open]) {
      if (to === null ? isSplitOff : this.#isBarred(to)) connection.destroy();
    }
  }

  /** Resets every connection, closes every socket, and opens no more. */
  kill(): void {
    this.#isKilled = true;
    for (const connection of [...this.#open.keys()]) connection.destroy();
    for (const socket of this.#sockets) socket.close();
    this.#sockets.clear();
  }

  #isBarred(to: Endpoint): boolean {
    return this.#isKilled || this.#isolation.isBarred(this.#port, to);
  }

  /** False for a connection that comes from behind the cut. */
  #accept(connection: Connection): boolean {
    if (this.#isKilled || this.#isolation.isSplitOff(this.#port)) {
      connection.destroy();
      return false;
    }
    this.#keep(connection, null);
    return true;
  }

  #keep(connection: Connection, to: Endpoint | null): Connection {
    this.#open.set(connection, to);
    connection.closed.subscribe(() => this.#open.delete(connection));
    return connection;
  }

  #keepSocket<Socket extends Listener | DatagramSocket>(socket: Socket): Socket {
    this.#sockets.add(socket);
    return socket;
  }
}
