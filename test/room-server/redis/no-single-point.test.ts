/**
 * Goal: no process of a store is needed: when the primary of a Sentinel store or a master of a cluster is
 * killed or stands still under load, its replica takes over within seconds, no list is wrong, and nobody is
 * lost for longer than one KEEPALIVE. The rate is a tenth of what docs/ROOM-SERVICE.md states, which
 * bench/room-service/failover.ts measures.
 */
import { describe, expect, test } from 'vitest';
import { roomKey } from '../../../src/room-server/redis/scripts/scripts.ts';
import { hasRedis, type RedisServer } from './tools/redis-server.ts';
import type { ServiceLoad } from './tools/service-load.ts';
import {
  KEEPALIVE_MS,
  REPLACED_WITHIN_MS,
  SHAPE,
  startService,
  type Topology,
} from './tools/service-under-load.ts';
import { ClusterTopology, SentinelTopology } from './tools/topologies.ts';

/** What happens to the node: the end of its process, or that it stands still, its connections open. */
const ENDS = ['kill', 'pause'] as const;

/** What has to hold when a node has been lost and everybody has had answers again. */
function expectWhole(load: ServiceLoad, what: string): void {
  console.log(
    `${what}: ${load.answers} answers, ${load.refusals} refused; longest without an answer ` +
      `${Math.round(load.longestSilenceMs)} ms, longest not listed ${Math.round(load.longestAbsenceMs)} ms`,
  );
  expect([load.wrong, load.missing]).toEqual([[], []]);
  expect(load.longestSilenceMs).toBeLessThan(REPLACED_WITHIN_MS);
  expect(load.longestAbsenceMs).toBeLessThan(1.5 * KEEPALIVE_MS);
}

async function failOver(topology: Topology, node: RedisServer, end: (typeof ENDS)[number], what: string) {
  const { load, servers } = await startService(topology);
  await node[end]();
  await load.untilAllAnswered(2, 2 * REPLACED_WITHIN_MS);
  expectWhole(load, `${what}, ${end}`);
  const groups = await servers[0]?.groups();
  expect(String(groups).split(':').length - 3).toBe(SHAPE.rooms);
}

describe.skipIf(!hasRedis)('a Redis that Sentinels watch', () => {
  test.each(ENDS)('%s of the primary: the replica takes over', async (end) => {
    const topology = await SentinelTopology.start();
    await failOver(topology, topology.primary, end, 'Sentinel');
  });
});

describe.skipIf(!hasRedis)('a cluster', () => {
  test.each(ENDS)('%s of a master: its replica takes over', async (end) => {
    const topology = await ClusterTopology.start(1);
    await failOver(topology, topology.masterOf(roomKey('room0')), end, 'cluster');
  });
});
