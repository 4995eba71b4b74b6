/**
 * Goal: no process of a store is needed: when the primary of a Sentinel store or a master of a cluster dies
 * under load, its replica takes over within seconds, no list is wrong, and nobody is lost for longer than one
 * KEEPALIVE. The rate is a tenth of what docs/ROOM-SERVICE.md states; P2PCHAT_TEST_RATE (requests a second)
 * sets another one, and has the nodes stand still besides.
 */
import { describe, expect, test } from 'vitest';
import { hashSlot } from '../../../src/room-server/redis/hash-slot.ts';
import type { RedisRegistry } from '../../../src/room-server/redis/redis-registry.ts';
import { createScripts, ROOMS_KEY, roomKey } from '../../../src/room-server/redis/scripts.ts';
import { closeBehindTest } from '../../e2e/teardown.ts';
import { join } from '../registry-helpers.ts';
import { hasRedis } from './redis-server.ts';
import { Registries } from './registries.ts';
import { ServiceLoad } from './service-load.ts';
import { ClusterTopology, SentinelTopology } from './topologies.ts';

const RATE = Number(process.env.P2PCHAT_TEST_RATE || 500);
/** What happens to the node: the end of its process, or that it stands still. */
const ENDS = process.env.P2PCHAT_TEST_RATE ? (['kill', 'pause'] as const) : (['kill'] as const);
const KEEPALIVE_MS = 1_000;
const SHAPE = {
  rooms: RATE / 10,
  membersPerRoom: 10,
  keepaliveMs: KEEPALIVE_MS,
  repeatMs: KEEPALIVE_MS,
  monitorMs: 1_000,
};
/** In the proportion of the KEEPALIVE of 1 s to that of 20 s, but the expiry, which outlives a failover. */
const LIMITS = {
  ...{ storeReconnectMinMs: 50, storeReconnectMaxMs: 500, storeTopologyMs: 500 },
  ...{ storeSettleMs: 2_000, storeClockGapMs: 5_000, memberExpiryMs: 20_000 },
};
const REPLACED_WITHIN_MS = 10_000;
const ROOMS = 10_000;
const JOINS_AT_ONCE = 500;

interface Topology {
  readonly url: string;
  close(): Promise<void>;
}

/** Two servers on a store, and a load on them that runs. */
async function startService(topology: Topology) {
  closeBehindTest(() => topology.close());
  const registries = new Registries(topology.url);
  closeBehindTest(() => registries.close());
  const servers = await Promise.all(
    ['s0', 's1'].map(async (name) => {
      const store = registries.connect(topology.url, createScripts(), LIMITS);
      await registries.until(() => store.epoch > 0);
      return registries.on(store, name, { ...LIMITS, storeServerGoneMs: 60_000 });
    }),
  );
  const load = new ServiceLoad(SHAPE, servers);
  closeBehindTest(() => load.stop());
  await load.start();
  await load.untilAllAnswered(1, REPLACED_WITHIN_MS);
  expect(load.wrong).toEqual([]);
  return { registries, servers, load };
}

/** What has to hold when a node has been lost and everybody has had answers again. */
function expectWhole(load: ServiceLoad, what: string): void {
  console.log(
    `${what}: ${load.answers} answers, ${load.refusals} refused; longest without an answer ` +
      `${Math.round(load.longestSilenceMs)} ms, longest not listed ${Math.round(load.longestAbsenceMs)} ms`,
  );
  expect(load.wrong).toEqual([]);
  expect(load.longestSilenceMs).toBeLessThan(REPLACED_WITHIN_MS);
  expect(load.longestAbsenceMs).toBeLessThan(1.5 * KEEPALIVE_MS);
}

describe.skipIf(!hasRedis)('a Redis that Sentinels watch', () => {
  test.each(ENDS)('%s of the primary: the replica takes over', async (end) => {
    const topology = await SentinelTopology.start();
    const { load, servers } = await startService(topology);
    await topology.primary[end]();
    await load.untilAllAnswered(2, 2 * REPLACED_WITHIN_MS);
    expectWhole(load, `Sentinel, ${end}`);
    const groups = await servers[0]?.groups();
    expect(String(groups).split(':').length - 3).toBe(SHAPE.rooms);
  });
});

describe.skipIf(!hasRedis)('a cluster', () => {
  test.each(ENDS)('%s of a master: its replica takes over', async (end) => {
    const topology = await ClusterTopology.start(1);
    const { load, servers } = await startService(topology);
    await topology.masterOf(roomKey('room0'))[end]();
    await load.untilAllAnswered(2, 2 * REPLACED_WITHIN_MS);
    expectWhole(load, `cluster, ${end}`);
    const groups = await servers[0]?.groups();
    expect(String(groups).split(':').length - 3).toBe(SHAPE.rooms);
  });
});

describe.skipIf(!hasRedis)('three masters', () => {
  test('share 10,000 rooms within a fifth, and slots that move under load are not noticed', async () => {
    const topology = await ClusterTopology.start(0);
    for (const key of [roomKey('room0'), roomKey('a}b'), roomKey('{}'), roomKey('x{y'), ROOMS_KEY])
      expect(hashSlot(key)).toBe(await topology.slotOf(key));
    await fillAndCount(topology);
    await topology.clear();
    const { servers, load } = await startService(topology);
    const slots = Array.from({ length: SHAPE.rooms }, (_, index) => hashSlot(roomKey(`room${index}`)));
    const [first = 0, last = 0, ...others] = slots.filter((slot) => topology.ownerOf(slot) === 0);
    let moved = 0;
    for (const slot of others) moved += await topology.moveSlot(slot, 0, 1);
    // To a node that is new, too, which has to learn everything, and for as long as a move may take.
    const added = await topology.addMaster();
    moved += await topology.moveSlot(first, 0, added);
    moved += await topology.moveSlot(last, 0, added, () => load.untilAllAnswered(1, REPLACED_WITHIN_MS));
    // The list of rooms as well, which is asked for by whoever makes a room.
    const making = makeRooms(servers[0] as RedisRegistry);
    const slot = hashSlot(ROOMS_KEY);
    moved += await topology.moveSlot(slot, topology.ownerOf(slot), added);
    expect(await making).toEqual(new Set(['added']));
    await load.untilAllAnswered(1, REPLACED_WITHIN_MS);
    expect(moved).toBeGreaterThan(SHAPE.rooms / 6);
    expect([load.wrong, load.refusals, load.longestAbsenceMs]).toEqual([[], 0, 0]);
  });
});

/** Makes many rooms, and looks how they are shared. */
async function fillAndCount(topology: ClusterTopology): Promise<void> {
  const registries = new Registries(topology.url);
  const store = registries.connect(topology.url);
  await registries.until(() => store.epoch > 0);
  const server = registries.on(store, 'filler');
  for (let at = 0; at < ROOMS; at += JOINS_AT_ONCE) {
    const joins = Array.from({ length: JOINS_AT_ONCE }, (_, index) => `${at + index}`);
    const outcomes = await Promise.all(joins.map((room) => server.join(room, join('x', room))));
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['added']));
  }
  expect(await server.size()).toEqual({ rooms: ROOMS, members: ROOMS });
  for (const count of await topology.keyCounts()) {
    expect(count).toBeGreaterThan((ROOMS / 3) * 0.8);
    expect(count).toBeLessThan((ROOMS / 3) * 1.2);
  }
  registries.close();
}

/** Makes rooms, one after the other. */
async function makeRooms(server: RedisRegistry): Promise<Set<string>> {
  const kinds = new Set<string>();
  for (let index = 0; index < 50; index += 1)
    kinds.add((await server.join(`late${index}`, join('x', `late${index}`))).kind);
  return kinds;
}
