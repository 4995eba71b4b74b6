/**
 * Goal: what several servers on one store owe their members beyond what each answer of a registry has to be.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decode } from '../../../src/protocol/decode.ts';
import type { RedisRegistry } from '../../../src/room-server/redis/redis-registry.ts';
import type { RedisStore } from '../../../src/room-server/redis/redis-store.ts';
import { createScripts, type ScriptName } from '../../../src/room-server/redis/scripts/scripts.ts';
import type { Store } from '../../../src/room-server/redis/store.ts';
import type { Registry } from '../../../src/room-server/registry/registry.ts';
import { bodyMsid, depart, EXPIRY_MS, join } from '../registry/registry-helpers.ts';
import { nthJoin } from '../tools/big-room.ts';
import { hasRedis, RedisServer } from './tools/redis-server.ts';
import { Registries } from './tools/registries.ts';

/** A store whose answers are kept. */
class Watched implements Store {
  readonly answers: unknown[] = [];
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  get epoch(): number {
    return this.#store.epoch;
  }
  get connectedMs(): number {
    return this.#store.connectedMs;
  }

  async run(script: ScriptName, key: string, words: readonly string[]): Promise<unknown> {
    const answer = await this.#store.run(script, key, words);
    this.answers.push(answer);
    return answer;
  }

  /** The list that came with the one question since this was asked last; `undefined` where none came. */
  takeList(): unknown {
    const taken = this.answers.splice(0);
    expect(taken.length, 'round trips').toBe(1);
    return (taken[0] as unknown[])[5];
  }
}

async function frameOf(registry: Registry, connection: string, user: string, nowMs = 0): Promise<Buffer> {
  const outcome = await registry.join(connection, join(user), nowMs);
  if (outcome.kind !== 'added' && outcome.kind !== 'refreshed') throw new Error(outcome.kind);
  return outcome.members;
}

function usersOf(frame: Buffer): string[] {
  const members = decode(frame);
  if (members?.kind !== 'MEMBERS') throw new Error('not an M');
  expect(members.msid).toBe(bodyMsid(frame));
  return members.members.map(({ user }) => user);
}

describe.skipIf(!hasRedis)('registries on one Redis', () => {
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
  });

  afterAll(async () => {
    registries.close();
    await redis.close();
  });

  describe('lists', () => {
    test('a refresh of an unchanged room is one round trip, no list, and the very same Buffer', async () => {
      const watched = new Watched(stores[0] as Store);
      const server = registries.on(watched, 's0');
      const first = await frameOf(server, '1', 'alice');
      watched.answers.length = 0;
      expect(await frameOf(server, '1', 'alice')).toBe(first);
      expect(watched.takeList()).toBeUndefined();
      await server.groups();
      watched.answers.length = 0;
      const groups = await server.groups();
      expect(watched.answers).toEqual([[expect.any(Number), expect.any(String)]]);
      expect(await server.groups()).toBe(groups);
    });

    test('what was added elsewhere comes alone, what was removed makes the list come whole', async () => {
      const watched = new Watched(stores[0] as Store);
      const server = registries.on(watched, 's0');
      for (const user of ['a', 'b', 'c']) await frameOf(server, user, user);
      for (const user of ['d', 'e']) await frameOf(b, user, user);
      watched.answers.length = 0;
      expect(usersOf(await frameOf(server, 'a', 'a'))).toEqual(['e', 'd', 'c', 'b', 'a']);
      expect(watched.takeList()).toEqual([...['4', 'd:127.0.0.1:5001:'], ...['5', 'e:127.0.0.1:5001:']]);
      await b.removeConnection('d');
      expect(usersOf(await frameOf(server, 'a', 'a'))).toEqual(['e', 'c', 'b', 'a']);
      expect((watched.takeList() as string[]).length).toBe(2 * 4);
    });

    test('many who join at once at both servers are all listed, in one order, with one MSID', async () => {
      const names = Array.from({ length: 200 }, (_, index) => `u${index}`);
      await Promise.all(names.map((name, index) => frameOf(index % 2 === 0 ? a : b, name, name)));
      const one = await frameOf(a, 'u0', 'u0');
      expect(await frameOf(b, 'u1', 'u1')).toEqual(one);
      expect(usersOf(one).sort()).toEqual(names.sort());
    });

    test('many who join at once fetch few lists', async () => {
      const watched = new Watched(stores[0] as Store);
      const server = registries.on(watched, 's0');
      const names = Array.from({ length: 200 }, (_, index) => `u${index}`);
      const frames = await Promise.all(names.map((name) => frameOf(server, name, name)));
      const lists = watched.answers.filter((answer) => (answer as unknown[]).length > 5);
      expect(lists.length).toBeLessThan(5);
      expect(usersOf(frames.at(-1) ?? Buffer.of())).toEqual(names.toReversed());
      for (const [index, frame] of frames.entries()) expect(usersOf(frame)).toContain(`u${index}`);
    });

    test('a room that was removed and made anew is not taken for the old one', async () => {
      for (const user of ['alice', 'bob']) await frameOf(a, user, user);
      for (const user of ['alice', 'bob']) await a.removeConnection(user);
      expect((await b.expire()).rooms).toEqual(['room']);
      await frameOf(b, 'x', 'xenia');
      expect(usersOf(await frameOf(a, 'y', 'yuri'))).toEqual(['yuri', 'xenia']);
    });

    test('a room of 3,000 members is listed whole and expires in pieces', async () => {
      const count = 3_000;
      const joins = Array.from({ length: count }, (_, index) => a.join(String(index), nthJoin('big', index)));
      await Promise.all(joins);
      const outcome = await b.join('x', nthJoin('big', 0));
      const users = usersOf(outcome.kind === 'refreshed' ? outcome.members : Buffer.of());
      expect([users.length, users[0], users.at(-1)]).toEqual([count, 'u2999', 'u0']);
      const late = registries.stepped(b);
      const expiry = await late.expire(EXPIRY_MS);
      expect([expiry.members.length, expiry.rooms]).toEqual([count, ['big']]);
      expect((await a.expire()).connections.length).toBe(count);
      expect(await a.size()).toEqual({ rooms: 0, members: 0 });
    });
  });

  describe('servers that come and go', () => {
    test('the members of a crashed server are found silent by whichever wakes first, and removed once', async () => {
      await frameOf(a, '1', 'alice');
      const stepped = registries.stepped(b);
      await stepped.join('1', join('bob'), EXPIRY_MS);
      const both = await Promise.all([b.expire(), registries.on(stores[0] as Store, 's2').expire()]);
      const member = { user: 'alice', ip: '127.0.0.1', port: 5001 };
      expect(both.flatMap(({ members }) => members)).toEqual([{ connection: 's0/1', room: 'room', member }]);
      expect(usersOf(await frameOf(b, '1', 'bob'))).toEqual(['bob']);
    });

    test('a close removes what the connection still owns, whoever has refreshed it elsewhere', async () => {
      await frameOf(a, '1', 'alice');
      await frameOf(b, '1', 'alice');
      await b.removeConnection('1');
      expect(usersOf(await frameOf(b, '2', 'bob'))).toEqual(['bob', 'alice']);
      await a.removeConnection('1');
      expect(usersOf(await frameOf(b, '2', 'bob'))).toEqual(['bob']);
    });

    test('a member whose server is gone belongs to whoever refreshes it after that', async () => {
      const limits = { storeServerGoneMs: EXPIRY_MS };
      const here = registries.stepped(registries.on(stores[1] as Store, 's1', limits));
      await frameOf(a, '1', 'alice');
      await here.join('7', join('alice'), EXPIRY_MS - 1);
      expect(await here.depart('7', depart('alice')), 'not yet').toBe('not in room');
      await here.join('7', join('alice'), EXPIRY_MS);
      await a.removeConnection('1');
      expect(usersOf(await frameOf(b, '2', 'bob'))).toEqual(['bob', 'alice']);
      expect(await here.join('7', join('alice', 'other'), EXPIRY_MS)).toEqual({ kind: 'other room' });
      await here.removeConnection('7');
      expect(usersOf(await frameOf(b, '2', 'bob'))).toEqual(['bob']);
    });

    test('nobody expires before members have had the time to be heard over a new connection', async () => {
      const settling = registries.stepped(
        registries.on(stores[0] as Store, 's0', { storeSettleMs: Number.MAX_SAFE_INTEGER }),
      );
      await settling.join('1', join('alice'), 0);
      expect((await settling.expire(10 * EXPIRY_MS)).members).toEqual([]);
      expect((await b.expire()).members.length).toBe(1);
    });

    test("the time is Redis's own, whatever a server's clock says", async () => {
      const store = await registries.store(createScripts());
      const real: Registry = registries.on(store, 's9', { memberExpiryMs: 100 });
      const joinedMs = Date.now();
      await real.join('1', join('alice'), Number.MAX_SAFE_INTEGER);
      let expiry = await real.expire(0);
      while (expiry.members.length === 0) expiry = await real.expire(0);
      expect(Date.now() - joinedMs).toBeGreaterThanOrEqual(99);
      expect(expiry.connections).toEqual(['1']);
    });
  });
});
