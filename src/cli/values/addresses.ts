/** Where peers on this machine are found when nobody says anything else. */

/** Default port of a room server (PROTOCOL.md, The program). */
export const ROOM_SERVER_PORT = 32_340;

/** More peers than that on one machine name their port. */
const PORTS_MAX = 1_000;

/** Ports of a peer that are tried, in this order. */
export const DEFAULT_PORTS = portsFrom(ROOM_SERVER_PORT + 1);

/**
 * Those of the demo's peers: away from the others, so that a peer that is started meanwhile gets the port it
 * always gets.
 */
export const DEMO_PORTS = portsFrom(ROOM_SERVER_PORT + 101);

function portsFrom(first: number): readonly number[] {
  return Array.from({ length: PORTS_MAX }, (_, index) => first + index);
}
