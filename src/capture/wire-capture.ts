/**
 * What goes over the wires of a network, as blocks of a pcapng file: the tap stands at the network's own
 * interface, so no rights to capture are needed, and only this program's traffic is seen.
 *
 * Invariants:
 * - it passes everything on as it is, at once, and asks the network for nothing: the wire is the same with
 *   and without it;
 * - a byte is in the capture once, also where both ends of a connection are tapped: when it is written where
 *   the sender is tapped, else when it is read; a datagram likewise;
 * - what is only here is bounded: the connections and datagrams whose other end may be tapped, too.
 */
import { map, tap } from 'rxjs';
import type {
  CloseReason,
  Connection,
  Datagram,
  DatagramSocket,
  Endpoint,
  Listener,
  Network,
} from '../io/network.ts';
import { isReset } from '../io/network-errors.ts';
import { wrappedConnection } from '../io/wrapped-connection.ts';
import { CAPTURE_PAIRS_MAX } from '../limits/program.ts';
import { dialled, isIpv4, isPort, LOOPBACK } from '../protocol/names.ts';
import { udpPacket } from './ip-packet.ts';
import { packetBlock } from './pcapng.ts';
import { otherSide, type Side, TcpStream } from './tcp-stream.ts';

/** What a capture needs. */
interface WireCapturePorts {
  /** Takes whole blocks, in order. MUST NOT throw and MUST NOT block for long. */
  readonly sink: (block: Buffer) => void;
  /** Milliseconds since the Unix epoch, with their fractions; in a simulation, since its beginning. */
  readonly nowMs: () => number;
  /** After this long a connection that was ended here is given up by the network itself. */
  readonly closeGraceMs: number;
}

const EVERY_ADDRESS = '0.0.0.0';
/** An IPv4 packet without the headers of IP and UDP. */
const DATAGRAM_MAX_BYTES = 65_507;

/** A connection of which one end was seen; the other may come, or is somebody else's. */
interface HalfSeen {
  readonly stream: TcpStream;
  readonly seen: Side;
  /** Whoever sits at the end that was seen. */
  readonly end: CapturedEnd;
}

/** See above. */
export class WireCapture {
  readonly #ports: WireCapturePorts;
  readonly #halfSeen = new BoundedMap<HalfSeen>();
  /** Datagrams that were sent by somebody here and may be received here, too: how many of the same. */
  readonly #underWay = new BoundedMap<number>();
  #connections = 0;

  constructor(ports: WireCapturePorts) {
    this.#ports = ports;
  }

  /**
   * The network as somebody is to see it whose traffic is captured.
   * @param host the address of datagrams for as long as no connection has told a better one.
   */
  network(network: Network, host = EVERY_ADDRESS): Network {
    const own = { host };
    return {
      localAddresses: network.localAddresses,
      connect: (to, timeoutMs) =>
        network.connect(to, timeoutMs).pipe(map((connection) => this.#connection(connection, 'client', own))),
      listen: (at) => network.listen(at).pipe(map((listener) => this.#listener(listener, own))),
      bind: (at) => network.bind(at).pipe(map((socket) => this.#datagrams(socket, own))),
      resolve: (name) => network.resolve(name),
    };
  }

  #listener(listener: Listener, own: { host: string }): Listener {
    const connections = listener.connections.pipe(
      map((connection) => this.#connection(connection, 'server', own)),
    );
    return { local: listener.local, connections, close: () => listener.close() };
  }

  #connection(connection: Connection, side: Side, own: { host: string }): Connection {
    const { local, remote } = connection;
    if (local.host !== LOOPBACK || own.host === EVERY_ADDRESS) own.host = local.host;
    const end = this.#end(side, local, remote);
    connection.closed.subscribe((reason) => end.closed(reason));
    return wrappedConnection(connection, {
      bytes: connection.bytes.pipe(
        tap({ next: (chunk) => end.read(chunk), complete: () => end.writesNoMore() }),
      ),
      write: (bytes) => {
        end.wrote(bytes);
        connection.write(bytes);
      },
      writeAll: (pieces) => {
        end.wrote(pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces));
        connection.writeAll(pieces);
      },
      end: (graceMs) => {
        end.ended(graceMs);
        connection.end(graceMs);
      },
      destroy: () => {
        end.destroyed();
        connection.destroy();
      },
    });
  }

  /** One end of a connection; a new one unless its other end was seen before. */
  #end(side: Side, local: Endpoint, remote: Endpoint): CapturedEnd {
    const [client, server] = side === 'client' ? [local, remote] : [remote, local];
    const key = `${addressOf(client)}>${addressOf(server)}`;
    const known = this.#halfSeen.take(key);
    if (known?.seen === otherSide(side)) {
      known.end.isOtherTapped = true;
      const end = this.#endOf(known.stream, side);
      end.isOtherTapped = true;
      return end;
    }
    this.#connections += 1;
    const stream = new TcpStream(client, server, this.#connections);
    const end = this.#endOf(stream, side);
    this.#halfSeen.put(key, { stream, seen: side, end });
    this.#add(stream.opened());
    return end;
  }

  #endOf(stream: TcpStream, side: Side): CapturedEnd {
    const { nowMs, closeGraceMs } = this.#ports;
    return new CapturedEnd({ stream, side, nowMs, closeGraceMs, add: (packets) => this.#add(packets) });
  }

  #datagrams(socket: DatagramSocket, own: { host: string }): DatagramSocket {
    const { port } = socket.local;
    const localTo = (other: Endpoint) => {
      if (socket.local.host !== EVERY_ADDRESS) return { host: socket.local.host, port };
      return { host: other.host === LOOPBACK ? LOOPBACK : own.host, port };
    };
    const sent = (bytes: Uint8Array, given: Endpoint) => {
      const to = { host: dialled(given.host), port: given.port };
      if (!isSent(bytes, to)) return;
      const key = keyOfDatagram(port, to, bytes);
      this.#underWay.put(key, (this.#underWay.take(key) ?? 0) + 1);
      this.#add([udpPacket(localTo(to), to, bytes)]);
    };
    const received = ({ bytes, from }: Datagram) => {
      const local = localTo(from);
      const key = keyOfDatagram(from.port, local, bytes);
      const underWay = this.#underWay.take(key) ?? 0;
      if (underWay > 1) this.#underWay.put(key, underWay - 1);
      if (underWay === 0) this.#add([udpPacket(from, local, bytes)]);
    };
    return {
      local: socket.local,
      datagrams: socket.datagrams.pipe(tap(received)),
      send: (bytes, to) => {
        sent(bytes, to);
        socket.send(bytes, to);
      },
      close: () => socket.close(),
    };
  }

  #add(packets: readonly Buffer[]): void {
    const nowMs = this.#ports.nowMs();
    for (const packet of packets) this.#ports.sink(packetBlock(packet, nowMs));
  }
}

interface CapturedEndPorts extends Pick<WireCapturePorts, 'nowMs' | 'closeGraceMs'> {
  readonly stream: TcpStream;
  /** Where it sits. */
  readonly side: Side;
  add(packets: readonly Buffer[]): void;
}

/** What happens at one end of a connection. */
class CapturedEnd {
  /** What the other end sends is known from there. */
  isOtherTapped = false;
  readonly #ports: CapturedEndPorts;
  /** When the network gives it up: from then on its end says nothing of the other side. */
  #givenUpMs = Number.POSITIVE_INFINITY;
  #hasFinished = false;
  #writesNoMore = false;

  constructor(ports: CapturedEndPorts) {
    this.#ports = ports;
  }

  wrote(bytes: Uint8Array): void {
    const { stream, side, add } = this.#ports;
    if (!this.#writesNoMore) add(stream.data(side, bytes));
  }

  read(chunk: Buffer): void {
    const { stream, side, add } = this.#ports;
    if (!this.isOtherTapped) add(stream.data(otherSide(side), chunk));
  }

  /** The network takes nothing any more: the other side has sent FIN, or all is over. */
  writesNoMore(): void {
    this.#writesNoMore = true;
  }

  ended(graceMs = this.#ports.closeGraceMs): void {
    if (this.#writesNoMore && !this.#hasFinished) return;
    const { stream, side, nowMs, add } = this.#ports;
    this.#givenUpMs = Math.min(this.#givenUpMs, nowMs() + graceMs);
    this.#hasFinished = true;
    this.#writesNoMore = true;
    add(stream.finished(side));
  }

  destroyed(): void {
    const { stream, side, nowMs, add } = this.#ports;
    // What has begun to send FIN is closed without another word.
    if (!this.#writesNoMore) add(stream.reset(side));
    this.#givenUpMs = Math.min(this.#givenUpMs, nowMs());
    this.#writesNoMore = true;
  }

  closed(reason: CloseReason): void {
    const { stream, side, nowMs, add } = this.#ports;
    const other = otherSide(side);
    this.#writesNoMore = true;
    if (reason.kind === 'ended') {
      add(stream.finished(other));
      add(stream.finished(side));
    } else if (reason.kind === 'closed here') {
      if (this.#hasFinished && nowMs() < this.#givenUpMs) add(stream.finished(other));
    } else if (isReset(reason)) {
      add(stream.reset(other));
    }
  }
}

/** The last few of many; what was put in first gives way. */
class BoundedMap<Value> {
  readonly #values = new Map<string, Value>();

  put(key: string, value: Value): void {
    this.#values.set(key, value);
    if (this.#values.size <= CAPTURE_PAIRS_MAX) return;
    for (const oldest of this.#values.keys()) {
      this.#values.delete(oldest);
      return;
    }
  }

  take(key: string): Value | undefined {
    const value = this.#values.get(key);
    this.#values.delete(key);
    return value;
  }
}

/** What can't be sent is lost before it is on any wire. */
function isSent(bytes: Uint8Array, to: Endpoint): boolean {
  return bytes.length <= DATAGRAM_MAX_BYTES && isIpv4(to.host) && isPort(to.port);
}

function addressOf({ host, port }: Endpoint): string {
  return `${host}:${port}`;
}

/** Its sender's own address is not known for sure: two of the same are told apart by their port. */
function keyOfDatagram(fromPort: number, to: Endpoint, bytes: Uint8Array): string {
  return `${fromPort}>${addressOf(to)} ${Buffer.from(bytes).toString('latin1')}`;
}
