/**
 * The embedded room server: a listener, a session for each connection, and the monitor that wakes every
 * `monitorMs` (PROTOCOL.md, "What a compatible room server answers").
 *
 * Invariants: after `stop` no timer runs, nothing listens, and `stopped` emits when the last connection is
 * over.
 */
import { AsyncSubject, map, type Observable } from 'rxjs';
import type { Clock, Timer } from '../io/clock.ts';
import type { Connection, Endpoint, Listener, Network } from '../io/network.ts';
import type { RoomServerLimits } from '../limits/room-server.ts';
import { isLoopback } from '../protocol/names.ts';
import type { RoomServerEvent } from './events.ts';
import { MemoryRegistry } from './registry/memory-registry.ts';
import type { ConnectionId, Expiry, Registry } from './registry/registry.ts';
import { REFUSALS } from './replies.ts';
import { answered, Session, type SessionPorts } from './session.ts';

/** What a room server is made of. */
interface RoomServerOptions {
  readonly network: Network;
  readonly clock: Clock;
  readonly limits: RoomServerLimits;
  /** Address to listen on: `0.0.0.0` for every one of this machine. */
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** Keeps the rooms; one in this process's memory unless given. */
  readonly registry?: Registry;
  /** Told everything that happens, as it happens; MUST NOT block or throw. */
  readonly onEvent?: (event: RoomServerEvent) => void;
}

/** A room server that listens. */
export interface RunningRoomServer {
  /** Where it listens, with the port that it really got. */
  readonly address: Endpoint;
  /** Connections that are not over yet. */
  readonly connectionCount: number;
  /** Emits once when a stop is complete, also to late subscribers, and completes. */
  readonly stopped: Observable<void>;
  /** Stops listening and sends every client EOF; may be called again. */
  stop(): void;
}

/**
 * Starts a room server: emits it once it listens and completes, or fails with the NetworkError of the listen.
 * Unsubscribing before that gives up; afterwards only `stop` ends it.
 */
export function startRoomServer(options: RoomServerOptions): Observable<RunningRoomServer> {
  const { network, host, port } = options;
  return network.listen({ host, port }).pipe(map((listener) => new RoomServer(listener, options)));
}

class RoomServer implements RunningRoomServer {
  readonly stopped = new AsyncSubject<void>();
  readonly #listener: Listener;
  readonly #ports: SessionPorts;
  readonly #sessions = new Map<ConnectionId, Session>();
  /** How many of them come from each address. */
  readonly #connectionsFrom = new Map<string, number>();
  #lastId = 0;
  #monitor: Timer;
  #isStopping = false;

  constructor(listener: Listener, { clock, limits, registry, onEvent = () => {} }: RoomServerOptions) {
    this.#listener = listener;
    this.#ports = { registry: registry ?? new MemoryRegistry(limits), clock, limits, onEvent };
    onEvent({ type: 'listening', at: listener.local });
    this.#sleep();
    listener.connections.subscribe((connection) => this.#accept(connection));
  }

  get address(): Endpoint {
    return this.#listener.local;
  }

  get connectionCount(): number {
    return this.#sessions.size;
  }

  stop(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#ports.clock.clearTimeout(this.#monitor);
    this.#listener.close();
    if (this.#sessions.size === 0) this.#finishStop();
    else for (const session of [...this.#sessions.values()]) session.end();
  }

  #accept(connection: Connection): void {
    const { host } = connection.remote;
    const others = this.#connectionsFrom.get(host) ?? 0;
    if (others >= this.#connectionsMax(host)) {
      this.#turnAway(connection);
      return;
    }
    this.#connectionsFrom.set(host, others + 1);
    this.#lastId += 1;
    const session = new Session(String(this.#lastId), connection, this.#ports);
    this.#sessions.set(session.id, session);
    session.start();
    connection.closed.subscribe(() => this.#forget(session, host));
  }

  #connectionsMax(host: string): number {
    const { connectionsPerAddressMax, loopbackConnectionsPerAddressMax } = this.#ports.limits;
    const most = isLoopback(host) ? loopbackConnectionsPerAddressMax : connectionsPerAddressMax;
    return most === 0 ? Number.POSITIVE_INFINITY : most;
  }

  #turnAway(connection: Connection): void {
    // Read, because what is left unread when a connection closes may turn its FIN into RST, and the F be
    // lost.
    connection.bytes.subscribe();
    connection.write(REFUSALS.tooManyConnections.bytes);
    connection.end();
    this.#ports.onEvent({ type: 'turned away', remote: connection.remote });
  }

  #forget(session: Session, host: string): void {
    this.#sessions.delete(session.id);
    const others = (this.#connectionsFrom.get(host) ?? 0) - 1;
    if (others > 0) this.#connectionsFrom.set(host, others);
    else this.#connectionsFrom.delete(host);
    if (this.#isStopping && this.#sessions.size === 0) this.#finishStop();
  }

  #finishStop(): void {
    this.#ports.onEvent({ type: 'stopped' });
    this.stopped.next();
    this.stopped.complete();
  }

  #sleep(): void {
    const { clock, limits } = this.#ports;
    this.#monitor = clock.setTimeout(() => this.#wake(), limits.monitorMs);
  }

  #wake(): void {
    this.#sleep();
    const { clock, registry, onEvent } = this.#ports;
    const nowMs = clock.now();
    for (const session of [...this.#sessions.values()]) {
      if (!session.isIdle(nowMs)) continue;
      onEvent({ type: 'idle', connection: session.id });
      session.end();
    }
    answered(registry.expire(nowMs), (expiry) => this.#close(expiry));
  }

  #close(expiry: Expiry): void {
    const { onEvent } = this.#ports;
    for (const { connection, room, member } of expiry.members)
      onEvent({ type: 'expired', connection, room, member });
    for (const room of expiry.rooms) onEvent({ type: 'room removed', room });
    for (const connection of expiry.connections) this.#sessions.get(connection)?.end();
  }
}
