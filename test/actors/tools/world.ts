/**
 * A room in memory for tests: a room server and any number of peers on hosts of their own, one stepped clock,
 * and cuts between hosts. Every peer keeps what it was told.
 */

import { map, of, type Subscription, tap } from 'rxjs';
import { openEndpoint } from '../../../src/actors/endpoint.ts';
import { MemoryNetwork, type PathPolicy } from '../../../src/io/memory/memory-network.ts';
import { StepClock } from '../../../src/io/memory/step-clock.ts';
import type { Connection, Network } from '../../../src/io/network.ts';
import { PEER_LIMITS, type PeerLimits } from '../../../src/limits/peer.ts';
import { ROOM_SERVER_LIMITS } from '../../../src/limits/room-server.ts';
import type { RoomLog } from '../../../src/log/room-log.ts';
import { assemblePeer } from '../../../src/peer/peer.ts';
import type { Peer } from '../../../src/peer/peer-api.ts';
import type { ReplacedPorts } from '../../../src/peer/replaced-ports.ts';
import { hashId } from '../../../src/protocol/hash-id.ts';
import { type RunningRoomServer, startRoomServer } from '../../../src/room-server/room-server.ts';
import { describe, type Notice } from '../../../src/words/notices.ts';

export const ROOM = 'room';
export const PORT = 5_000;
const SERVER_NAME = 'rooms';
export const SERVER = { host: '10.0.0.1', port: 32_340 };

export interface WorldOptions {
  /** Addresses of the room server's name `SERVER_NAME`, which peers are given instead of its address. */
  readonly serverAddresses?: readonly string[];
  readonly limits?: Partial<PeerLimits>;
  /** What becomes of a SYN, where not all get through. */
  readonly connects?: PathPolicy['connects'];
  /** What all connections of peers have instead of what the network gives them. */
  readonly connection?: Partial<Connection>;
  readonly strictSource?: boolean;
  readonly latencyMs?: number;
  /** Time on the way of each packet, where that is not the same for all. */
  readonly latency?: (from: string, to: string) => number;
  /** The log that its peers are in, and their machines with them. */
  readonly room?: RoomLog;
  /** False for peers that send nothing again. */
  readonly isCatchingUp?: boolean;
  /** Ports of each peer in place of its own. */
  readonly replaced?: ReplacedPorts;
}

/** One peer of the world with everything that it has told. */
export interface TestPeer {
  readonly name: string;
  readonly ip: string;
  readonly peer: Peer;
  readonly notices: Notice[];
  /** Texts shown in the Message window, `user: content`, its own included. */
  texts(): string[];
  /** Everything shown in the Command window, as the user reads it. */
  lines(): string[];
  isOver: boolean;
}

export class PeerWorld {
  readonly clock = new StepClock();
  readonly network: MemoryNetwork;
  readonly peers: TestPeer[] = [];
  server!: RunningRoomServer;
  /** `from>to` pairs of addresses between which nothing gets through. */
  readonly #cuts = new Set<string>();
  /** Addresses without power. */
  readonly #off = new Set<string>();
  /** Every connection that peers have opened or accepted, by their address. */
  readonly #connections = new Map<string, Connection[]>();
  readonly #options: WorldOptions;
  #random = 1;

  constructor(options: WorldOptions = {}) {
    this.#options = options;
    this.network = new MemoryNetwork({
      clock: this.clock,
      latencyMs: options.latencyMs ?? 1,
      names: new Map([[SERVER_NAME, options.serverAddresses ?? []]]),
      policy: {
        ...(options.connects ? { connects: options.connects } : {}),
        ...(options.latency ? { latencyMs: options.latency } : {}),
        isCut: (from, to) => this.#off.has(from) || this.#off.has(to) || this.#cuts.has(`${from}>${to}`),
      },
    });
    this.startServer();
  }

  startServer(host = SERVER.host): void {
    startRoomServer({
      network: this.network.host(host),
      clock: this.clock,
      limits: ROOM_SERVER_LIMITS,
      ...SERVER,
      host,
    }).subscribe((server) => {
      this.server = server;
    });
    this.clock.advance(1);
  }

  /** Starts a peer; the address of the n-th is 10.0.1.n unless one is given. */
  start(name: string, ip = `10.0.1.${this.peers.length + 1}`): TestPeer {
    let started: TestPeer | undefined;
    const network = this.#recorded(ip);
    openEndpoint(network, '0.0.0.0', [PORT]).subscribe((endpoint) => {
      const created = assemblePeer({
        network,
        clock: this.clock,
        random: { next: () => this.#nextRandom() },
        limits: { ...PEER_LIMITS, ...this.#options.limits },
        endpoint,
        roomServer: this.#options.serverAddresses ? { ...SERVER, host: SERVER_NAME } : SERVER,
        allowUtf8: true,
        strictSource: this.#options.strictSource ?? false,
        isInspected: this.#options.room !== undefined,
        isCatchingUp: this.#options.isCatchingUp ?? true,
        ...(this.#options.replaced ? { replaced: this.#options.replaced } : {}),
      });
      const peer = this.#options.room?.party(name).follow(created) ?? created;
      started = this.#follow(name, ip, peer);
      peer.start();
    });
    this.clock.advance(1);
    if (!started) throw new Error(`${name} did not start`);
    this.peers.push(started);
    started.peer.send({ type: 'USER', name });
    return started;
  }

  /** Starts a peer and joins it to the room, with time to link. */
  join(name: string, ip?: string): TestPeer {
    const peer = this.start(name, ip);
    peer.peer.send({ type: 'JOIN', room: ROOM });
    this.clock.advance(100);
    return peer;
  }

  /** Starts and joins several, one after the other. */
  joinAll(count: number, prefix = 'peer'): TestPeer[] {
    return Array.from({ length: count }, (_, index) => this.join(`${prefix}${index + 1}`));
  }

  /** Cuts or heals both directions between every one of these addresses and every one of those. */
  cut(these: readonly string[], those: readonly string[], isCut = true): void {
    for (const one of these) {
      for (const other of those) {
        this.cutOneWay(one, other, isCut);
        this.cutOneWay(other, one, isCut);
      }
    }
  }

  cutOneWay(from: string, to: string, isCut = true): void {
    if (isCut) this.#cuts.add(`${from}>${to}`);
    else this.#cuts.delete(`${from}>${to}`);
  }

  heal(): void {
    this.#cuts.clear();
    this.#off.clear();
  }

  /**
   * Cuts an address off from everybody, the room server included: no FIN, no RST, as when the power fails.
   */
  powerOff(ip: string): void {
    this.#off.add(ip);
  }

  /**
   * Ends a peer as a power failure does: nobody hears anything of it, and its computer has forgotten
   * everything.
   */
  crash(peer: TestPeer): void {
    this.powerOff(peer.ip);
    for (const connection of this.connections(peer)) connection.destroy();
    peer.peer.send({ type: 'QUIT' });
    this.clock.advance(1_000);
    if (!peer.isOver) throw new Error(`${peer.name} did not end`);
  }

  /** The power is back. */
  powerOn(ip: string): void {
    this.#off.delete(ip);
  }

  /** Every connection that this peer's address has had; the oldest first. */
  connections({ ip }: Pick<TestPeer, 'ip'>): readonly Connection[] {
    return this.#connections.get(ip) ?? [];
  }

  /**
   * From now on nothing that is written to this connection arrives or is acknowledged, though both hosts
   * reach each other: a box between them has forgotten it.
   */
  swallow(connection: Connection | undefined): void {
    if (!connection) throw new Error('there is no such connection');
    const acknowledgement = () => of('unacknowledged' as const);
    Object.assign(connection, { write: () => {}, writeAll: () => {}, acknowledgement });
  }

  /** The links of all peers that live, as `from→to` by name. */
  links(): string[] {
    return this.peers
      .filter(({ isOver }) => !isOver)
      .flatMap(({ name, peer }) =>
        peer
          .status()
          .links.filter(({ direction }) => direction === 'forward')
          .map((link) => `${name}→${link.member.user}`),
      );
  }

  /** Sends one message from a peer and gives it time to get everywhere. */
  say(from: TestPeer, text: string): void {
    from.peer.send({ type: 'SEND', text });
    this.clock.advance(500);
  }

  quitAll(): void {
    for (const { peer, isOver } of this.peers) if (!isOver) peer.send({ type: 'QUIT' });
    this.clock.advance(2_000);
  }

  /** A raw TCP connection from an address to a peer; what it received is in `received`. */
  raw(ip: string, to: TestPeer): ScriptedConnection {
    return new ScriptedConnection(this.network.host(ip), this.clock, { host: to.ip, port: PORT });
  }

  /** The network as a host sees it, with every connection kept for the tests that break one. */
  #recorded(ip: string): Network {
    const network = this.network.host(ip);
    const kept = this.#connections.get(ip) ?? [];
    this.#connections.set(ip, kept);
    const keep = (connection: Connection) => {
      Object.assign(connection, this.#options.connection);
      kept.push(connection);
    };
    return {
      localAddresses: network.localAddresses,
      connect: (to, timeoutMs) => network.connect(to, timeoutMs).pipe(tap(keep)),
      listen: (at) =>
        network.listen(at).pipe(
          map((listener) => ({
            local: listener.local,
            connections: listener.connections.pipe(tap(keep)),
            close: () => listener.close(),
          })),
        ),
      bind: (at) => network.bind(at),
      resolve: (host) => network.resolve(host),
    };
  }

  #follow(name: string, ip: string, peer: Peer): TestPeer {
    const notices: Notice[] = [];
    const followed: TestPeer = {
      name,
      ip,
      peer,
      notices,
      isOver: false,
      texts: () => notices.flatMap((notice) => (notice.type === 'text' ? [describe(notice)] : [])),
      lines: () => notices.flatMap((notice) => (notice.window === 'command' ? [describe(notice)] : [])),
    };
    peer.notices.subscribe((notice) => notices.push(notice));
    peer.terminated.subscribe(() => {
      followed.isOver = true;
    });
    return followed;
  }

  /** The same sequence in every run. */
  #nextRandom(): number {
    this.#random = (this.#random * 48_271) % 2_147_483_647;
    return this.#random / 2_147_483_647;
  }
}

/** A connection that speaks whatever the test says. */
export class ScriptedConnection {
  received = '';
  isClosed = false;
  readonly #subscription: Subscription;
  readonly #clock: StepClock;
  connection!: Connection;

  constructor(network: Network, clock: StepClock, to: { host: string; port: number }) {
    this.#clock = clock;
    this.#subscription = network.connect(to, 5_000).subscribe((connection) => {
      this.connection = connection;
      connection.bytes.subscribe((bytes) => {
        this.received += bytes.toString('latin1');
      });
      connection.closed.subscribe(() => {
        this.isClosed = true;
      });
    });
    clock.advance(10);
  }

  /** Writes and gives the other side time to react. */
  send(text: string, afterMs = 10): void {
    this.connection.write(Buffer.from(text, 'latin1'));
    this.#clock.advance(afterMs);
  }

  close(): void {
    this.#subscription.unsubscribe();
    this.connection.end();
    this.#clock.advance(10);
  }
}

/** The P of somebody. */
export function handshake(user: string, ip: string, options: { msgId?: number; room?: string } = {}): string {
  return `P:${options.room ?? ROOM}:${user}:${ip}:${PORT}:${options.msgId ?? 0}::\r\n`;
}

/** The T of somebody. */
export function text(user: string, ip: string, msgId: number, content: string, room = ROOM): string {
  const length = Buffer.byteLength(content, 'latin1');
  return `T:${room}:${hashId(user, ip, PORT)}:${user}:${msgId}:${length}:${content}::\r\n`;
}

/** Names of those of a ring in the order in which `self` chooses its forward link, see PROTOCOL.md. */
export function ringOrder<Each extends Pick<TestPeer, 'name' | 'ip'>>(
  peers: readonly Each[],
  self: Each,
): Each[] {
  const hid = ({ name, ip }: Each) => BigInt(hashId(name, ip, PORT));
  const sorted = [...peers].sort((left, right) => (hid(left) < hid(right) ? -1 : 1));
  const place = sorted.indexOf(self);
  return [...sorted.slice(place + 1), ...sorted.slice(0, place)];
}
