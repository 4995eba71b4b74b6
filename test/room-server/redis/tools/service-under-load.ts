/** Two servers on a store of several processes with a load on them that runs: 500 J a second. */
import { expect } from 'vitest';
import { createScripts } from '../../../../src/room-server/redis/scripts/scripts.ts';
import { closeBehindTest } from '../../../e2e/tools/teardown.ts';
import { Registries } from './registries.ts';
import { ServiceLoad } from './service-load.ts';

const RATE = 500;
export const KEEPALIVE_MS = 1_000;
export const SHAPE = {
  rooms: RATE / 10,
  membersPerRoom: 10,
  keepaliveMs: KEEPALIVE_MS,
  monitorMs: 1_000,
};
/** In the proportion of the KEEPALIVE of 1 s to that of 20 s, but the expiry, which outlives a failover. */
const LIMITS = {
  ...{ storeReconnectMinMs: 50, storeReconnectMaxMs: 500, storeTopologyMs: 500 },
  ...{ storeSettleMs: 2_000, storeClockGapMs: 5_000, memberExpiryMs: 20_000 },
};
/** So soon everybody has right answers again. */
export const REPLACED_WITHIN_MS = 10_000;

/** A store of several processes. */
export interface Topology {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts both; they are closed behind the test. */
export async function startService(topology: Topology) {
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
