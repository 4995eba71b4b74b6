/**
 * Limits for experiments and tests: the environment variable P2PCHAT_LIMITS, a JSON object such as
 * `{"peer":{"keepaliveMs":500},"roomServer":{"monitorMs":1000}}`. Names and units are those of limits/.
 */

import { CONSOLE_LIMITS, type ConsoleLimits } from '../console/limits.ts';
import { PEER_LIMITS, type PeerLimits } from '../limits/peer.ts';
import { ROOM_SERVER_LIMITS, type RoomServerLimits } from '../limits/room-server.ts';
import { CannotRunError } from '../words/cannot-run.ts';

/** Every limit of the program. */
export interface ProgramLimits {
  readonly peer: PeerLimits;
  readonly roomServer: RoomServerLimits;
  readonly console: ConsoleLimits;
}

/** Name of the environment variable. */
export const LIMITS_VARIABLE = 'P2PCHAT_LIMITS';
const DEFAULTS: ProgramLimits = {
  peer: PEER_LIMITS,
  roomServer: ROOM_SERVER_LIMITS,
  console: CONSOLE_LIMITS,
};

/**
 * The limits that the program runs with.
 * @throws CannotRunError where the variable is set and is not such an object, or names a limit that does not
 * exist.
 */
export function programLimits(env: Readonly<Record<string, string | undefined>>): ProgramLimits {
  const text = env[LIMITS_VARIABLE];
  if (text === undefined || text === '') return DEFAULTS;
  const given = parse(text);
  return {
    peer: overridden(DEFAULTS.peer, given.peer),
    roomServer: overridden(DEFAULTS.roomServer, given.roomServer),
    console: overridden(DEFAULTS.console, given.console),
  };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CannotRunError(`${LIMITS_VARIABLE} is no JSON: ${text}`, { cause });
  }
  if (!isRecord(value)) throw new CannotRunError(`${LIMITS_VARIABLE} is no JSON object: ${text}`);
  for (const key of Object.keys(value)) {
    if (key in DEFAULTS) continue;
    throw new CannotRunError(
      `${LIMITS_VARIABLE} has "${key}", not one of ${Object.keys(DEFAULTS).join(', ')}.`,
    );
  }
  return value;
}

function overridden<Limits extends object>(defaults: Limits, given: unknown = {}): Limits {
  if (!isRecord(given)) throw new CannotRunError(`${LIMITS_VARIABLE} wants an object of limits.`);
  for (const [name, value] of Object.entries(given)) {
    if (!(name in defaults)) throw new CannotRunError(`${LIMITS_VARIABLE}: there is no limit ${name}.`);
    if (typeof value !== 'number' || !(value >= 0)) {
      throw new CannotRunError(`${LIMITS_VARIABLE}: ${name} wants a number that is not negative.`);
    }
  }
  return { ...defaults, ...given };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
