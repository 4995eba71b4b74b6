/**
 * The connections to a store as RedisStore sees them, whichever kind of store it is; and what the clients of
 * all kinds are made with.
 */
import { defineScript, ErrorReply } from 'redis';
import type { RoomServerLimits } from '../../../limits/room-server.ts';
import type { ScriptName } from '../scripts/scripts.ts';
import type { StoreAddress } from './store-url.ts';

/** The bounds of the connections. */
export type StoreClientLimits = Pick<
  RoomServerLimits,
  'storeConnectMs' | 'storePingMs' | 'storeSilenceMs' | 'storeCommandsMax' | 'storeTopologyMs'
>;

/**
 * What a client is made of, and whom it tells. A node is `HOST:PORT`, or the store's name where it is one.
 */
export interface StoreClientOptions {
  readonly address: StoreAddress;
  readonly limits: StoreClientLimits;
  readonly scripts: StoreScripts;
  /** The pause before the next attempt to connect, after so many in vain. */
  readonly pauseMs: (retries: number) => number;
  /** Nodes that stand still: not to be waited for. */
  readonly suspects: ReadonlySet<string>;
  /** A node takes questions (again). */
  readonly onReady: (node: string) => void;
  /** A node takes no questions for now; told with each attempt in vain. */
  readonly onLost: (node: string, error: unknown) => void;
  /** A node has left the store. */
  readonly onGone: (node: string) => void;
  /** A PING was answered with an error: the node is there. */
  readonly onPingRefused: (error: ErrorReply) => void;
  /**
   * These connections will not come to anything (any more): others have to be made.
   * @param suspects nodes that are not to be waited for then; none unless given.
   */
  readonly onStale: (reason: string, suspects?: ReadonlySet<string>) => void;
}

/** Connections that are made when the client is, and come back by themselves until `close`. */
export interface StoreClient {
  /** The node that would be asked about a key, `undefined` while it takes no questions. */
  nodeOf(key: string): string | undefined;
  /** Asks the node of the key. */
  run(script: ScriptName, key: string, words: readonly string[]): Promise<unknown>;
  /** What a node says of its memory (INFO memory). */
  memoryInfo(node: string): Promise<string>;
  /** Called again and again while a node is lost: looks whether that is so, and whether it was replaced. */
  look(lost: ReadonlySet<string>): Promise<void>;
  /** Ends all connections at once; what was asked is refused. */
  close(): void;
}

/** What the client library gives a command to write itself with. */
interface CommandParser {
  pushKey(key: string): void;
  push(...words: string[]): void;
}

/**
 * The functions of the store as commands of the client library, which sends the Lua where the store does not
 * have it. They hold nothing: the library takes clients for alike whose commands read the same.
 */
export function defineScripts(lua: Readonly<Record<ScriptName, string>>) {
  const define = (name: ScriptName) =>
    defineScript({
      SCRIPT: lua[name],
      NUMBER_OF_KEYS: 1,
      parseCommand: (parser: CommandParser, key: string, words: readonly string[]) => {
        parser.pushKey(key);
        parser.push(...words);
      },
      transformReply: (reply: unknown) => reply,
    });
  const names = Object.keys(lua) as ScriptName[];
  return Object.fromEntries(names.map((name) => [name, define(name)])) as Record<
    ScriptName,
    ReturnType<typeof define>
  >;
}

/** See `defineScripts`. */
export type StoreScripts = ReturnType<typeof defineScripts>;

/** What every connection to a node is made with. */
export function nodeOptions({ address, limits, pauseMs }: StoreClientOptions) {
  const { username, password, isTls } = address;
  const socket = {
    connectTimeout: limits.storeConnectMs,
    socketTimeout: limits.storeSilenceMs,
    reconnectStrategy: pauseMs,
  };
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    disableOfflineQueue: true,
    commandsQueueMaxLength: limits.storeCommandsMax,
    pingInterval: limits.storePingMs,
    maintNotifications: 'disabled' as const,
    socket: isTls ? { ...socket, tls: true as const } : socket,
  };
}

/** The watchdog's work; the library's own timer for each command costs as much as the command. */
export const COMMAND_OPTIONS = { timeout: 0 } as const;

/** Tells what an 'error' of a connection is: an answer to a PING, or a loss. */
export function tellError(options: StoreClientOptions, node: string, isReady: boolean, error: unknown): void {
  if (isReady && error instanceof ErrorReply) options.onPingRefused(error);
  else options.onLost(node, error);
}
