/**
 * Limits for experiments and tests: the environment variable P2PCHAT_LIMITS, a JSON object such as
 * `{"peer":{"keepaliveMs":500},"roomServer":{"monitorMs":1000}}`. Names and units are those of limits/.
 */

import { CONSOLE_LIMITS, type ConsoleLimits } from '../../console/limits.ts';
import { PEER_LIMITS, type PeerLimits } from '../../limits/peer.ts';
import { ROOM_SERVER_LIMITS, type RoomServerLimits } from '../../limits/room-server.ts';

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
 * The limits that the program runs with. What reads the variable is loaded only where it is set.
 * @throws CannotRunError where the variable is set and is not such an object, or names a limit that does not
 * exist.
 */
export async function programLimits(
  env: Readonly<Record<string, string | undefined>>,
): Promise<ProgramLimits> {
  const text = env[LIMITS_VARIABLE];
  if (text === undefined || text === '') return DEFAULTS;
  const { readLimits } = await import('./limits-schema.ts');
  return readLimits(text, DEFAULTS, LIMITS_VARIABLE);
}
