/** Goal: a store that is away is said to be away, at once; nothing piles up, and it is back by itself. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ROOM_SERVER_LIMITS } from '../../../src/limits/room-server.ts';
import type { RoomServerEvent } from '../../../src/room-server/events.ts';
import { describeRoomServerEvent } from '../../../src/room-server/events.ts';
import type { RedisRegistry } from '../../../src/room-server/redis/redis-registry.ts';
import { type RedisStore, storeName } from '../../../src/room-server/redis/redis-store.ts';
import { createScripts } from '../../../src/room-server/redis/scripts/scripts.ts';
import { depart, join } from '../registry/registry-helpers.ts';
import { hasRedis, RedisServer } from './tools/redis-server.ts';
import { Registries } from './tools/registries.ts';

const AWAY = { kind: 'store away' };
/** So that a test need not wait: short pauses, and a store that stands still is soon given up. */
const SHORT = { storeAnswerMs: 150, storeReconnectMinMs: 10, storeReconnectMaxMs: 40, storeCommandsMax: 5 };

describe.skipIf(!hasRedis)('a Redis that', () => {
  let redis: RedisServer;
  let registries: Registries;
  let store: RedisStore;
  let registry: RedisRegistry;

  beforeEach(async () => {
    redis = await RedisServer.start();
    registries = await new Registries(redis.url).open();
    store = await registries.store(createScripts(), SHORT);
    registry = registries.on(store, 's0', SHORT);
    registries.events.length = 0;
  });

  afterEach(async () => {
    registries.close();
    redis.resume();
    await redis.close();
  });

  function count(type: RoomServerEvent['type']): number {
    return registries.events.filter((event) => event.type === type).length;
  }

  test('has crashed: every question is refused at once, and it is asked again when it is back, empty', async () => {
    const before = await registry.join('1', join('alice'));
    expect(before.kind).toBe('added');
    await redis.kill();
    await registries.until(() => count('store lost') > 0);
    expect(await registry.groups()).toEqual(AWAY);
    expect(await registry.join('1', join('alice'))).toEqual(AWAY);
    expect(await registry.depart('1', depart('alice'))).toBe('store away');
    expect(await registry.size()).toEqual(AWAY);
    expect(await registry.expire()).toEqual({ members: [], connections: [], rooms: [] });
    await registry.removeConnection('1');
    expect([count('store lost'), count('store failed')]).toEqual([1, 6]);
    await redis.start();
    await registries.until(() => count('store back') > 0);
    expect(await registry.groups()).toEqual(Buffer.from('G::\r\n'));
    // Version 2 of the new room is another list than version 2 of the old one.
    const after = await registry.join('2', join('bob'));
    expect(after).toMatchObject({ kind: 'added' });
    expect('members' in after && after.members.toString()).toContain(':bob:127.0.0.1:5001::');
    expect('members' in after && after.members.toString()).not.toContain('alice');
  });

  test('stands still: questions are refused after the time for an answer, and no more than a few wait', async () => {
    redis.pause();
    const askedMs = performance.now();
    const asked = Array.from({ length: SHORT.storeCommandsMax + 3 }, () => registry.groups());
    expect(await Promise.race(asked), 'the queue is full').toEqual(AWAY);
    expect(performance.now() - askedMs).toBeLessThan(SHORT.storeAnswerMs);
    expect(await Promise.all(asked)).toEqual(asked.map(() => AWAY));
    expect(performance.now() - askedMs).toBeLessThan(ROOM_SERVER_LIMITS.storeAnswerMs);
    expect(count('store lost')).toBe(1);
    expect(await registry.groups(), 'at once').toEqual(AWAY);
    redis.resume();
    await registries.until(() => count('store back') > 0);
    expect(await registry.groups()).toEqual(Buffer.from('G::\r\n'));
  });

  test('was away when a connection closed: its members are removed at the next wake behind that', async () => {
    await registry.join('1', join('alice'));
    redis.pause();
    await registry.removeConnection('1');
    redis.resume();
    await registries.until(() => count('store back') > 0);
    expect(await registry.size()).toEqual({ rooms: 1, members: 1 });
    expect((await registry.expire()).rooms).toEqual(['room']);
    expect(await registry.size()).toEqual({ rooms: 0, members: 0 });
  });

  test('has forgotten the scripts gets them again', async () => {
    await registry.join('1', join('alice'));
    await registries.forgetScripts();
    expect((await registry.join('1', join('alice'))).kind).toBe('refreshed');
    expect(count('store failed')).toBe(0);
  });

  test('is full refuses with a reason, and is not taken for lost', async () => {
    await registries.fill();
    expect(await registry.join('1', join('alice'))).toEqual(AWAY);
    expect(registries.events.map(describeRoomServerEvent)).toEqual([
      expect.stringMatching(/^store redis:\/\/127\.0\.0\.1:\d+ refuses: OOM command not allowed/),
      expect.stringMatching(/^store failed: redis:\/\/127\.0\.0\.1:\d+: .*OOM/),
    ]);
  });

  test('was never there: the reason is told once, and it is used as soon as it comes', async () => {
    await redis.kill();
    const early = registries.on(registries.connect(redis.url, createScripts(), SHORT), 's1');
    await registries.until(() => count('store lost') >= 2);
    expect(await early.groups()).toEqual(AWAY);
    await redis.start();
    await registries.until(() => count('store back') >= 2);
    expect(await early.groups()).toEqual(Buffer.from('G::\r\n'));
  });
});

describe.skipIf(!hasRedis)('a Redis with a password', () => {
  const PASSWORD = 'open:sesame';
  const encoded = encodeURIComponent(PASSWORD);
  let redis: RedisServer;
  let registries: Registries;

  beforeEach(async () => {
    redis = await RedisServer.start('--requirepass', PASSWORD);
    registries = new Registries(redis.url);
  });

  afterEach(async () => {
    registries.close();
    await redis.close();
  });

  test('is used with it, in the database of the URL, and no event says it', async () => {
    const url = redis.url.replace('//', `//default:${encoded}@`);
    const store = registries.connect(`${url}/3`);
    await registries.until(() => store.epoch > 0);
    expect(await registries.on(store, 's0').groups()).toEqual(Buffer.from('G::\r\n'));
    expect(store.name).toBe(`${redis.url}/3`);
    expect(JSON.stringify(registries.events)).not.toContain('sesame');
  });

  test('is lost without the right one, with a reason that does not say it', async () => {
    registries.connect(redis.url.replace('//', '//default:barley%3Asesame@'));
    await registries.until(() => registries.events.length > 0);
    expect(registries.events.map(describeRoomServerEvent)).toEqual([
      expect.stringMatching(/^store redis:\/\/127\.0\.0\.1:\d+ lost: WRONGPASS /),
    ]);
    expect(JSON.stringify(registries.events)).not.toContain('sesame');
  });
});

test('the name of a store has neither user nor password in it', () => {
  expect(storeName('rediss://user:secret@store.example:6380/2')).toBe('rediss://store.example:6380/2');
  expect(storeName('redis://127.0.0.1')).toBe('redis://127.0.0.1');
});
