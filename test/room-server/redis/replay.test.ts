import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOM_SERVER_LIMITS } from '../../../src/limits/room-server.ts';
import type { RedisStore } from '../../../src/room-server/redis/redis-store.ts';
import { SERVER_IP } from '../tools/world.ts';
import { replay, TRANSCRIPT } from '../transcript/transcript.ts';
import { hasRedis, RedisServer } from './tools/redis-server.ts';
import { RedisWorld } from './tools/redis-world.ts';
import { Registries } from './tools/registries.ts';

/** As many as the case with the most connections has. */
const SERVERS = Math.max(...TRANSCRIPT.map(({ conns }) => conns.length));

describe.skipIf(!hasRedis)('what was recorded with the original room server, on Redis', () => {
  let redis: RedisServer;
  let registries: Registries;
  const stores: RedisStore[] = [];

  beforeAll(async () => {
    redis = await RedisServer.start();
    registries = await new Registries(redis.url).open();
    for (let index = 0; index < SERVERS; index += 1) stores.push(await registries.store());
  });

  afterAll(async () => {
    registries.close();
    await redis.close();
  });

  async function startWorld(servers: number): Promise<RedisWorld> {
    await registries.clear();
    const own = stores
      .slice(0, servers)
      .map((store, index) => registries.stepped(registries.on(store, `s${index}`)));
    // A FIN that the server leaves unanswered must fail the replay, not be covered up by the grace time.
    const world = new RedisWorld(own, ROOM_SERVER_LIMITS.memberExpiryMs);
    for (const [index, registry] of own.entries()) {
      await world.start({ host: SERVER_IP, port: 32_340 + index }, { registry });
    }
    return world;
  }

  test('some cases have several connections', () => expect(SERVERS).toBeGreaterThan(1));

  describe.each([
    ['at one server', 1],
    ['with each connection at another server', SERVERS],
  ])('%s', (_, servers) => {
    test.each(TRANSCRIPT)('$case', async (recorded) => {
      const world = await startWorld(servers);
      await replay(recorded, world, (seconds) => world.pass(seconds));
      expect(world.clock.pending, 'timers left').toBe(0);
    });
  });
});
