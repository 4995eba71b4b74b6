import { describe, expect, test } from 'vitest';
import { ROOM_SERVER_LIMITS } from '../../../src/limits/room-server.ts';
import { MemoryWorld, SERVER_IP } from '../tools/world.ts';
import { replay, TRANSCRIPT } from './transcript.ts';

describe('what was recorded with the original room server, on the network in memory', () => {
  test('there are 28 recorded exchanges', () => {
    expect(new Set(TRANSCRIPT.map((recorded) => recorded.case)).size).toBe(28);
  });

  test.each(TRANSCRIPT)('$case', async (recorded) => {
    // A FIN that the server leaves unanswered must fail the replay, not be covered up by the grace time.
    const world = new MemoryWorld({ closeGraceMs: ROOM_SERVER_LIMITS.memberExpiryMs });
    await world.start({ host: SERVER_IP, port: 32_340 });
    await replay(recorded, world, (seconds) => world.clock.advance(seconds * 1_000));
    expect(world.clock.pending, 'timers left').toBe(0);
  });
});
