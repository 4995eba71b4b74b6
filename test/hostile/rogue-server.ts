/** A room server that says what the steps of a plan say, to the one peer that has come to it. */
import type { Connection, Endpoint, Listener } from '../../src/io/network.ts';
import { ROOM_SERVER_LIMITS } from '../../src/limits/room-server.ts';
import { type RunningRoomServer, startRoomServer } from '../../src/room-server/room-server.ts';
import type { Arena } from './arena.ts';

export const ROGUE: Endpoint = { host: '10.0.0.2', port: 32_340 };

/** See above. */
export class RogueServer {
  readonly #arena: Arena;
  readonly #listeners: Listener[] = [];

  /** @param adopt takes the connections that come in; what is said on them is its business. */
  constructor(arena: Arena, adopt: (connection: Connection) => void) {
    this.#arena = arena;
    arena.network
      .host(ROGUE.host)
      .listen(ROGUE)
      .subscribe((listener) => {
        this.#listeners.push(listener);
        listener.connections.subscribe(adopt);
      });
    arena.clock.advance(1);
  }

  /** A well-behaved room server takes its place. */
  giveWay(): RunningRoomServer {
    for (const listener of this.#listeners) listener.close();
    let server: RunningRoomServer | undefined;
    startRoomServer({
      network: this.#arena.network.host(ROGUE.host),
      clock: this.#arena.clock,
      limits: ROOM_SERVER_LIMITS,
      ...ROGUE,
    }).subscribe((started) => {
      server = started;
    });
    this.#arena.clock.advance(1);
    if (!server) throw new Error('the room server did not start');
    return server;
  }
}
