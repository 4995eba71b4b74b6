/** Connecting and listening with node:net, to and on addresses (names are resolved before). */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { Observable } from 'rxjs';
import { KeptStream } from '../../kept-stream.ts';
import type { Connection, Endpoint, Listener } from '../../network.ts';
import { NetworkError } from '../../network.ts';
import { refused } from '../../network-errors.ts';
import { bindError, connectError } from '../node-errors.ts';
import { NodeConnection, type NodeConnectionShared, SOCKET_OPTIONS } from './node-connection.ts';

/** An endpoint, where the socket (still) knows it. */
function endpoint(host: string | undefined, port: number | undefined): Endpoint | undefined {
  return host === undefined || port === undefined ? undefined : { host, port };
}

/**
 * The kernel may pick as our own port the very one that we connect to, where nobody listens: TCP allows that.
 */
function isConnectedToItself(socket: Socket): boolean {
  return socket.localPort === socket.remotePort && socket.localAddress === socket.remoteAddress;
}

/** One attempt to connect to an address; unsubscribing before it is established closes the socket. */
export function openNodeConnection(remote: Endpoint, shared: NodeConnectionShared): Observable<Connection> {
  return new Observable((subscriber) => {
    const socket = connect({ host: remote.host, port: remote.port, family: 4, ...SOCKET_OPTIONS });
    let isEstablished = false;
    const onError = (error: Error) => {
      shared.files.changed();
      subscriber.error(connectError(error));
    };
    socket.on('error', onError);
    socket.once('connect', () => {
      if (subscriber.closed) return;
      const local = endpoint(socket.localAddress, socket.localPort);
      if (!local || isConnectedToItself(socket)) {
        subscriber.error(refused());
        return;
      }
      isEstablished = true;
      socket.off('error', onError);
      subscriber.next(new NodeConnection(socket, { local, remote, shared }));
      subscriber.complete();
    });
    return () => {
      if (!isEstablished) socket.destroy();
    };
  });
}

class NodeListener implements Listener {
  readonly local: Endpoint;
  readonly connections: Observable<Connection>;
  readonly #server: Server;
  readonly #accepted = new KeptStream<Connection>();

  constructor(server: Server, local: Endpoint, shared: NodeConnectionShared) {
    this.local = local;
    this.connections = this.#accepted.values;
    this.#server = server;
    server.on('connection', (socket) => {
      shared.files.changed();
      this.#accept(socket, shared);
    });
  }

  close(): void {
    this.#server.close();
    this.#accepted.complete();
  }

  #accept(socket: Socket, shared: NodeConnectionShared): void {
    const local = endpoint(socket.localAddress, socket.localPort);
    const remote = endpoint(socket.remoteAddress, socket.remotePort);
    if (!local || !remote) {
      // Reset before it was accepted: the other side has gone already.
      socket.on('error', () => {});
      socket.destroy();
      return;
    }
    const connection = new NodeConnection(socket, { local, remote, shared });
    if (!this.#accepted.push(connection)) connection.destroy();
  }
}

/** Listens on an address of this computer. */
export function listenWithNode(at: Endpoint, shared: NodeConnectionShared): Observable<Listener> {
  return new Observable((subscriber) => {
    const server = createServer(SOCKET_OPTIONS);
    let isListening = false;
    server.on('error', (error) => {
      // After listening, it is one of accepting: that connection is lost, others will come.
      shared.files.changed();
      if (!isListening) subscriber.error(bindError(error, at.host, at.port, 'TCP'));
    });
    server.once('listening', () => {
      if (subscriber.closed) return;
      const address = server.address();
      if (address === null || typeof address === 'string') {
        subscriber.error(new NetworkError('other', 'the listening socket has no address'));
        return;
      }
      isListening = true;
      subscriber.next(new NodeListener(server, { host: address.address, port: address.port }, shared));
      subscriber.complete();
    });
    server.listen({ host: at.host, port: at.port, exclusive: true });
    return () => {
      if (!isListening) server.close();
    };
  });
}
