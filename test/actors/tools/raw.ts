/**
 * What tests have instead of a well-behaved neighbour or room server: ends of connections that say and keep
 * exactly what the test wants, a member of the room without a peer behind it, and a room server that answers
 * when it is told.
 */
import { catchError, EMPTY } from 'rxjs';
import type { Trace } from '../../../src/feed/trace.ts';
import type { Timer } from '../../../src/io/clock.ts';
import type { Connection, Listener } from '../../../src/io/network.ts';
import { sdbm } from '../../../src/protocol/hash-id.ts';
import {
  handshake,
  type PeerWorld,
  PORT,
  ROOM,
  ScriptedConnection,
  SERVER,
  type TestPeer,
  text,
} from './world.ts';

const KEEPALIVE_MS = 20_000;

/** One end of a connection that somebody else has opened. */
export class RawEnd {
  received = '';
  isClosed = false;
  readonly connection: Connection;

  constructor(connection: Connection, onBytes?: (end: RawEnd) => void) {
    this.connection = connection;
    connection.bytes.subscribe((bytes) => {
      this.received += bytes.toString('latin1');
      onBytes?.(this);
    });
    connection.closed.subscribe(() => {
      this.isClosed = true;
    });
  }

  write(bytes: string): void {
    this.connection.write(Buffer.from(bytes, 'latin1'));
  }
}

/** A member of the room that does only what the test says, except for its KEEPALIVE. */
export class RawMember {
  /** Connections that peers have opened to it. */
  readonly accepted: RawEnd[] = [];
  /** What it answers a P with; empty for nothing. */
  answer = 'S:0::\r\n';
  readonly name: string;
  readonly ip: string;
  /** Where it really is; another address than the one that it tells is what NAT makes of it. */
  readonly host: string;
  readonly #world: PeerWorld;
  #server: ScriptedConnection | undefined;
  #keepalive: Timer;
  #listener: Listener | undefined;

  constructor(world: PeerWorld, name: string, ip: string, host = ip) {
    this.#world = world;
    this.name = name;
    this.ip = ip;
    this.host = host;
  }

  /** Takes a place in the room, until `leave` or `sleep`. */
  join(): this {
    this.#server = new ScriptedConnection(this.#world.network.host(this.host), this.#world.clock, SERVER);
    this.#refresh();
    this.#world.clock.advance(10);
    return this;
  }

  /** Answers on its port from now on. */
  listen(): this {
    this.#world.network
      .host(this.host)
      .listen({ host: '0.0.0.0', port: PORT })
      .subscribe((listener) => {
        this.#listener = listener;
        listener.connections.subscribe((connection) => {
          let isAnswered = false;
          const end = new RawEnd(connection, () => {
            if (isAnswered || !end.received.startsWith('P:')) return;
            isAnswered = true;
            if (this.answer !== '') end.write(this.answer);
          });
          this.accepted.push(end);
        });
      });
    this.#world.clock.advance(1);
    return this;
  }

  stopListening(): void {
    this.#listener?.close();
  }

  /** Dials a peer and shakes hands. */
  link(to: TestPeer, msgId = 0): ScriptedConnection {
    const link = this.#world.raw(this.host, to);
    link.send(handshake(this.name, this.ip, { msgId }));
    return link;
  }

  /** Its T, with content in ASCII. */
  text(msgId: number, content: string): string {
    return text(this.name, this.ip, msgId, content);
  }

  /** Leaves the member list at once. */
  leave(): void {
    this.sleep();
    this.#server?.close();
  }

  /** No KEEPALIVE any more. */
  sleep(): void {
    this.#world.clock.clearTimeout(this.#keepalive);
  }

  #refresh(): void {
    this.#server?.connection.write(Buffer.from(`J:${ROOM}:${this.name}:${this.ip}:${PORT}::\r\n`));
    this.#keepalive = this.#world.clock.setTimeout(() => this.#refresh(), KEEPALIVE_MS);
  }
}

/** A room server that keeps the requests and answers when it is told to. */
export class ScriptedServer {
  /** What the newest connection has asked, all of it. */
  readonly requests: string[] = [];
  readonly connections: RawEnd[] = [];
  readonly #world: PeerWorld;

  /** Takes the place of the world's own room server. */
  constructor(world: PeerWorld) {
    this.#world = world;
    world.server.stop();
    world.clock.advance(1_000);
    world.network
      .host(SERVER.host)
      .listen(SERVER)
      .pipe(catchError(() => EMPTY))
      .subscribe((listener) => {
        listener.connections.subscribe((connection) => {
          const end = new RawEnd(connection, () => {
            this.requests.push(end.received);
            end.received = '';
          });
          this.connections.push(end);
        });
      });
    world.clock.advance(1);
  }

  /** Answers on the newest connection. */
  reply(bytes: string): void {
    this.connections.at(-1)?.write(bytes);
    this.#world.clock.advance(10);
  }
}

/** The M that lists these, in this order. */
export function members(...listed: readonly Pick<TestPeer, 'name' | 'ip'>[]): string {
  const body = listed.map(({ name, ip }) => `${name}:${ip}:${PORT}:`).join('');
  return `M:${sdbm(Buffer.from(body))}:${body}:\r\n`;
}

/** One frame that a peer has sent or received. */
export interface TracedFrame {
  readonly atMs: number;
  readonly direction: 'in' | 'out';
  readonly via: string;
  readonly remote: string;
  readonly bytes: string;
}

/** Keeps every frame of a peer from now on. */
export function traceOf(world: PeerWorld, { peer }: TestPeer): TracedFrame[] {
  const frames: TracedFrame[] = [];
  peer.trace.subscribe((trace: Trace) => {
    if (trace.type !== 'frames') return;
    const { direction, via, remote } = trace;
    for (const { bytes } of trace.frames)
      frames.push({ atMs: world.clock.now(), direction, via, remote, bytes: bytes.toString('latin1') });
  });
  return frames;
}

/** Frames that went to the room server. */
export function requestsIn(frames: readonly TracedFrame[]): TracedFrame[] {
  return frames.filter(({ direction, via }) => direction === 'out' && via === 'room server');
}

/** How often each text was shown, by text. */
export function shown(peer: TestPeer): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of peer.texts()) counts[line] = (counts[line] ?? 0) + 1;
  return counts;
}

/** The names of those that a peer is linked with in this direction. */
export function linkedWith({ peer }: TestPeer, direction?: 'forward' | 'backward'): string[] {
  return peer
    .status()
    .links.filter((link) => direction === undefined || link.direction === direction)
    .map(({ member }) => member.user);
}

/** Frames of this neighbour that were dropped, by kind. */
export function droppedBy(self: TestPeer, user: string): Readonly<Record<string, number>> {
  return self.peer.status().links.find(({ member }) => member.user === user)?.dropped ?? {};
}
