/**
 * The store over the network: Redis or Valkey, by the `redis` client. Its connection comes back by itself,
 * with back-off; what it can't do now it refuses now.
 *
 * Invariants: nothing waits for a store that is away (no offline queue), at most `storeCommandsMax` commands
 * wait for one that is slow; when it has answered none of them for `storeAnswerMs`, the connection is given
 * up with everything that waits on it, and made anew. The password is in no text that leaves this file.
 */
import { createClient, defineScript, ErrorReply } from 'redis';
import type { Clock } from '../../io/clock.ts';
import type { Random } from '../../io/random.ts';
import type { RoomServerLimits } from '../../limits.ts';
import type { RoomServerEvent } from '../events.ts';
import { createScripts, type ScriptName } from './scripts.ts';
import { type Store, StoreAwayError } from './store.ts';
import { Watchdog } from './watchdog.ts';

/** What a store is made of. */
export interface RedisStoreOptions {
  /** `redis://USER:PASSWORD@HOST:PORT/DB` or `rediss://…`; a well-formed one. */
  readonly url: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: Pick<
    RoomServerLimits,
    | 'storeAnswerMs'
    | 'storeConnectMs'
    | 'storeReconnectMinMs'
    | 'storeReconnectMaxMs'
    | 'storeJitterRatio'
    | 'storePingMs'
    | 'storeSilenceMs'
    | 'storeCommandsMax'
  >;
  readonly onEvent: (event: RoomServerEvent) => void;
  /** Instead of the program's own, for tests. */
  readonly scripts?: Readonly<Record<ScriptName, string>>;
}

/** What every key begins with; the hash tag keeps them in one slot. */
const PREFIX = '{p2pchat}';

/** Redis or Valkey, see above. Connects when it is made, and tries until `stop`. */
export class RedisStore implements Store {
  /** Where it is, without user and password. */
  readonly name: string;
  readonly #options: RedisStoreOptions;
  readonly #scripts: Scripts;
  #client: Client;
  #watchdog: Watchdog;
  #epoch = 0;
  #connectedSinceMs: number | undefined;
  /** True from a loss that was told until the store is back; at first nothing was. */
  #isLossTold = false;
  #isStopped = false;

  constructor(options: RedisStoreOptions) {
    this.#options = options;
    this.name = storeName(options.url);
    this.#scripts = defineScripts(options.scripts ?? createScripts());
    this.#client = this.#open();
    this.#watchdog = this.#watch();
  }

  get epoch(): number {
    return this.#epoch;
  }

  get connectedMs(): number {
    return this.#connectedSinceMs === undefined ? 0 : this.#options.clock.now() - this.#connectedSinceMs;
  }

  async run(script: ScriptName, words: readonly string[]): Promise<unknown> {
    const client = this.#client;
    const watchdog = this.#watchdog;
    if (!client.isReady) throw new StoreAwayError(`${this.name} is not connected`);
    watchdog.asked();
    try {
      const reply = await client[script](PREFIX, words);
      watchdog.answered();
      return reply;
    } catch (cause) {
      if (cause instanceof ErrorReply) watchdog.answered();
      else watchdog.refused();
      throw new StoreAwayError(`${this.name}: ${reasonOf(cause)}`, { cause });
    }
  }

  /** Closes the connection; nothing can be run any more. */
  stop(): void {
    this.#isStopped = true;
    this.#drop();
  }

  #open(): Client {
    const { url, limits } = this.#options;
    const client = createRedisClient(url, limits, this.#scripts, (retries) => this.#pauseMs(retries));
    client.on('ready', () => this.#onReady());
    client.on('error', (error) => this.#onLost(client, reasonOf(error)));
    // It fails only when it is given up here; everything else is an 'error', and another attempt.
    client.connect().catch(() => {});
    return client;
  }

  #pauseMs(retries: number): number {
    const { limits, random } = this.#options;
    const fullMs = Math.min(limits.storeReconnectMaxMs, limits.storeReconnectMinMs * 2 ** retries);
    return Math.round(fullMs * (1 - limits.storeJitterRatio * random.next()));
  }

  #onReady(): void {
    this.#epoch += 1;
    this.#connectedSinceMs = this.#options.clock.now();
    this.#isLossTold = false;
    this.#options.onEvent({ type: 'store back', store: this.name });
  }

  #onLost(client: object, reason: string): void {
    if (client !== this.#client || this.#isStopped) return;
    this.#connectedSinceMs = undefined;
    if (this.#isLossTold) return;
    this.#isLossTold = true;
    this.#options.onEvent({ type: 'store lost', store: this.name, reason });
  }

  #watch(): Watchdog {
    const { clock, limits } = this.#options;
    return new Watchdog(clock, limits.storeAnswerMs, () => this.#giveUp());
  }

  /** The connection stands still: what waits on it waits no longer. */
  #giveUp(): void {
    this.#onLost(this.#client, `no answer for ${this.#options.limits.storeAnswerMs} ms`);
    this.#drop();
    this.#client = this.#open();
    this.#watchdog = this.#watch();
  }

  #drop(): void {
    this.#watchdog.stop();
    this.#connectedSinceMs = undefined;
    if (this.#client.isOpen) this.#client.destroy();
  }
}

/** What the client gives a command to write itself with. */
interface CommandParser {
  pushKey(key: string): void;
  push(...words: string[]): void;
}

/**
 * The functions of the store as commands of the client, which sends the Lua where the store does not have it.
 * They hold nothing: the client takes clients for alike whose commands read the same.
 */
function defineScripts(lua: Readonly<Record<ScriptName, string>>) {
  const define = (name: ScriptName) =>
    defineScript({
      SCRIPT: lua[name],
      NUMBER_OF_KEYS: 1,
      parseCommand: (parser: CommandParser, prefix: string, words: readonly string[]) => {
        parser.pushKey(prefix);
        parser.push(...words);
      },
      transformReply: (reply: unknown) => reply,
    });
  return {
    groups: define('groups'),
    join: define('join'),
    list: define('list'),
    depart: define('depart'),
    removeConnection: define('removeConnection'),
    expire: define('expire'),
    size: define('size'),
  };
}

type Scripts = ReturnType<typeof defineScripts>;
type Client = ReturnType<typeof createRedisClient>;

function createRedisClient(
  url: string,
  limits: RedisStoreOptions['limits'],
  scripts: Scripts,
  pauseMs: (retries: number) => number,
) {
  return createClient({
    url,
    scripts,
    disableOfflineQueue: true,
    commandsQueueMaxLength: limits.storeCommandsMax,
    pingInterval: limits.storePingMs,
    maintNotifications: 'disabled',
    // The watchdog's work; the client's own timer for each command costs as much as the command.
    commandOptions: { timeout: 0 },
    socket: {
      connectTimeout: limits.storeConnectMs,
      socketTimeout: limits.storeSilenceMs,
      reconnectStrategy: pauseMs,
    },
  });
}

/** Where a store is, as it may be told to everybody: without user and password. */
export function storeName(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname.length > 1 ? pathname : ''}`;
}

/** The sentence of an error; a connect to a name with several addresses fails with one for each. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
