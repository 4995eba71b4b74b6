/**
 * One host of the network in memory, that is its kernel: its ports, its connections and its processes.
 * Invariants: whatever takes a port gives it back when it is closed, broken, given up or dead; a host that is
 * down neither sends nor answers.
 */
import { BehaviorSubject, type Observable } from 'rxjs';
import { dialled, isLoopback, LOOPBACK } from '../../protocol/names.ts';
import type { Clock } from '../clock.ts';
import type { Datagram, Endpoint } from '../network.ts';
import { NetworkError } from '../network.ts';
import { notLocal, portInUse, type Transport } from '../network-errors.ts';
import { ANY_ADDRESS, MemoryPorts } from './memory-ports.ts';
import { type MemoryDatagramSocket, MemoryListener } from './memory-sockets.ts';
import type { ProcessLoop } from './process-loop.ts';
import { MemoryEnds } from './tcp/memory-ends.ts';
import type { MemoryPath } from './tcp/memory-path.ts';
import type { HostPower } from './tcp/memory-tcp.ts';

/** Longest datagram: an IPv4 packet without the headers of IP and UDP. */
const DATAGRAM_MAX_BYTES = 65_507;

/** What a host knows of the world around it. */
export interface HostNetwork {
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

/** One host, see above. */
export class MemoryHost implements HostPower {
  readonly world: HostNetwork;
  readonly ends = new MemoryEnds();
  /** A connection that was opened here holds its port by its local endpoint: it does not listen there. */
  readonly #tcp = new MemoryPorts<MemoryListener | Endpoint>();
  readonly #udp = new MemoryPorts<MemoryDatagramSocket>();
  readonly #processes = new Set<ProcessLoop>();
  readonly #addresses: BehaviorSubject<readonly string[]>;
  #ip: string;
  #isUp = true;
  #incarnation = 0;

  constructor(world: HostNetwork, ip: string) {
    this.world = world;
    this.#ip = ip;
    this.#addresses = new BehaviorSubject<readonly string[]>([ip, LOOPBACK]);
  }

  /** The address that others reach it at, also while it is unplugged. */
  get ip(): string {
    return this.#ip;
  }

  /** Its addresses: at once, and whenever they have changed. */
  get addresses(): Observable<readonly string[]> {
    return this.#addresses;
  }

  /** It has this address from now on. */
  plugIn(ip: string): void {
    this.#ip = ip;
    this.#addresses.next([ip, LOOPBACK]);
  }

  /** It has no address but loopback from now on. */
  unplug(): void {
    this.#addresses.next([LOOPBACK]);
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  get incarnation(): number {
    return this.#incarnation;
  }

  /** A process begins; a host that was down is up by that. */
  start(process: ProcessLoop): void {
    this.#isUp = true;
    this.#processes.add(process);
  }

  /** A process has ended. */
  stop(process: ProcessLoop): void {
    this.#processes.delete(process);
  }

  /** The power fails. */
  crash(): void {
    this.#isUp = false;
    this.#incarnation += 1;
    for (const process of this.#processes) process.die((socket) => socket.vanish());
    this.#processes.clear();
  }

  /**
   * Takes a TCP port to listen on.
   * @throws NetworkError where the address is not this host's, or the port is taken.
   */
  takeTcp(at: Endpoint, owner: MemoryListener): Endpoint {
    return this.#take(this.#tcp, at, owner, 'TCP');
  }

  /** Takes any free TCP port for a connection. @throws NetworkError where none is left. */
  takeEphemeral(host: string): Endpoint {
    const port = this.#tcp.pick(host, 0);
    if (port === undefined) throw new NetworkError('other', 'no port is left for another connection');
    const local = { host, port };
    this.#tcp.take(host, port, local);
    return local;
  }

  releaseTcp(port: number, owner: MemoryListener | Endpoint): void {
    this.#tcp.release(port, owner);
  }

  /** As `takeTcp`, for datagrams. */
  takeUdp(at: Endpoint, owner: MemoryDatagramSocket): Endpoint {
    return this.#take(this.#udp, at, owner, 'UDP');
  }

  releaseUdp(port: number, owner: MemoryDatagramSocket): void {
    this.#udp.release(port, owner);
  }

  /** Who takes the connections there, if anybody. */
  listenerAt({ host, port }: Endpoint): MemoryListener | undefined {
    const owner = this.#tcp.find(host, port);
    return owner instanceof MemoryListener ? owner : undefined;
  }

  sendDatagram(local: Endpoint, bytes: Buffer, to: Endpoint): void {
    const address = dialled(to.host);
    const other = this.hostAt(address);
    const from = local.host === ANY_ADDRESS ? { ...local, host: this.sourceFor(address) } : local;
    // A socket that is bound to 127.0.0.1 has no way out of its host.
    if (bytes.length > DATAGRAM_MAX_BYTES || (isLoopback(from.host) && other !== this.ip)) return;
    const end = { host: address, port: to.port };
    this.world.path(this.ip, other).carryDatagram({ bytes, from, to: end }, () => {
      this.world.find(other)?.receive({ bytes, from }, end);
    });
  }

  /** A datagram has arrived. */
  receive(datagram: Datagram, to: Endpoint): void {
    this.#udp.find(to.host, to.port)?.receive(datagram);
  }

  /** Which host an address means, as seen from here. */
  hostAt(address: string): string {
    return isLoopback(address) ? this.ip : address;
  }

  /** Which of its own addresses a host uses to reach another one. */
  sourceFor(address: string): string {
    return isLoopback(address) ? LOOPBACK : this.ip;
  }

  #take<Owner>(ports: MemoryPorts<Owner>, at: Endpoint, owner: Owner, transport: Transport): Endpoint {
    const [host = at.host] = this.world.lookUp(at.host);
    if (host !== this.ip && host !== ANY_ADDRESS && !isLoopback(host)) throw notLocal(host);
    const port = ports.pick(host, at.port);
    if (port === undefined) throw portInUse(at.port, transport);
    ports.take(host, port, owner);
    return { host, port };
  }
}
