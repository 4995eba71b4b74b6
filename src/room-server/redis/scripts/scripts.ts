/**
 * What must happen in one piece in the store, one Lua function each: Redis runs nothing else meanwhile.
 * EVALSHA scripts rather than functions (FUNCTION LOAD): they need no version of their own, every server
 * brings those that it knows, and an empty Redis learns them with the first call. Redis 6.0 or newer, any
 * Valkey; one Redis or a cluster.
 *
 * Invariant: a function touches one key, which it is given: wherever that key is, the function can run there,
 * also while keys are moved from node to node. What belongs to one room is in the slot of that room.
 */
import { ROOM_COMMON, ROOM_SCRIPTS } from './room-scripts.ts';
import { ROOMS_SCRIPTS } from './rooms-scripts.ts';

/** The functions of the store. */
export type ScriptName = keyof typeof ROOM_SCRIPTS | keyof typeof ROOMS_SCRIPTS;

/** The key of the list of rooms, apart from the rooms. */
export const ROOMS_KEY = '{p2pchat}:rooms';
/** The key of the servers that there are. */
export const SERVERS_KEY = '{p2pchat}:servers';

/** The key of a room; the braces make a hash tag of its own, and no name of a room has a colon. */
export function roomKey(room: string): string {
  return `{p2pchat:${room}}:room`;
}

/** The key of what a server is to be told. */
export function toldKey(server: string): string {
  return `{p2pchat:${server}}:told`;
}

/** The time as every script sees it: that of Redis, never a server's. */
const REDIS_TIME = `local function now()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end`;

/**
 * The Lua of every function of the store.
 * @param time defines `now()`, in milliseconds; a test puts a clock that it steps in the place of Redis's
 * own.
 */
export function createScripts(time: string = REDIS_TIME): Readonly<Record<ScriptName, string>> {
  const scripts = [
    ...Object.entries(ROOM_SCRIPTS).map(([name, body]) => [name, `${time}${ROOM_COMMON}${body}`]),
    ...Object.entries(ROOMS_SCRIPTS).map(([name, body]) => [name, `${time}\n${body}`]),
  ];
  return Object.fromEntries(scripts) as Record<ScriptName, string>;
}
