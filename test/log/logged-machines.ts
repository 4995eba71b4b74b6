/**
 * The log of one peer's machines, for tests that look at what they do. There is one at a time: the machines
 * of a process register in one place.
 */

import { stateWords } from '../../src/log/plain.ts';
import { RoomLog } from '../../src/log/room-log.ts';
import { ServiceRegistry } from '../../src/log/service-registry.ts';
import { describeEvent } from '../../src/machines/event-of.ts';
import type { Peer } from '../../src/peer/peer-api.ts';

/** An event that a machine has taken. */
export interface Taken {
  readonly actor: string;
  /** Its type and its fields. */
  readonly event: string;
  readonly state: string;
}

const registry = new ServiceRegistry();
registry.install();
let followed: { readonly log: RoomLog; readonly session: string } | undefined;

/**
 * Follows the machines of a peer from before its start; whoever was followed before is not any more.
 * @param peer made with `isInspected`.
 */
export function followMachines(peer: Peer, took: (taken: Taken) => void): void {
  followed?.log.stop();
  if (followed) registry.forgetBelow(followed.session);
  const log = new RoomLog({ nowMs: () => 0, registry });
  followed = { log, session: peer.sessionId };
  log.party('peer').follow(peer);
  log.tellTo((entries) => {
    for (const entry of entries)
      if (entry.type === 'transition')
        took({ actor: entry.actor, event: describeEvent(entry.event), state: stateWords(entry.to) });
  });
}
