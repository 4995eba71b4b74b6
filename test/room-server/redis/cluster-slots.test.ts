/**
 * Goal: three masters of a cluster share the rooms evenly, and slots that move under load, with the list of
 * rooms among them and to a node that is new, are noticed by nobody.
 */

import calculateSlot from 'cluster-key-slot';
import { describe, expect, test } from 'vitest';
import type { RedisRegistry } from '../../../src/room-server/redis/redis-registry.ts';
import { ROOMS_KEY, roomKey } from '../../../src/room-server/redis/scripts/scripts.ts';
import { join } from '../registry/registry-helpers.ts';
import { hasRedis } from './tools/redis-server.ts';
import { Registries } from './tools/registries.ts';
import { REPLACED_WITHIN_MS, SHAPE, startService } from './tools/service-under-load.ts';
import { ClusterTopology } from './tools/topologies.ts';

const ROOMS = 10_000;
const JOINS_AT_ONCE = 500;

describe.skipIf(!hasRedis)('three masters', () => {
  test('share 10,000 rooms within a fifth, and slots that move under load are not noticed', async () => {
    const topology = await ClusterTopology.start(0);
    for (const key of [roomKey('room0'), roomKey('a}b'), roomKey('{}'), roomKey('x{y'), ROOMS_KEY])
      expect(calculateSlot(key)).toBe(await topology.slotOf(key));
    await fillAndCount(topology);
    await topology.clear();
    const { servers, load } = await startService(topology);
    const slots = Array.from({ length: SHAPE.rooms }, (_, index) => calculateSlot(roomKey(`room${index}`)));
    const [first = 0, last = 0, ...others] = slots.filter((slot) => topology.ownerOf(slot) === 0);
    let moved = 0;
    for (const slot of others) moved += await topology.moveSlot(slot, 0, 1);
    // To a node that is new, too, which has to learn everything, and for as long as a move may take.
    const added = await topology.addMaster();
    moved += await topology.moveSlot(first, 0, added);
    moved += await topology.moveSlot(last, 0, added, () => load.untilAllAnswered(1, REPLACED_WITHIN_MS));
    // The list of rooms as well, which is asked for by whoever makes a room.
    const making = makeRooms(servers[0] as RedisRegistry);
    const slot = calculateSlot(ROOMS_KEY);
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
