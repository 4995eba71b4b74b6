/**
 * One host of the network in memory: its ports, its sockets, and how it opens connections.
 * Invariant: whatever takes a port gives it back when it is closed, broken or given up.
 */
import { Observable } from 'rxjs';
import type { Clock, Timer } from '../io/clock.ts';
import { connectInTurn } from '../io/connect-in-turn.ts';
import type { Connection, Datagram, DatagramSocket, Endpoint, Listener, Network } from '../io/network.ts';
import { NetworkError } from '../io/network.ts';
import { notLocal, portInUse, refused, type Transport } from '../io/network-errors.ts';
import { isLoopback } from '../protocol/names.ts';
import { MemoryConnection } from './memory-connection.ts';
import type { MemoryPath } from './memory-path.ts';
import { ANY_ADDRESS, MemoryPorts } from './memory-ports.ts';
import { MemoryDatagramSocket, MemoryListener } from './memory-sockets.ts';

/** Pause before a SYN that got no answer is sent again; doubles every time (Linux: 1 s). */
const SYN_RETRY_MS = 1_000;

/** Longest datagram: an IPv4 packet without the headers of IP and UDP. */
const DATAGRAM_MAX_BYTES = 65_507;

const LOOPBACK = '127.0.0.1';

/** What a host knows of the world around it. */
export interface World {
  readonly clock: Clock;
  readonly closeGraceMs: number;
  /** The host that has an address, if any. */
  find(ip: string): MemoryHost | undefined;
  path(from: string, to: string): MemoryPath;
  /**
   * The addresses of a name; at least one.
   * @throws NetworkError where there is none.
   */
  lookUp(name: string): readonly string[];
}

/** What a SYN is answered by. */
type Answer = MemoryListener | 'refused';

/** One host, see above. */
export class MemoryHost implements Network {
  readonly #world: World;
  readonly #ip: string;
  /** A connection that was opened here holds its port by its local endpoint: it does not listen there. */
  readonly #tcp = new MemoryPorts<MemoryListener | Endpoint>();
  readonly #udp = new MemoryPorts<MemoryDatagramSocket>();

  constructor(world: World, ip: string) {
    this.#world = world;
    this.#ip = ip;
  }

  connect(to: Endpoint, timeoutMs: number): Observable<Connection> {
    return connectInTurn(this.#world.clock, timeoutMs, this.resolve(to.host), (address) =>
      this.#open({ host: address, port: to.port }),
    );
  }

  listen(at: Endpoint): Observable<Listener> {
    return this.#atOnce(() => {
      const local = this.#pickLocal(this.#tcp, at, 'TCP');
      const listener = new MemoryListener(local, () => this.#tcp.release(local.port, listener));
      this.#tcp.take(local.host, local.port, listener);
      return listener;
    });
  }

  bind(at: Endpoint): Observable<DatagramSocket> {
    return this.#atOnce(() => {
      const local = this.#pickLocal(this.#udp, at, 'UDP');
      const socket = new MemoryDatagramSocket(local, {
        send: (bytes, to) => this.#sendDatagram(local, bytes, to),
        release: () => this.#udp.release(local.port, socket),
      });
      this.#udp.take(local.host, local.port, socket);
      return socket;
    });
  }

  resolve(host: string): Observable<readonly string[]> {
    return this.#atOnce(() => this.#world.lookUp(host));
  }

  /** A SYN has arrived. */
  answer(to: Endpoint): Answer {
    const owner = this.#tcp.find(to.host, to.port);
    return owner instanceof MemoryListener ? owner : 'refused';
  }

  /** A datagram has arrived. */
  receive(datagram: Datagram, to: Endpoint): void {
    this.#udp.find(to.host, to.port)?.receive(datagram);
  }

  /** Without delay, but not within the call either: everything happens on the clock. */
  #atOnce<Result>(act: () => Result): Observable<Result> {
    return new Observable((subscriber) => {
      const timer = this.#world.clock.setTimeout(() => {
        try {
          subscriber.next(act());
          subscriber.complete();
        } catch (error) {
          subscriber.error(error);
        }
      }, 0);
      return () => this.#world.clock.clearTimeout(timer);
    });
  }

  #pickLocal<Owner>(ports: MemoryPorts<Owner>, at: Endpoint, transport: Transport): Endpoint {
    const [host = at.host] = this.#world.lookUp(at.host);
    if (host !== this.#ip && host !== ANY_ADDRESS && !isLoopback(host)) throw notLocal(host);
    const port = ports.pick(host, at.port);
    if (port === undefined) throw portInUse(at.port, transport);
    return { host, port };
  }

  /** One attempt: SYN there, the answer back, then the connection. Given up, it gives its port back. */
  #open(remote: Endpoint): Observable<Connection> {
    return new Observable((subscriber) => {
      const { clock } = this.#world;
      const local = this.#takeEphemeral(this.#sourceFor(remote.host));
      const release = () => this.#tcp.release(local.port, local);
      let isEstablished = false;
      let retry: Timer;
      const onAnswer = (answer: Answer) => {
        if (subscriber.closed) return;
        if (answer === 'refused') {
          subscriber.error(refused());
          return;
        }
        isEstablished = true;
        subscriber.next(this.#establish(local, remote, answer, release));
        subscriber.complete();
      };
      const synchronize = (pauseMs: number) => {
        this.#synchronize(remote, onAnswer);
        retry = clock.setTimeout(() => synchronize(pauseMs * 2), pauseMs);
      };
      synchronize(SYN_RETRY_MS);
      return () => {
        clock.clearTimeout(retry);
        if (!isEstablished) release();
      };
    });
  }

  #takeEphemeral(host: string): Endpoint {
    const port = this.#tcp.pick(host, 0);
    if (port === undefined) throw new NetworkError('other', 'no port is left for another connection');
    const local = { host, port };
    this.#tcp.take(host, port, local);
    return local;
  }

  /** Sends SYN; an address where no host is never answers. */
  #synchronize(remote: Endpoint, onAnswer: (answer: Answer) => void): void {
    const other = this.#hostAt(remote.host);
    this.#world.path(this.#ip, other).carry(() => {
      const answer = this.#world.find(other)?.answer(remote);
      if (answer) this.#world.path(other, this.#ip).carry(() => onAnswer(answer));
    });
  }

  /** Makes both ends; the listener learns of its own when the last part of the handshake arrives there. */
  #establish(local: Endpoint, remote: Endpoint, listener: MemoryListener, release: () => void): Connection {
    const other = this.#hostAt(remote.host);
    const { closeGraceMs } = this.#world;
    const near: MemoryConnection = new MemoryConnection({
      local,
      remote,
      path: this.#world.path(this.#ip, other),
      closeGraceMs,
      deliver: (segment) => far.receive(segment),
      onClosed: release,
    });
    const far: MemoryConnection = new MemoryConnection({
      local: remote,
      remote: local,
      path: this.#world.path(other, this.#ip),
      closeGraceMs,
      deliver: (segment) => near.receive(segment),
      onOpen: () => {
        if (!listener.accept(far)) far.destroy();
      },
    });
    near.open();
    return near;
  }

  #sendDatagram(local: Endpoint, bytes: Buffer, to: Endpoint): void {
    const address = to.host === 'localhost' ? LOOPBACK : to.host;
    const other = this.#hostAt(address);
    const from = local.host === ANY_ADDRESS ? { ...local, host: this.#sourceFor(address) } : local;
    // A socket that is bound to 127.0.0.1 has no way out of its host.
    if (bytes.length > DATAGRAM_MAX_BYTES || (isLoopback(from.host) && other !== this.#ip)) return;
    this.#world.path(this.#ip, other).carry(() => {
      this.#world.find(other)?.receive({ bytes, from }, { host: address, port: to.port });
    });
  }

  /** Which host an address means, as seen from here. */
  #hostAt(address: string): string {
    return isLoopback(address) ? this.#ip : address;
  }

  /** Which of its own addresses a host uses to reach another one. */
  #sourceFor(address: string): string {
    return isLoopback(address) ? LOOPBACK : this.#ip;
  }
}
