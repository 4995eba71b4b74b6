/// <reference types="node" preserve="true" />
/**
 * `p2pchat/room-server`: a room server in a program's own process (PROTOCOL.md, "What a compatible room
 * server answers").
 */
import { firstValueFrom } from 'rxjs';
import type { Endpoint } from '../io/network.ts';
import { ROOM_SERVER_LIMITS, type RoomServerLimits } from '../limits/room-server.ts';
import { LOOPBACK } from '../protocol/names.ts';
import type { RoomServerEvent } from '../room-server/events.ts';
import { type RunningRoomServer, startRoomServer as start } from '../room-server/room-server.ts';
import { realSurroundings, type Surroundings } from './surroundings.ts';

export type { RoomServerEvent } from '../room-server/events.ts';

/** How a room server is wanted. */
export interface RoomServerOptions {
  /** The address to listen on; 127.0.0.1 by default, which only this computer reaches. */
  readonly host?: string;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Bounds other than those of docs/LIMITS.md. */
  readonly limits?: Partial<RoomServerLimits>;
  /** Told everything that happens, as it happens. MUST NOT throw. */
  readonly onEvent?: (event: RoomServerEvent) => void;
  /** The outside; the real network and clock by default. */
  readonly surroundings?: Surroundings;
}

/** A room server that listens; its members are remembered in memory, and forgotten at its end. */
export class RoomServer implements AsyncDisposable {
  readonly #running: RunningRoomServer;

  constructor(running: RunningRoomServer) {
    this.#running = running;
  }

  /** Where it listens, with the port that it really has. */
  get endpoint(): Endpoint {
    return this.#running.address;
  }

  /** The same as peers are given it: `HOST:PORT`. */
  get address(): string {
    const { host, port } = this.endpoint;
    return `${host}:${port}`;
  }

  /** Connections that are open. */
  get connectionCount(): number {
    return this.#running.connectionCount;
  }

  /** Stops listening and closes its connections. @returns resolves when all of them are over. */
  close(): Promise<void> {
    const stopped = firstValueFrom(this.#running.stopped);
    this.#running.stop();
    return stopped;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Starts a room server. @returns rejects with a NetworkError where the port can't be had. */
export async function startRoomServer(options: RoomServerOptions = {}): Promise<RoomServer> {
  const { host = LOOPBACK, port = 0, limits, onEvent } = options;
  const { network, clock } = options.surroundings ?? realSurroundings(() => {});
  const wanted = { network, clock, limits: { ...ROOM_SERVER_LIMITS, ...limits }, host, port };
  return new RoomServer(await firstValueFrom(start(onEvent ? { ...wanted, onEvent } : wanted)));
}
