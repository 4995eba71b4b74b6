/**
 * Goal: a node that stands still takes connections and questions, and answers none: whoever connects to a cluster
 * then is not held up by it, wherever in the list of nodes it stands.
 */
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/io/node/system-clock.ts';
import { systemRandom } from '../../../src/io/node/system-random.ts';
import { ROOM_SERVER_LIMITS } from '../../../src/limits/room-server.ts';
import type { RoomServerEvent } from '../../../src/room-server/events.ts';
import { RedisStore } from '../../../src/room-server/redis/redis-store.ts';
import { roomKey } from '../../../src/room-server/redis/scripts/scripts.ts';
import { hasRedis } from './tools/redis-server.ts';
import { ClusterTopology } from './tools/topologies.ts';

/** A store begins with any of three nodes: of so many some begin with the one that stands still. */
const STORES = 8;
const WITHIN_MS = 10_000;

/** A store of its own, and when it has connected. */
function connect(url: string): { readonly store: RedisStore; readonly isBack: () => boolean } {
  let isBack = false;
  const onEvent = ({ type }: RoomServerEvent) => {
    isBack ||= type === 'store back';
  };
  const ports = { clock: systemClock, random: systemRandom, limits: ROOM_SERVER_LIMITS };
  const store = new RedisStore({ url, ...ports, onEvent });
  onTestFinished(() => store.stop());
  return { store, isBack: () => isBack };
}

test.skipIf(!hasRedis)(
  'every store finds a cluster one of whose masters stood still and was replaced',
  async () => {
    const topology = await ClusterTopology.start(1);
    onTestFinished(() => topology.close());
    topology.masterOf(roomKey('room0')).pause();
    const stores = Array.from({ length: STORES }, () => connect(topology.url));
    await expect.poll(() => stores.every(({ isBack }) => isBack()), { timeout: WITHIN_MS }).toBe(true);
  },
);
