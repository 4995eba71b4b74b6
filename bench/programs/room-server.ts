/** A real room server in a process of its own. */
import { firstValueFrom } from 'rxjs';
import { createNodeNetwork } from '../../src/io/node-network.ts';
import { systemClock } from '../../src/io/system-clock.ts';
import { ROOM_SERVER_LIMITS } from '../../src/limits.ts';
import { MemoryRegistry } from '../../src/room-server/memory-registry.ts';
import { startRoomServer } from '../../src/room-server/room-server.ts';
import { memberOf } from '../load/members.ts';
import { LOOPBACK } from '../load/sockets.ts';
import { collectGarbage, serve, settings } from '../questions.ts';

/**
 * `memberExpiryMs`: in place of the real one, where members of a bench are not refreshed. `requestsPerSecondMax`: 0 where a
 * connection is to be answered as fast as it asks; with the real one it is the pacing that is measured.
 */
const limits = {
  ...ROOM_SERVER_LIMITS,
  ...settings<{ memberExpiryMs?: number; requestsPerSecondMax?: number }>(),
};
const registry = new MemoryRegistry(limits);
let refused = 0;
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

/** Members of the registry that have no connection of their own; connections of the server have small numbers. */
function join(room: string, from: number, to: number): void {
  for (let index = from; index < to; index += 1) {
    registry.join(`${room} ${index}`, { kind: 'JOIN', room, ...memberOf(index) }, systemClock.now());
  }
}

serve(
  { port: server.address.port },
  {
    /** Adds these members to a room, or refreshes them. */
    join: (details) => {
      join(String(details.room), Number(details.from), Number(details.to));
      return {};
    },
    collect: () => {
      collectGarbage();
      const { rss: residentBytes, heapUsed, external } = process.memoryUsage();
      return { residentBytes, heapBytes: heapUsed + external, refused };
    },
  },
);
