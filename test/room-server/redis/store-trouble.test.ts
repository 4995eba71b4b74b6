/**
 * Goal: what goes wrong in a store, or with its clock, concerns nothing else: an error is no loss, a broken
 * record is one record, other data is noticed with the next answer, a step of the clock counts for nothing.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decode } from '../../../src/protocol/decode.ts';
import { describeRoomServerEvent, type RoomServerEvent } from '../../../src/room-server/events.ts';
import type { RedisRegistry } from '../../../src/room-server/redis/redis-registry.ts';
import type { RedisStore } from '../../../src/room-server/redis/redis-store.ts';
import { createScripts, ROOMS_KEY, roomKey } from '../../../src/room-server/redis/scripts/scripts.ts';
import { freePort } from '../../e2e/tools/ports.ts';
import { closeBehindTest } from '../../e2e/tools/teardown.ts';
import { bodyMsid, depart, EXPIRY_MS, join } from '../registry/registry-helpers.ts';
import { nthJoin } from '../tools/big-room.ts';
import { hasRedis, RedisServer } from './tools/redis-server.ts';
import { Registries } from './tools/registries.ts';

const KEEPALIVE_MS = 20_000;
const MINUTE_MS = 60_000;

async function usersAfter(registry: RedisRegistry, user: string): Promise<string[]> {
  const outcome = await registry.join(user, join(user));
  if (!('members' in outcome)) throw new Error(outcome.kind);
  const members = decode(outcome.members);
  if (members?.kind !== 'MEMBERS') throw new Error('not an M');
  expect(members.msid).toBe(bodyMsid(outcome.members));
  return members.members.map((member) => member.user);
}

describe.skipIf(!hasRedis)('a store', () => {
  let redis: RedisServer;
  let registries: Registries;
  let stores: RedisStore[];
  let a: RedisRegistry;
  let b: RedisRegistry;

  beforeAll(async () => {
    redis = await RedisServer.start();
    registries = await new Registries(redis.url).open();
    stores = [await registries.store(), await registries.store()];
  });

  beforeEach(async () => {
    await registries.clear();
    [a, b] = stores.map((store, index) => registries.on(store, `s${index}`)) as [
      RedisRegistry,
      RedisRegistry,
    ];
    registries.events.length = 0;
  });

  afterAll(async () => {
    registries.close();
    await redis.close();
  });

  const ask = (...words: string[]) => registries.ask(...words);

  describe('with other data than before', () => {
    test('FLUSHALL: the next list is that of the new room, though its version is that of the old one', async () => {
      for (const user of ['ann', 'ben']) await usersAfter(a, user);
      await usersAfter(b, 'ben');
      await registries.clear();
      for (const user of ['cleo', 'dan']) await usersAfter(b, user);
      expect(await usersAfter(a, 'ann')).toEqual(['ann', 'dan', 'cleo']);
      expect(await usersAfter(b, 'ben')).toEqual(['ben', 'ann', 'dan', 'cleo']);
      expect(await a.groups()).toEqual(Buffer.from('G:room::\r\n'));
    });

    test('an older room, from a dump or a replica: nobody gets a list without itself, or one of the past', async () => {
      for (const user of ['ann', 'ben']) await usersAfter(a, user);
      const dump = await registries.dump(roomKey('room'));
      await usersAfter(a, 'cleo');
      await usersAfter(b, 'dan');
      await a.removeConnection('ben');
      await registries.restore(roomKey('room'), dump);
      expect(await usersAfter(a, 'ann')).toEqual(['ben', 'ann']);
      expect(await usersAfter(b, 'eve')).toEqual(['eve', 'ben', 'ann']);
      expect(await usersAfter(a, 'cleo')).toEqual(['cleo', 'eve', 'ben', 'ann']);
      expect(await usersAfter(b, 'dan')).toEqual(['dan', 'cleo', 'eve', 'ben', 'ann']);
      expect(await usersAfter(a, 'ann')).toEqual(['dan', 'cleo', 'eve', 'ben', 'ann']);
    });

    test('an older list of rooms: a room with members is entered again, one without is taken out', async () => {
      await a.join('1', join('ann', 'first'));
      const dump = await registries.dump(ROOMS_KEY);
      await a.join('2', join('ben', 'second'));
      await a.removeConnection('1');
      await a.expire();
      expect(String(await b.groups())).toBe('G:second::\r\n');
      await registries.restore(ROOMS_KEY, dump);
      expect(String(await b.groups())).toBe('G:first::\r\n');
      await a.expire();
      expect(String(await b.groups())).toBe('G:second:first::\r\n');
      await a.expire();
      expect(String(await b.groups())).toBe('G:second::\r\n');
    });
  });

  describe('with records that are broken or gone', () => {
    test.each([
      ['the room is gone', ['DEL', roomKey('room')]],
      ['the room is no hash', ['SET', roomKey('room'), 'x']],
      ['the room has no version', ['HDEL', roomKey('room'), 'version']],
      ['the room has a version that is no number', ['HSET', roomKey('room'), 'version', 'x']],
      ['a record of a member', ['HSET', roomKey('room'), '1', 'x']],
      ['a place in the list', ['HSET', roomKey('room'), '+1', 'x']],
      ['a place in the list is gone', ['HDEL', roomKey('room'), '+1']],
      ['a field that nobody knows', ['HSET', roomKey('room'), 'x', 'y']],
      ['the list of rooms is gone', ['DEL', ROOMS_KEY]],
      ['the list of rooms is no hash', ['SET', ROOMS_KEY, 'x']],
      ['an entry of the list of rooms', ['HSET', ROOMS_KEY, '/room', 'x']],
      ['what a server is to be told is no list', ['SET', '{p2pchat:s0}:told', 'x']],
      ['the servers are no hash', ['SET', '{p2pchat}:servers', 'x']],
    ])('%s: all others expire, and who refreshes is listed', async (_, command) => {
      const stepped = registries.stepped(a);
      await stepped.join('ann', join('ann'), 0);
      await stepped.join('ben', join('ben'), 0);
      await stepped.join('silent', join('silent', 'other'), 0);
      await b.join('third', join('silent', 'third'));
      await ask(...command);
      await stepped.join('ann', join('ann'), KEEPALIVE_MS);
      await stepped.join('ben', join('ben'), KEEPALIVE_MS);
      const wakes = [await stepped.expire(EXPIRY_MS), await b.expire()];
      expect(
        wakes
          .flatMap(({ members }) => members)
          .map(({ room }) => room)
          .sort(),
      ).toEqual(['other', 'third']);
      // By now what is broken is gone, and the next KEEPALIVE adds whom that has cost.
      for (const user of ['ann', 'ben']) await stepped.join(user, join(user), EXPIRY_MS);
      expect((await usersAfter(b, 'cleo')).toSorted()).toEqual(['ann', 'ben', 'cleo']);
      await stepped.expire(EXPIRY_MS + KEEPALIVE_MS);
      await stepped.expire(EXPIRY_MS + KEEPALIVE_MS);
      expect(String(await b.groups())).toBe('G:room::\r\n');
      expect(registries.events.filter(({ type }) => type === 'store failed')).toEqual([]);
    });
  });

  describe('whose clock is set', () => {
    /** KEEPALIVEs of one member, another one silent, wakes of the monitor; the clock steps in between. */
    async function play(stepMs: number) {
      const limits = { storeClockGapMs: 30_000 };
      const server = registries.stepped(registries.on(stores[0] as RedisStore, 's0', limits));
      let nowMs = 10 * MINUTE_MS;
      await server.join('faithful', join('faithful'), nowMs);
      await server.join('silent', join('silent'), nowMs);
      const expired: { user: string; afterMs: number }[] = [];
      for (let passedMs = 0; passedMs <= 3 * EXPIRY_MS; passedMs += 10_000) {
        if (passedMs === KEEPALIVE_MS) nowMs += stepMs;
        if (passedMs % KEEPALIVE_MS === 0) {
          await server.join('faithful', join('faithful'), nowMs);
        } else {
          for (const { member } of (await server.expire(nowMs)).members)
            expired.push({ user: member.user, afterMs: passedMs });
        }
        nowMs += 10_000;
      }
      return expired;
    }

    test.each([0, 5, -5, 60, -60, 60 * 24 * 365, -9])(
      'by %i minutes: who refreshes stays, who is silent goes',
      async (minutes) => {
        const expired = await play(minutes * MINUTE_MS);
        expect(expired.map(({ user }) => user)).toEqual(['silent']);
        expect(expired[0]?.afterMs).toBeGreaterThanOrEqual(EXPIRY_MS - 30_000);
        expect(expired[0]?.afterMs).toBeLessThanOrEqual(EXPIRY_MS + 2 * KEEPALIVE_MS);
        const steps = registries.events.filter(({ type }) => type === 'store clock stepped');
        expect(steps.length).toBe(minutes === 0 ? 0 : 1);
      },
    );
  });

  describe('under attack', () => {
    test('a D costs the store as much on a connection with 4,000 members as on one with 40', async () => {
      const usPerDepart = async (connection: string, room: string, count: number) => {
        for (let at = 0; at < count; at += 500)
          await Promise.all(
            Array.from({ length: Math.min(500, count - at) }, (_, index) =>
              a.join(connection, nthJoin(room, at + index)),
            ),
          );
        await ask('CONFIG', 'RESETSTAT');
        for (let index = 0; index < 40; index += 1) {
          const { user, ip, port } = nthJoin(room, index);
          expect(await a.depart(connection, depart(user, room, ip, port))).toBe('departed');
        }
        const stats = String(await ask('INFO', 'commandstats'));
        return Number(/cmdstat_evalsha:.*usec_per_call=([\d.]+)/.exec(stats)?.[1]);
      };
      const few = await usPerDepart('few', 'few', 80);
      expect(await usPerDepart('many', 'many', 4_000)).toBeLessThan(5 * few);
    });

    test('an address has half of the rooms at most, however they live and die; others find one', async () => {
      const limits = { roomsMax: 20 };
      const [greedy, other] = stores.map((store, index) => registries.on(store, `g${index}`, limits));
      const kinds: string[] = [];
      for (let index = 0; index < 30; index += 1) {
        const outcome = await greedy?.join('1', join('x', `r${index}`), 0, '10.0.0.1');
        kinds.push(outcome?.kind ?? '');
        await greedy?.removeConnection('1');
      }
      expect(kinds.filter((kind) => kind === 'added').length).toBe(10);
      expect(kinds.at(-1)).toBe('too many rooms');
      for (const host of ['10.0.0.2', '10.0.0.3']) {
        const outcome = await other?.join(host, join('y', host), 0, host);
        expect(outcome?.kind).toBe('added');
      }
      expect((await greedy?.expire())?.rooms.length).toBe(10);
      expect((await greedy?.join('1', join('x', 'again'), 0, '10.0.0.1'))?.kind).toBe('added');
      expect(await ask('HGET', ROOMS_KEY, '@10.0.0.1')).toBe('1');
    });
  });
});

describe.skipIf(!hasRedis)('a store that answers with errors', () => {
  const SHORT = {
    ...{ storeAnswerMs: 3_000, storeReconnectMinMs: 10, storeReconnectMaxMs: 40, storePingMs: 50 },
    storeLoadingMs: 200,
  };

  async function start(...words: string[]) {
    const redis = await RedisServer.start(...words);
    closeBehindTest(() => redis.close());
    const registries = await new Registries(redis.url).open();
    closeBehindTest(() => registries.close());
    const store = await registries.store(createScripts(), SHORT);
    return { redis, registries, store, registry: registries.on(store, 's0') };
  }

  const told = (registries: Registries, type: RoomServerEvent['type']) =>
    registries.events.filter((event) => event.type === type).map(describeRoomServerEvent);

  test('to its PINGs is not lost: beginning and end are told, once each', async () => {
    const { registries, registry, store } = await start();
    await registry.join('1', join('ann'));
    await registries.ask('ACL', 'SETUSER', 'default', '-ping');
    await registries.until(() => told(registries, 'store refuses').length > 0);
    const untilMs = performance.now() + 5 * SHORT.storePingMs;
    while (performance.now() < untilMs)
      expect((await registry.join('1', join('ann'))).kind).toBe('refreshed');
    expect(store.connectedMs).toBeGreaterThan(0);
    expect(told(registries, 'store refuses')).toEqual([expect.stringMatching(/ refuses: NOPERM /)]);
    expect(told(registries, 'store accepts')).toEqual([]);
    await registries.ask('ACL', 'SETUSER', 'default', '+ping');
    while (told(registries, 'store accepts').length === 0) await registry.join('1', join('ann'));
    expect(told(registries, 'store refuses').length).toBe(1);
    const [accepts] = told(registries, 'store accepts');
    expect(accepts).toMatch(/ answers again: no more NOPERM$/);
    expect(told(registries, 'store lost')).toEqual([]);
  });

  test('because it is busy is not lost', async () => {
    const { registries, registry, store } = await start('--busy-reply-threshold', '50');
    await registry.join('1', join('ann'));
    const busy = registries.ask('EVAL', 'while true do end', '0').catch((error: Error) => error.message);
    await registries.until(() => told(registries, 'store refuses').length > 0);
    for (let count = 0; count < 5; count += 1)
      expect(await registry.join('1', join('ann'))).toEqual({ kind: 'store away' });
    expect(store.connectedMs).toBeGreaterThan(0);
    await registries.killScript();
    expect(await busy).toContain('killed');
    while (told(registries, 'store accepts').length === 0) await registry.join('1', join('ann'));
    expect(told(registries, 'store refuses').length).toBe(1);
    expect(told(registries, 'store accepts').length).toBe(1);
    expect(told(registries, 'store lost')).toEqual([]);
  });

  test.each([
    ['READONLY', []],
    ['MASTERDOWN', ['--replica-serve-stale-data', 'no']],
  ])('of the kind %s is given up and connected to again, until it can be used', async (kind, words) => {
    const { registries, registry, store } = await start(...words);
    await registry.join('1', join('ann'));
    const { epoch } = store;
    await registries.ask('REPLICAOF', '127.0.0.1', String(await freePort()));
    while (store.epoch < epoch + 3) {
      await registry.join('1', join('ann'));
      await new Promise(setImmediate);
    }
    expect(told(registries, 'store refuses')).toEqual([expect.stringContaining(` refuses: ${kind} `)]);
    expect(told(registries, 'store lost')).toEqual([]);
    await registries.ask('REPLICAOF', 'NO', 'ONE');
    while (told(registries, 'store accepts').length === 0) {
      await registry.join('1', join('ann'));
      await new Promise(setImmediate);
    }
    expect(told(registries, 'store refuses').length).toBe(1);
    expect(told(registries, 'store accepts').length).toBe(1);
    expect(told(registries, 'store back').length).toBe(1);
  });

  test('because it is loading is given up when that lasts', async () => {
    const port = await freePort();
    let connections = 0;
    const server = await loadingServer(port, () => {
      connections += 1;
    });
    closeBehindTest(() => void server.close());
    const registries = new Registries(`redis://127.0.0.1:${port}`);
    closeBehindTest(() => registries.close());
    const store = await registries.store(createScripts(), SHORT);
    const registry = registries.on(store, 's0');
    while (connections < 3) {
      expect(await registry.groups()).toEqual({ kind: 'store away' });
      await new Promise(setImmediate);
    }
    expect(told(registries, 'store refuses')).toEqual([expect.stringContaining(' refuses: LOADING ')]);
    expect(told(registries, 'store lost')).toEqual([]);
  });

  test('that may evict rooms is told at each connect, one that may not is not', async () => {
    const { redis, registries } = await start('--maxmemory-policy', 'allkeys-lru');
    await registries.until(() => told(registries, 'store evicts').length === 1);
    expect(told(registries, 'store evicts')[0]).toContain(
      '(maxmemory_policy allkeys-lru): set it to noeviction',
    );
    await redis.kill();
    await redis.start();
    await registries.until(() => told(registries, 'store evicts').length === 2);
    const other = await start();
    await other.registry.groups();
    expect(told(other.registries, 'store evicts')).toEqual([]);
  });
});

/** Answers as a Redis that loads its data: to HELLO and CLIENT as ever, to everything else with LOADING. */
async function loadingServer(port: number, onConnection: () => void): Promise<Server> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    onConnection();
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      for (const [, word] of chunk.toString().matchAll(/\*\d+\r\n\$\d+\r\n(\w+)\r\n/g)) {
        if (word === 'HELLO') socket.write('%1\r\n+proto\r\n:3\r\n');
        else if (word === 'CLIENT') socket.write('+OK\r\n');
        else socket.write('-LOADING Redis is loading the dataset in memory\r\n');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  closeBehindTest(() => {
    for (const socket of sockets) socket.destroy();
  });
  return server;
}
