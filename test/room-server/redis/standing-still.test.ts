/**
 * Goal: a node that stands still takes connections and questions, and answers none: whoever connects to a
 * cluster then is not held up by it, wherever in the list of nodes it stands.
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

/** Whichever node a store asks first: of so many some would begin with the one that stands still. */
const STORES = 8;

/** A store of its own: whether it has connected, and the attempts that came to nothing. */
function connect(url: string) {
  let isBack = false;
  const failures: RoomServerEvent[] = [];
  const onEvent = (event: RoomServerEvent) => {
    isBack ||= event.type === 'store back';
    // How long it took is the machine's; that an attempt was in vain first is ours.
    if (event.type === 'store failed') failures.push(event);
  };
  const ports = { clock: systemClock, random: systemRandom, limits: ROOM_SERVER_LIMITS };
  const store = new RedisStore({ url, ...ports, onEvent });
  onTestFinished(() => store.stop());
  return { isBack: () => isBack, failures };
}

test.skipIf(!hasRedis)(
  'every store finds a cluster one of whose masters stood still and was replaced',
  async () => {
    const topology = await ClusterTopology.start(1);
    onTestFinished(() => topology.close());
    topology.masterOf(roomKey('room0')).pause();
    const stores = Array.from({ length: STORES }, () => connect(topology.url));
    await expect.poll(() => stores.every(({ isBack }) => isBack())).toBe(true);
    expect(stores.flatMap(({ failures }) => failures)).toEqual([]);
  },
);
