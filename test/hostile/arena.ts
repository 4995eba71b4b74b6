/**
 * Three peers that chat in a room, and those who attack them, their room server, or a peer beside them:
 * everything in memory on a stepped clock. Unlike a test's world it keeps nothing of what happens but what it
 * has to compare, so that it can run for a hundred thousand inputs.
 */
import { Subscription } from 'rxjs';
import { openEndpoint } from '../../src/actors/endpoint.ts';
import { MemoryNetwork } from '../../src/io/memory/memory-network.ts';
import { StepClock } from '../../src/io/memory/step-clock.ts';
import type { Connection, DatagramSocket, Endpoint, Listener, Network } from '../../src/io/network.ts';
import { PEER_LIMITS, type PeerLimits } from '../../src/limits/peer.ts';
import { ROOM_SERVER_LIMITS } from '../../src/limits/room-server.ts';
import { assemblePeer } from '../../src/peer/peer.ts';
import type { Peer } from '../../src/peer/peer-api.ts';
import type { MemberAddress } from '../../src/protocol/frames.ts';
import { type RunningRoomServer, startRoomServer } from '../../src/room-server/room-server.ts';
import { bytesOf, type Cast, type Piece, textBytes } from './pieces.ts';

export const ROOM = 'room';
export const PORT = 5_000;
export const SERVER = { host: '10.0.0.1', port: 32_340 };
const CHAT = 'chat ';
const KEEPALIVE_MS = 20_000;
const CONNECT_TIMEOUT_MS = 1_000;
const CHATTERS = 3;
const HOSTILE = 3;

/** A peer of the arena; of its chat only how often each line was shown is kept. */
export class Chatter implements MemberAddress {
  readonly user: string;
  readonly ip: string;
  readonly port = PORT;
  readonly peer: Peer;
  /** How often each chat line was shown. */
  readonly shown = new Map<string, number>();
  isOver = false;

  constructor(user: string, ip: string, peer: Peer) {
    this.user = user;
    this.ip = ip;
    this.peer = peer;
    peer.notices.subscribe((notice) => {
      if (notice.type !== 'text' || !notice.content.startsWith(CHAT)) return;
      const line = `${notice.user}: ${notice.content}`;
      this.shown.set(line, (this.shown.get(line) ?? 0) + 1);
    });
    peer.terminated.subscribe(() => {
      this.isOver = true;
    });
  }

  counter(name: string): number {
    return this.peer.status().counters[name] ?? 0;
  }
}

/** What a connection of an attacker still has to send, and where. */
class Slot {
  connection: Connection | undefined;
  target: Endpoint | undefined;
  /** The other side has dialled. */
  isDialled = false;
  pending = Buffer.alloc(0);
  #subscription = new Subscription();

  /** Takes over a connection that somebody has opened to an attacker. */
  adopt(connection: Connection): void {
    this.reset();
    this.isDialled = true;
    this.target = connection.remote;
    this.#use(connection);
  }

  dial(from: Network, target: Endpoint): void {
    this.reset();
    this.isDialled = false;
    this.target = target;
    this.#subscription = from.connect(target, CONNECT_TIMEOUT_MS).subscribe({
      next: (connection) => this.#use(connection),
      error: () => {},
    });
  }

  /** Adds to what is to be sent, and sends a part of all of it; the rest goes with the next. */
  send(bytes: Buffer, share: number): void {
    const all = Buffer.concat([this.pending, bytes]);
    if (!this.connection) {
      this.pending = Buffer.from(all.subarray(0, PENDING_MAX));
      return;
    }
    const cut = Math.ceil(all.length * share);
    this.connection.write(all.subarray(0, cut));
    this.pending = Buffer.from(all.subarray(cut));
  }

  end(): void {
    this.connection?.end();
    this.#forget();
  }

  reset(): void {
    this.connection?.destroy();
    this.#forget();
  }

  #use(connection: Connection): void {
    this.connection = connection;
    connection.bytes.subscribe();
  }

  #forget(): void {
    this.#subscription.unsubscribe();
    this.connection = undefined;
    this.pending = Buffer.alloc(0);
  }
}

const PENDING_MAX = 16_384;

/** A member of the room that is up to no good: listed, listening, and nothing else. */
class HostileMember implements MemberAddress {
  readonly user: string;
  readonly ip: string;
  readonly port = PORT;
  readonly network: Network;
  #listener: Listener | undefined;
  #socket: DatagramSocket | undefined;
  #server: Connection | undefined;
  readonly #arena: Arena;

  constructor(arena: Arena, number: number) {
    this.#arena = arena;
    this.user = `hostile${number}`;
    this.ip = `10.0.9.${number}`;
    this.network = arena.network.host(this.ip);
  }

  /** Takes its place in the room; whoever dials it gets into the arena's slots. */
  join(): void {
    this.network.listen({ host: '0.0.0.0', port: PORT }).subscribe((listener) => {
      this.#listener = listener;
      listener.connections.subscribe((connection) => this.#arena.adopt(connection));
    });
    this.network.bind({ host: '0.0.0.0', port: PORT }).subscribe((socket) => {
      this.#socket = socket;
      socket.datagrams.subscribe();
    });
    this.network.connect(SERVER, CONNECT_TIMEOUT_MS).subscribe((connection) => {
      this.#server = connection;
      connection.bytes.subscribe();
      this.refresh();
    });
    this.#arena.clock.advance(10);
  }

  refresh(): void {
    this.#server?.write(Buffer.from(`J:${ROOM}:${this.user}:${this.ip}:${PORT}::\r\n`));
  }

  datagram(bytes: Buffer, to: Endpoint): void {
    this.#socket?.send(bytes, to);
  }

  leave(): void {
    this.#listener?.close();
    this.#socket?.close();
    this.#server?.destroy();
  }
}

/** What an arena is made of. */
export interface ArenaOptions {
  readonly limits?: Partial<PeerLimits>;
  readonly slots?: number;
  /**
   * Addresses of the peers that get an answer when they dial a hostile member. Not the three: whoever has a
   * hostile member for its forward link hears what that one passes on, and no peer can tell silence from a
   * quiet room.
   */
  readonly lured?: readonly string[];
  /** Attackers forge messages of the three; otherwise they replay them. */
  readonly forges?: boolean;
  /** True shows the machines of its peers (`PeerOptions.isInspected`). */
  readonly isInspected?: boolean;
  /** Hears of each peer before its start. */
  readonly created?: (peer: Peer) => void;
}

/** A chat and its attackers, see above. */
export class Arena {
  readonly clock = new StepClock();
  readonly network = new MemoryNetwork({ clock: this.clock, latencyMs: 1 });
  readonly chatters: Chatter[] = [];
  readonly hostile: HostileMember[] = [];
  readonly slots: Slot[];
  readonly #options: ArenaOptions;
  readonly limits: PeerLimits;
  server!: RunningRoomServer;
  /** What the three have said, as frames. */
  readonly said: Buffer[] = [];
  /** Every line of the chat. */
  readonly lines: string[] = [];
  readonly #saidBy = new Map<Chatter, number>();
  readonly #lured: ReadonlySet<string>;
  readonly #forges: boolean;
  #nextAdopting = 0;
  #random = 1;

  constructor(options: ArenaOptions = {}) {
    const { limits = {}, slots = 18, lured = [], forges = false } = options;
    this.#options = options;
    this.#lured = new Set(lured);
    this.#forges = forges;
    this.limits = { ...PEER_LIMITS, ...limits };
    this.slots = Array.from({ length: slots }, () => new Slot());
    startRoomServer({
      network: this.network.host(SERVER.host),
      clock: this.clock,
      limits: ROOM_SERVER_LIMITS,
      ...SERVER,
    }).subscribe((server) => {
      this.server = server;
    });
    this.clock.advance(1);
    for (let number = 1; number <= CHATTERS; number += 1) {
      this.chatters.push(this.join(`peer${number}`, `10.0.1.${number}`));
    }
    // The overlay of the three stands before anybody attacks it.
    this.clock.advance(KEEPALIVE_MS + 1_000);
    for (let number = 1; number <= HOSTILE; number += 1) {
      const member = new HostileMember(this, number);
      this.hostile.push(member);
      member.join();
    }
    this.#keepHostileListed();
  }

  /** Starts a peer; it joins nothing. */
  start(user: string, ip: string, roomServer: Endpoint = SERVER): Chatter {
    let started: Chatter | undefined;
    const network = this.network.host(ip);
    openEndpoint(network, '0.0.0.0', [PORT]).subscribe((endpoint) => {
      const random = { next: () => this.#nextRandom() };
      const { clock, limits } = this;
      const options = { network, clock, random, limits, endpoint, roomServer };
      const { isInspected = false, created } = this.#options;
      const peer = assemblePeer({ ...options, allowUtf8: true, strictSource: false, isInspected });
      created?.(peer);
      started = new Chatter(user, ip, peer);
      peer.start();
    });
    this.clock.advance(1);
    if (!started) throw new Error(`${user} did not start`);
    started.peer.send({ type: 'USER', name: user });
    return started;
  }

  join(user: string, ip: string, roomServer: Endpoint = SERVER): Chatter {
    const chatter = this.start(user, ip, roomServer);
    chatter.peer.send({ type: 'JOIN', room: ROOM });
    this.clock.advance(100);
    return chatter;
  }

  /** One of the three says something. */
  say(number: number): void {
    const from = this.chatters[number % CHATTERS] as Chatter;
    const msgId = (this.#saidBy.get(from) ?? 0) + 1;
    this.#saidBy.set(from, msgId);
    const content = `${CHAT}${this.lines.length} from ${from.user}`;
    from.peer.send({ type: 'SEND', text: content });
    this.lines.push(`${from.user}: ${content}`);
    // What nobody replays isn't kept.
    if (!this.#forges) this.said.push(textBytes(ROOM, from, msgId, Buffer.from(content)));
  }

  /** Whoever dials a hostile member and is lured is answered from one of the slots. */
  adopt(connection: Connection, isLured = this.#lured.has(connection.remote.host)): void {
    if (!isLured) {
      connection.destroy();
      return;
    }
    const free = this.slots.findIndex((slot) => !slot.connection);
    if (free < 0) this.#nextAdopting = (this.#nextAdopting + 1) % this.slots.length;
    (this.slots[free < 0 ? this.#nextAdopting : free] as Slot).adopt(connection);
  }

  /** Who is who for what goes to this endpoint. */
  cast(target: Endpoint | undefined, isDialled: boolean, peers: readonly Chatter[] = this.chatters): Cast {
    return {
      room: ROOM,
      honest: this.chatters,
      hostile: this.hostile,
      target: peers.find(({ ip }) => ip === target?.host),
      isDialled,
      said: this.said,
      forges: this.#forges,
    };
  }

  bytesFor(slot: Slot, pieces: readonly Piece[], peers?: readonly Chatter[]): Buffer {
    const cast = this.cast(slot.target, slot.isDialled, peers);
    return Buffer.concat(pieces.map((piece) => bytesOf(piece, cast)));
  }

  /** Asks the room server, over a connection of its own. */
  ask(request: string): string {
    let answer = '';
    this.network
      .host('10.0.3.1')
      .connect(SERVER, CONNECT_TIMEOUT_MS)
      .subscribe((connection) => {
        connection.bytes.subscribe((bytes) => {
          answer += bytes.toString('latin1');
          connection.end();
        });
        connection.write(Buffer.from(request));
      });
    this.clock.advance(100);
    return answer;
  }

  /** All attackers are gone; whatever they have begun gets time to end. */
  disarm(): void {
    for (const slot of this.slots) slot.reset();
    for (const member of this.hostile.splice(0)) member.leave();
    this.clock.advance(2 * KEEPALIVE_MS);
    // Whoever was about to dial one of them may have been adopted meanwhile.
    for (const slot of this.slots) slot.reset();
  }

  /** Everybody quits, the room server stops; then nothing may be left that would ever happen. */
  end(others: readonly Chatter[] = []): void {
    for (const { peer } of [...this.chatters, ...others]) peer.send({ type: 'QUIT' });
    this.clock.advance(2_000);
    this.server.stop();
    this.clock.advance(2_000);
  }

  /**
   * Chat lines that this peer has not shown exactly once, with how often it has; none is what there should
   * be.
   */
  notOnce(chatter: Chatter): Record<string, number> {
    const wrong: Record<string, number> = {};
    for (const line of this.lines) {
      const count = chatter.shown.get(line) ?? 0;
      if (count !== 1) wrong[line] = count;
    }
    return wrong;
  }

  #keepHostileListed(): void {
    if (this.hostile.length === 0) return;
    for (const member of this.hostile) member.refresh();
    this.clock.setTimeout(() => this.#keepHostileListed(), KEEPALIVE_MS);
  }

  /** The same sequence in every run. */
  #nextRandom(): number {
    this.#random = (this.#random * 48_271) % 2_147_483_647;
    return this.#random / 2_147_483_647;
  }
}
