/**
 * How long a room service gives no right answers when the primary of its store, or one of three masters, ends
 * or stands still under load: two room servers as they are built, with their own limits, on a Redis with a
 * replica and three Sentinels, or on a cluster of six; a connection for each member, and each list that
 * anybody gets is looked at.
 *
 * The times are what the members see: from the answer before to the next one, the KEEPALIVE included. Exit
 * code 1 where a list is wrong, somebody is missing at the end, or a bound of docs/ROOM-SERVICE.md is not
 * kept. Load, servers and store share one machine: where it can't do the rate that was asked for, the first
 * column says so.
 *
 *   npm run build && npx tsx bench/room-service/failover.ts [requests a second] [rounds]
 *
 * P2PCHAT_TEST_REDIS names another program than redis-server, such as valkey-server.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { roomKey } from '../../src/room-server/redis/scripts/scripts.ts';
import type { RedisServer } from '../../test/room-server/redis/tools/redis-server.ts';
import { ServiceLoad } from '../../test/room-server/redis/tools/service-load.ts';
import { ClusterTopology, SentinelTopology } from '../../test/room-server/redis/tools/topologies.ts';
import { Measured } from './processes.ts';
import { RemoteServer } from './remote-server.ts';

const [RATE = 5_000, ROUNDS = 3] = process.argv.slice(2).map(Number);
const SERVERS = 2;
const MEMBERS_PER_ROOM = 10;
/** A twentieth of what peers have: so one member stands for twenty, and asks within a second. */
const KEEPALIVE_MS = 1_000;
const SHAPE = {
  ...{ rooms: RATE / MEMBERS_PER_ROOM, membersPerRoom: MEMBERS_PER_ROOM },
  ...{ keepaliveMs: KEEPALIVE_MS, monitorMs: 1_000 },
};
/** So long the rate is measured before anything happens. */
const WARM_UP_MS = 3_000;
const PATIENCE_MS = 60_000;
/** What docs/ROOM-SERVICE.md promises; a list that is under way makes an absence longer than a KEEPALIVE. */
const SILENCE_MAX_MS = 10_000;
const ABSENCE_MAX_MS = 1.5 * KEEPALIVE_MS;

type End = 'kill' | 'pause';

interface Store {
  readonly url: string;
  /** The node that will end. */
  readonly node: RedisServer;
  close(): Promise<void>;
}

async function sentinels(): Promise<Store> {
  const topology = await SentinelTopology.start();
  return { url: topology.url, node: topology.primary, close: () => topology.close() };
}

async function cluster(): Promise<Store> {
  const topology = await ClusterTopology.start(1);
  return { url: topology.url, node: topology.masterOf(roomKey('room0')), close: () => topology.close() };
}

/** What one failover has come to; times in ms. */
interface Sample {
  readonly ratePerSecond: number;
  readonly rateDuringPerSecond: number;
  readonly refusals: number;
  readonly silenceMs: number;
  readonly absenceMs: number;
}

async function failOver(start: () => Promise<Store>, end: End): Promise<Sample> {
  const store = await start();
  const servers = await Promise.all(
    Array.from({ length: SERVERS }, () => Measured.roomServer(store.url, {})),
  );
  const remote = servers.map(({ port }) => new RemoteServer(port));
  const load = new ServiceLoad(SHAPE, remote);
  try {
    await load.start();
    await load.untilAllAnswered(1, PATIENCE_MS);
    const ratePerSecond = await rateOf(load, () => delay(WARM_UP_MS));
    if (load.refusals > 0) throw new Error(`${load.refusals} requests were refused before anything ended`);
    load.longestSilenceMs = 0;
    await store.node[end]();
    const rateDuringPerSecond = await rateOf(load, () => load.untilAllAnswered(2, PATIENCE_MS));
    if (load.wrong.length > 0) throw new Error(`wrong: ${load.wrong.join('; ')}`);
    if (load.missing.length > 0) throw new Error(`not listed at the end: ${load.missing.join(', ')}`);
    const { refusals, longestSilenceMs: silenceMs, longestAbsenceMs: absenceMs } = load;
    return { ratePerSecond, rateDuringPerSecond, refusals, silenceMs, absenceMs };
  } finally {
    await load.stop();
    for (const each of remote) each.close();
    for (const server of servers) await server.close();
    await store.close();
  }
}

/** Requests a second, answered by a list or an F, while something goes on. */
async function rateOf(load: ServiceLoad, during: () => Promise<unknown>): Promise<number> {
  const count = () => load.answers + load.refusals;
  const [before, sinceMs] = [count(), performance.now()];
  await during();
  return ((count() - before) / (performance.now() - sinceMs)) * 1_000;
}

function range(values: readonly number[], format: (value: number) => string): string {
  const [least = 0, ...others] = values.toSorted((left, right) => left - right);
  const most = others.at(-1) ?? least;
  return format(least) === format(most) ? format(least) : `${format(least)} to ${format(most)}`;
}

const whole = (value: number) => Math.round(value).toLocaleString('en');
const seconds = (value: number) => `${(value / 1_000).toFixed(1)} s`;

async function measure(what: string, start: () => Promise<Store>, end: End): Promise<void> {
  const samples: Sample[] = [];
  for (let round = 0; round < ROUNDS; round += 1) samples.push(await failOver(start, end));
  const of = (key: keyof Sample) => samples.map((sample) => sample[key]);
  const cells = [
    what,
    range(of('ratePerSecond'), whole),
    range(of('rateDuringPerSecond'), whole),
    range(of('refusals'), whole),
    range(of('silenceMs'), seconds),
    range(of('absenceMs'), seconds),
  ];
  console.log(`| ${cells.join(' | ')} |`);
  const isKept = ({ silenceMs, absenceMs }: Sample) =>
    silenceMs < SILENCE_MAX_MS && absenceMs < ABSENCE_MAX_MS;
  if (!samples.every(isKept)) process.exitCode = 1;
}

const HEAD = [
  'what ends',
  'requests/s before',
  'and meanwhile',
  'F',
  'no right answer for',
  'not listed for',
];
console.log(`| ${HEAD.join(' | ')} |\n|${HEAD.map(() => '---|').join('')}`);
await measure('Sentinel: the primary is killed', sentinels, 'kill');
await measure('Sentinel: the primary stands still', sentinels, 'pause');
await measure('cluster: a master is killed', cluster, 'kill');
await measure('cluster: a master stands still', cluster, 'pause');
