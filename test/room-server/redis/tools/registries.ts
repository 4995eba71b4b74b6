/**
 * Registries of several servers on one Redis, under a clock that the test steps, and one that stands for all
 * of them.
 */
import { createClient, RESP_TYPES } from 'redis';
import { systemClock } from '../../../../src/io/node/system-clock.ts';
import { systemRandom } from '../../../../src/io/node/system-random.ts';
import { ROOM_SERVER_LIMITS, type RoomServerLimits } from '../../../../src/limits/room-server.ts';
import type { DepartFrame, JoinFrame } from '../../../../src/protocol/frames.ts';
import type { RoomServerEvent } from '../../../../src/room-server/events.ts';
import { RedisRegistry } from '../../../../src/room-server/redis/redis-registry.ts';
import { RedisStore } from '../../../../src/room-server/redis/redis-store.ts';
import { createScripts } from '../../../../src/room-server/redis/scripts/scripts.ts';
import type { Store } from '../../../../src/room-server/redis/store.ts';
import type {
  ConnectionId,
  DepartOutcome,
  Expiry,
  JoinOutcome,
  Registry,
  RegistrySize,
  StoreAway,
} from '../../../../src/room-server/registry/registry.ts';

/** Defines the time of the scripts as that of the test. */
export const TEST_CLOCK = `local function now()
  return tonumber(redis.call('GET', '{p2pchat}:test-clock') or '0')
end`;

/** What every key of the program begins with. */
const PREFIX = '{p2pchat}';

/** Stores and registries on one Redis; `close` ends them all. */
export class Registries {
  readonly events: RoomServerEvent[] = [];
  readonly #url: string;
  readonly #stores: RedisStore[] = [];
  /** All servers have one clock: were they asked side by side, one would set it back for another. */
  readonly #turns: Turns = { last: Promise.resolve() };
  #opened: ReturnType<typeof createClient> | undefined;
  #listeners: (() => void)[] = [];

  constructor(url: string) {
    this.#url = url;
  }

  /** Gives the test a connection of its own, to one Redis. */
  async open(): Promise<this> {
    this.#opened = createClient({ url: this.#url });
    // A test that ends its Redis knows.
    this.#opened.on('error', () => {});
    await this.#opened.connect();
    return this;
  }

  get #setter(): ReturnType<typeof createClient> {
    if (!this.#opened) throw new Error('open it first');
    return this.#opened;
  }

  /** Empties the store. */
  async clear(): Promise<void> {
    await this.#setter.flushDb();
  }

  /** The store forgets the functions, as an empty one has. */
  async forgetScripts(): Promise<void> {
    await this.#setter.scriptFlush();
  }

  /** Gives the store any command. */
  ask(...words: string[]): Promise<unknown> {
    return this.#setter.sendCommand(words);
  }

  /** What the store has under a key, for `restore`. */
  async dump(key: string): Promise<Buffer> {
    const client = this.#setter.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
    const dump = await client.dump(key);
    if (!dump) throw new Error(`there is no ${key}`);
    return dump;
  }

  /** Puts what was under a key back there. */
  async restore(key: string, dump: Buffer): Promise<void> {
    await this.#setter.restore(key, 0, dump, { REPLACE: true });
  }

  /** Ends the script that the store is busy with. */
  async killScript(): Promise<void> {
    const client = createClient({ url: this.#url });
    await client.connect();
    await client.sendCommand(['SCRIPT', 'KILL']);
    client.destroy();
  }

  /** The store takes nothing more. */
  async fill(): Promise<void> {
    await this.#setter.configSet({ maxmemory: '1', 'maxmemory-policy': 'noeviction' });
  }

  /** Waits until something that has happened to a store makes the condition true. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#listeners.push(resolve));
  }

  /** A connected store; its time is that of the test unless other scripts are given. */
  async store(
    scripts = createScripts(TEST_CLOCK),
    limits: Partial<RoomServerLimits> = {},
  ): Promise<RedisStore> {
    const store = this.connect(this.#url, scripts, limits);
    await this.until(() => store.epoch > 0);
    return store;
  }

  /** A store that is about to connect. */
  connect(url: string, scripts = createScripts(), limits: Partial<RoomServerLimits> = {}): RedisStore {
    const store = new RedisStore({
      ...{ url, clock: systemClock, random: systemRandom, limits: { ...ROOM_SERVER_LIMITS, ...limits } },
      ...{ scripts, onEvent: (event) => this.onEvent(event) },
    });
    this.#stores.push(store);
    return store;
  }

  /**
   * A registry as a server has one; without the time to settle, which is real time, never taken for gone,
   * however long a test lets it sleep, and without a bound of what a clock may move on by at once.
   */
  on(store: Store, server: string, limits: Partial<RoomServerLimits> = {}): RedisRegistry {
    const patient = {
      ...{ storeSettleMs: 0, storeServerGoneMs: Number.MAX_SAFE_INTEGER },
      storeClockGapMs: Number.MAX_SAFE_INTEGER,
    };
    return new RedisRegistry({
      ...{ store, server, limits: { ...ROOM_SERVER_LIMITS, ...patient, ...limits } },
      onEvent: (event) => this.onEvent(event),
    });
  }

  /** A registry whose time is what it is told, as that of one in memory. */
  stepped(registry: Registry): SteppedRegistry {
    return new SteppedRegistry(registry, this.#turns, async (nowMs) => {
      await this.#setter.set(`${PREFIX}:test-clock`, nowMs);
    });
  }

  onEvent(event: RoomServerEvent): void {
    this.events.push(event);
    for (const resolve of this.#listeners.splice(0)) resolve();
  }

  close(): void {
    for (const store of this.#stores) store.stop();
    if (this.#opened?.isOpen) this.#opened.destroy();
  }
}

/** The last question to a store whose clock is stepped, whichever server was asked. */
interface Turns {
  last: Promise<unknown>;
}

/** Sets the clock of the store before every question that names a time; one question at a time. */
export class SteppedRegistry implements Registry {
  readonly #registry: Registry;
  readonly #setClock: (nowMs: number) => Promise<void>;
  readonly #turns: Turns;

  constructor(registry: Registry, turns: Turns, setClock: (nowMs: number) => Promise<void>) {
    this.#registry = registry;
    this.#turns = turns;
    this.#setClock = setClock;
  }

  /** Resolves behind the answer to what was asked last. */
  async idle(): Promise<void> {
    await this.#turns.last;
  }

  groups(): Promise<Buffer | StoreAway> {
    return this.#inTurn(() => this.#registry.groups());
  }
  join(connection: ConnectionId, frame: JoinFrame, nowMs: number, address?: string): Promise<JoinOutcome> {
    return this.#inTurn(() => this.#registry.join(connection, frame, nowMs, address), nowMs);
  }
  depart(connection: ConnectionId, frame: DepartFrame): Promise<DepartOutcome> {
    return this.#inTurn(() => this.#registry.depart(connection, frame));
  }
  removeConnection(connection: ConnectionId): Promise<void> {
    return this.#inTurn(() => this.#registry.removeConnection(connection));
  }
  expire(nowMs: number): Promise<Expiry> {
    return this.#inTurn(() => this.#registry.expire(nowMs), nowMs);
  }
  size(): Promise<RegistrySize | StoreAway> {
    return this.#inTurn(() => this.#registry.size());
  }

  #inTurn<T>(ask: () => T | Promise<T>, nowMs?: number): Promise<T> {
    const answer = this.#turns.last.then(async () => {
      if (nowMs !== undefined) await this.#setClock(nowMs);
      return ask();
    });
    this.#turns.last = answer;
    return answer;
  }
}

/** Several servers as one registry: a connection is always at the same one, lists are asked for in turn. */
export class Service implements Registry {
  readonly #servers: readonly RedisRegistry[];
  #turn = 0;

  constructor(servers: readonly RedisRegistry[]) {
    this.#servers = servers;
  }

  groups(): Promise<Buffer | StoreAway> {
    this.#turn += 1;
    return this.#at(this.#turn).groups();
  }
  join(connection: ConnectionId, frame: JoinFrame, nowMs = 0, address?: string): Promise<JoinOutcome> {
    return this.#of(connection).join(connection, frame, nowMs, address);
  }
  depart(connection: ConnectionId, frame: DepartFrame): Promise<DepartOutcome> {
    return this.#of(connection).depart(connection, frame);
  }
  removeConnection(connection: ConnectionId): Promise<void> {
    return this.#of(connection).removeConnection(connection);
  }
  /** Whichever wakes first finds the silent members; the others are told of their connections. */
  async expire(): Promise<Expiry> {
    this.#turn += 1;
    const order = this.#servers.map((_, index) => this.#at(this.#turn + index));
    const expiries: Expiry[] = [];
    for (const server of order) expiries.push(await server.expire());
    return {
      members: expiries
        .flatMap(({ members }) => members)
        .map((member) => ({ ...member, connection: member.connection.replace(/^.*\//, '') })),
      connections: expiries.flatMap(({ connections }) => connections),
      rooms: expiries.flatMap(({ rooms }) => rooms),
    };
  }
  size(): Promise<RegistrySize | StoreAway> {
    return this.#at(this.#turn).size();
  }

  #of(connection: ConnectionId): RedisRegistry {
    return this.#at(Number(connection));
  }

  #at(index: number): RedisRegistry {
    const server = this.#servers[index % this.#servers.length];
    if (!server) throw new Error('a service has one server at least');
    return server;
  }
}
