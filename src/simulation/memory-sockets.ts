/** The sockets of a simulated host that wait for something: a listening one and a datagram one. */
import type { Observable } from 'rxjs';
import { KeptStream } from '../io/kept-stream.ts';
import type { Connection, Datagram, DatagramSocket, Endpoint, Listener } from '../io/network.ts';

/** A listening TCP socket of a host. */
export class MemoryListener implements Listener {
  readonly local: Endpoint;
  readonly connections: Observable<Connection>;
  readonly #accepted = new KeptStream<Connection>();
  readonly #release: () => void;

  /** @param release gives its port back. */
  constructor(local: Endpoint, release: () => void) {
    this.local = local;
    this.connections = this.#accepted.values;
    this.#release = release;
  }

  /** @returns false where nobody takes the connection. */
  accept(connection: Connection): boolean {
    return this.#accepted.push(connection);
  }

  close(): void {
    this.#release();
    this.#accepted.complete();
  }
}

/** What a datagram socket asks of its host. */
export interface DatagramPort {
  readonly send: (bytes: Buffer, to: Endpoint) => void;
  /** Gives its port back. */
  readonly release: () => void;
}

/** A bound UDP socket of a host. */
export class MemoryDatagramSocket implements DatagramSocket {
  readonly local: Endpoint;
  readonly datagrams: Observable<Datagram>;
  readonly #received = new KeptStream<Datagram>();
  readonly #port: DatagramPort;
  #isClosed = false;

  constructor(local: Endpoint, port: DatagramPort) {
    this.local = local;
    this.datagrams = this.#received.values;
    this.#port = port;
  }

  receive(datagram: Datagram): void {
    this.#received.push(datagram);
  }

  send(bytes: Uint8Array, to: Endpoint): void {
    if (!this.#isClosed) this.#port.send(Buffer.from(bytes), to);
  }

  close(): void {
    this.#isClosed = true;
    this.#port.release();
    this.#received.complete();
  }
}
