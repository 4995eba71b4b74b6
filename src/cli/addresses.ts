/** Where peers on this machine are found when nobody says anything else. */
import { ROOM_SERVER_PORT } from './arguments.ts';

/** For everything that only this machine may reach. */
export const LOOPBACK = '127.0.0.1';

/** More peers than that on one machine name their port. */
const DEFAULT_PORTS_MAX = 1_000;

/** Ports of a peer that are tried, in this order. */
export const DEFAULT_PORTS: readonly number[] = Array.from(
  { length: DEFAULT_PORTS_MAX },
  (_, index) => ROOM_SERVER_PORT + 1 + index,
);
