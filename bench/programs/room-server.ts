/** A real room server in a process of its own. */

import { firstValueFrom } from 'rxjs';
import { createNodeNetwork } from '../../src/io/node/node-network.ts';
import { systemClock } from '../../src/io/node/system-clock.ts';
import { ROOM_SERVER_LIMITS } from '../../src/limits/room-server.ts';
import { decode } from '../../src/protocol/decode.ts';
import { encode } from '../../src/protocol/encode.ts';
import type { MemberAddress } from '../../src/protocol/frames.ts';
import { LOOPBACK } from '../../src/protocol/names.ts';
import { MemoryRegistry } from '../../src/room-server/registry/memory-registry.ts';
import { startRoomServer } from '../../src/room-server/room-server.ts';
import { collectGarbage, serve, settings } from '../children/questions.ts';
import { longestMemberOf, memberOf } from '../load/members.ts';

/**
 * `memberExpiryMs`: in place of the real one, where members of a bench are not refreshed.
 * `requestsPerSecondMax`: 0 where a connection is to be answered as fast as it asks; with the real one it is
 * the pacing that is measured.
 */
const limits = {
  ...ROOM_SERVER_LIMITS,
  ...settings<{ memberExpiryMs?: number; requestsPerSecondMax?: number }>(),
};
const registry = new MemoryRegistry(limits);
let refused = 0;
/** The last characters of a room's name. */
const ROOM_TOLD_BY = 5;
const network = createNodeNetwork({ closeGraceMs: limits.closeGraceMs });
const server = await firstValueFrom(
  startRoomServer({
    network,
    clock: systemClock,
    limits,
    host: LOOPBACK,
    port: 0,
    registry,
    onEvent: ({ type }) => {
      if (type === 'refused' || type === 'stalled' || type === 'expired') refused += 1;
    },
  }),
);

/** As short as a connection's own number: the end of the name tells the rooms of a bench apart. */
function ownerOf(room: string, index: number): string {
  return `${room.slice(-ROOM_TOLD_BY)} ${index}`;
}

/**
 * A member of the registry that has no connection of its own; connections of the server have small numbers.
 * Its J is read as one from the network, because what is kept of a member are parts of what was read.
 */
function join(room: string, index: number, member: MemberAddress): void {
  const frame = decode(encode({ kind: 'JOIN', room, ...member }));
  if (frame?.kind !== 'JOIN') throw new Error('what was encoded can not be read');
  registry.join(ownerOf(room, index), frame, systemClock.now());
}

serve(
  { port: server.address.port },
  {
    /** Adds these members to a room, or refreshes them; `isLongest` for names and addresses that are. */
    join: (details) => {
      const member = details.isLongest ? longestMemberOf : memberOf;
      for (let index = Number(details.from); index < Number(details.to); index += 1)
        join(String(details.room), index, member(index));
      return {};
    },
    /** Removes these members again. */
    leave: (details) => {
      for (let index = Number(details.from); index < Number(details.to); index += 1)
        registry.removeConnection(ownerOf(String(details.room), index));
      return {};
    },
    collect: () => {
      collectGarbage();
      const { rss: residentBytes, heapUsed, external } = process.memoryUsage();
      return { residentBytes, heapBytes: heapUsed + external, refused };
    },
  },
);
