/** Goal: a store that servers share answers as ten lines of model do, whichever of them is asked. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createScripts } from '../../src/room-server/redis/scripts/scripts.ts';
import type { RegistryLimits } from '../../src/room-server/registry/registry.ts';
import { hasRedis, RedisServer } from '../room-server/redis/tools/redis-server.ts';
import { Registries, Service, TEST_CLOCK } from '../room-server/redis/tools/registries.ts';
import { holdToModel } from './registry-model.ts';

/** A play of 60 commands takes some 10 ms on a real store. */
const PLAYS = 150;

describe.skipIf(!hasRedis)('a registry on Redis', () => {
  let redis: RedisServer;
  let registries: Registries;

  beforeAll(async () => {
    redis = await RedisServer.start();
    registries = await new Registries(redis.url).open();
  });

  afterAll(async () => {
    registries.close();
    await redis.close();
  });

  /** Makes services of so many servers on an empty store, each with a connection of its own to it. */
  async function services(count: number, scripts = createScripts(TEST_CLOCK)) {
    const opening = Array.from({ length: count }, () => registries.store(scripts));
    const stores = await Promise.all(opening);
    return async (limits: RegistryLimits) => {
      await registries.clear();
      const servers = stores.map((store, index) => registries.on(store, `s${index}`, limits));
      return registries.stepped(new Service(servers));
    };
  }

  test('of one server answers as the model', async () => {
    await holdToModel(await services(1), PLAYS);
  });

  test('of three servers answers as the model', async () => {
    await holdToModel(await services(3), PLAYS);
  });

  test('is found where a server is not told that a room has lost somebody', async () => {
    const scripts = createScripts(TEST_CLOCK);
    const join = scripts.join
      .replace('elseif known > room.removed and', 'elseif known >= 0 and')
      .replace("entryOf(call('HGET', KEY, '+' .. known)) == knownMark", 'true');
    expect(join).not.toBe(scripts.join);
    const planted = holdToModel(await services(3, { ...scripts, join }), PLAYS);
    await expect(planted).rejects.toThrow('Property failed');
  });

  test('is found where a server is not told of its silent members that another has removed', async () => {
    const scripts = createScripts(TEST_CLOCK);
    const tell = scripts.tell.replace("redis.call('RPUSH', KEYS[1], ARGV[at])", '');
    const planted = holdToModel(await services(3, { ...scripts, tell }), PLAYS);
    await expect(planted).rejects.toThrow('Property failed');
  });

  test('is found where a connection may belong to two rooms', async () => {
    const scripts = createScripts(TEST_CLOCK);
    const owns = scripts.owns.replace('return 1', 'return 0');
    const planted = holdToModel(await services(3, { ...scripts, owns }), PLAYS);
    await expect(planted).rejects.toThrow('Property failed');
  });
});
