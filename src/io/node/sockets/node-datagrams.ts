/** A bound UDP socket of node:dgram. Sending never fails: what can't be sent is lost, as datagrams are. */
import { createSocket, type Socket } from 'node:dgram';
import { type LookupOneOptions, lookup } from 'node:dns';
import { isIPv4 } from 'node:net';
import { Observable } from 'rxjs';
import { isPort, LOOPBACK } from '../../../protocol/names.ts';
import { KeptStream } from '../../kept-stream.ts';
import type { Datagram, DatagramSocket, Endpoint } from '../../network.ts';
import { bindError } from '../node-errors.ts';

type LookupCallback = (error: NodeJS.ErrnoException | null, address: string, family: number) => void;

/**
 * Answers at once for an address: the datagram then leaves within `send`, and a `close` right after can't
 * lose it.
 */
function lookUp(host: string, _options: LookupOneOptions, callback: LookupCallback): void {
  if (isIPv4(host)) callback(null, host, 4);
  else if (host === 'localhost') callback(null, LOOPBACK, 4);
  else lookup(host, { family: 4 }, callback);
}

class NodeDatagramSocket implements DatagramSocket {
  readonly local: Endpoint;
  readonly datagrams: Observable<Datagram>;
  readonly #socket: Socket;
  readonly #received = new KeptStream<Datagram>();
  #isClosed = false;

  constructor(socket: Socket) {
    const { address, port } = socket.address();
    this.local = { host: address, port };
    this.datagrams = this.#received.values;
    this.#socket = socket;
    socket.on('message', (bytes, from) => {
      this.#received.push({ bytes, from: { host: from.address, port: from.port } });
    });
  }

  send(bytes: Uint8Array, to: Endpoint): void {
    // Node throws for such a port; it comes from the other side's frames, so it is no programmer's error.
    if (this.#isClosed || !isPort(to.port)) return;
    // The callback takes the errors that would else be emitted (no route, too long, unknown host): no sender
    // of datagrams may count on more than "probably", so none of them would act on it.
    this.#socket.send(bytes, to.port, to.host, () => {});
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.close();
    this.#received.complete();
  }
}

/** Binds to an address (not a name) of this computer. */
export function bindNodeDatagrams(address: string, port: number): Observable<DatagramSocket> {
  return new Observable((subscriber) => {
    const socket = createSocket({ type: 'udp4', lookup: lookUp });
    let isBound = false;
    socket.on('error', (error) => {
      // After binding, an error is one of sending or receiving a datagram, which then is lost.
      if (!isBound) subscriber.error(bindError(error, address, port, 'UDP'));
    });
    socket.once('listening', () => {
      if (subscriber.closed) return;
      isBound = true;
      subscriber.next(new NodeDatagramSocket(socket));
      subscriber.complete();
    });
    socket.bind({ address, port, exclusive: true });
    return () => {
      if (!isBound) socket.close();
    };
  });
}
