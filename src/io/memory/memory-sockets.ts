/** The sockets of a simulated process that wait for something: a listening one and a datagram one. */
import { filter, type Observable } from 'rxjs';
import { KEPT_MAX } from '../../limits/sockets.ts';
import { KeptStream } from '../kept-stream.ts';
import type { Connection, Datagram, DatagramSocket, Endpoint, Listener } from '../network.ts';
import type { KernelSocket, ProcessLoop } from './process-loop.ts';
import { MemoryConnection } from './tcp/memory-connection.ts';
import type { TcpEnd } from './tcp/memory-tcp-end.ts';

/** What a socket needs of its host. */
interface SocketHost {
  readonly world: { readonly closeGraceMs: number };
  /** Ends of connections that are this host's. */
  readonly ends: { delete(end: TcpEnd): void };
  /** @throws NetworkError where the address is not this host's, or the port is taken. */
  takeTcp(at: Endpoint, owner: MemoryListener): Endpoint;
  releaseTcp(port: number, owner: MemoryListener): void;
  /** As `takeTcp`, for datagrams. */
  takeUdp(at: Endpoint, owner: MemoryDatagramSocket): Endpoint;
  releaseUdp(port: number, owner: MemoryDatagramSocket): void;
  sendDatagram(from: Endpoint, bytes: Buffer, to: Endpoint): void;
}

/** A listening TCP socket. */
export class MemoryListener implements Listener, KernelSocket {
  readonly kind = 'listener';
  readonly local: Endpoint;
  readonly connections: Observable<Connection>;
  readonly #host: SocketHost;
  readonly #loop: ProcessLoop;
  readonly #accepted = new KeptStream<Connection>();

  /** @throws NetworkError where the address is not this host's, or the port is taken. */
  constructor(host: SocketHost, loop: ProcessLoop, at: Endpoint) {
    this.#host = host;
    this.#loop = loop;
    this.local = host.takeTcp(at, this);
    this.connections = this.#accepted.values.pipe(filter(() => loop.isAlive));
    loop.sockets.add(this);
  }

  /**
   * The other end believes itself connected; this one follows when it hears so, unless its process has died.
   */
  expect(end: TcpEnd): void {
    if (!this.#loop.isAlive) {
      this.#host.ends.delete(end);
      end.forget();
      return;
    }
    const connection = new MemoryConnection({
      end,
      loop: this.#loop,
      closeGraceMs: this.#host.world.closeGraceMs,
      onClosed: () => this.#host.ends.delete(end),
      onOpen: () => {
        if (!this.#accepted.push(connection)) connection.destroy();
      },
    });
  }

  close(): void {
    if (!this.#loop.isAlive) return;
    this.#release();
    this.#loop.sockets.delete(this);
    this.#accepted.complete();
  }

  kill(): void {
    this.#release();
  }

  vanish(): void {
    this.#release();
  }

  #release(): void {
    this.#host.releaseTcp(this.local.port, this);
  }
}

/** A bound UDP socket. */
export class MemoryDatagramSocket implements DatagramSocket, KernelSocket {
  readonly kind = 'datagrams';
  readonly local: Endpoint;
  readonly datagrams: Observable<Datagram>;
  readonly #host: SocketHost;
  readonly #loop: ProcessLoop;
  readonly #received = new KeptStream<Datagram>();
  /** Datagrams in the kernel, while the process is paused. */
  #waiting = 0;
  #isClosed = false;

  /** @throws NetworkError where the address is not this host's, or the port is taken. */
  constructor(host: SocketHost, loop: ProcessLoop, at: Endpoint) {
    this.#host = host;
    this.#loop = loop;
    this.local = host.takeUdp(at, this);
    this.datagrams = this.#received.values.pipe(filter(() => loop.isAlive));
    loop.sockets.add(this);
  }

  /** A datagram has arrived; one too many for a process that does not run is lost. */
  receive(datagram: Datagram): void {
    if (this.#waiting >= KEPT_MAX) return;
    this.#waiting += 1;
    this.#loop.run(() => {
      this.#waiting -= 1;
      this.#received.push(datagram);
    });
  }

  send(bytes: Uint8Array, to: Endpoint): void {
    if (!this.#isClosed && this.#loop.isAlive) this.#host.sendDatagram(this.local, Buffer.from(bytes), to);
  }

  close(): void {
    if (!this.#loop.isAlive) return;
    this.#release();
    this.#loop.sockets.delete(this);
    this.#received.complete();
  }

  kill(): void {
    this.#release();
  }

  vanish(): void {
    this.#release();
  }

  #release(): void {
    this.#isClosed = true;
    this.#host.releaseUdp(this.local.port, this);
  }
}
