/**
 * What a room service can do: refreshes a second of one server in memory, one on Redis and two on Redis, one
 * after the other again and again in the same run, so that a busy machine is busy for all of them; and what
 * each answer costs the servers and Redis in processor time, which is what the arithmetic of
 * docs/ROOM-SERVICE.md goes by.
 *
 *   npm run build && npx tsx bench/room-service/main.ts [rounds] [seconds]
 */
import { Load, type Period, type Shape } from './load.ts';
import { Measured } from './processes.ts';

const [ROUNDS = 7, SECONDS = 1] = process.argv.slice(2).map(Number);
const SHAPES: readonly Shape[] = [
  { name: '1,000 rooms of 10', rooms: 1_000, membersPerRoom: 10, connectionsPerRoom: 1 },
  { name: '100 rooms of 100', rooms: 100, membersPerRoom: 100, connectionsPerRoom: 10 },
  { name: 'one room of 10,000', rooms: 1, membersPerRoom: 10_000, connectionsPerRoom: 100 },
];

/** One way to keep the rooms, with everybody in them. */
interface Setup {
  readonly name: string;
  readonly servers: readonly Measured[];
  readonly redis: Measured | undefined;
  readonly load: Load;
  readonly rounds: Sample[];
}

interface Sample extends Period {
  readonly serverMs: number;
  readonly redisMs: number;
}

async function setUp(shape: Shape, name: string, count: number, isOnRedis: boolean): Promise<Setup> {
  const redis = isOnRedis ? await Measured.redis() : undefined;
  const store = redis ? `redis://127.0.0.1:${redis.port}` : 'memory';
  const servers = await Promise.all(Array.from({ length: count }, () => Measured.roomServer(store)));
  const load = new Load(
    shape,
    servers.map(({ port }) => port),
  );
  await load.fill();
  return { name, servers, redis, load, rounds: [] };
}

function serversMs({ servers }: Setup): number {
  return servers.reduce((sum, server) => sum + server.cpuMs(), 0);
}

async function sample(setup: Setup): Promise<Sample> {
  const before = { server: serversMs(setup), redis: setup.redis?.cpuMs() ?? 0 };
  const period = await setup.load.run(SECONDS);
  const redisMs = (setup.redis?.cpuMs() ?? 0) - before.redis;
  return { ...period, serverMs: serversMs(setup) - before.server, redisMs };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

function row({ name, rounds }: Setup, memory: Setup): string {
  const perSecond = rounds.map(({ answers, seconds }) => answers / seconds);
  const ratios = perSecond.map((value, at) => {
    const reference = memory.rounds[at];
    return reference ? value / (reference.answers / reference.seconds) : Number.NaN;
  });
  const each = (cost: (round: Sample) => number) =>
    median(rounds.map((round) => cost(round) / round.answers));
  const cells = [
    name,
    Math.round(median(perSecond)).toLocaleString('en'),
    `×${median(ratios).toFixed(2)}`,
    Math.round(each(({ bytes }) => bytes)).toLocaleString('en'),
    (median(rounds.map(({ bytes, seconds }) => bytes / seconds)) / 1e6).toFixed(0),
    Math.round(each(({ serverMs }) => serverMs * 1_000)),
    Math.round(each(({ redisMs }) => redisMs * 1_000)),
  ];
  return `| ${cells.join(' | ')} |`;
}

async function measure(shape: Shape): Promise<void> {
  const memory = await setUp(shape, 'one, memory', 1, false);
  const setups = [
    memory,
    await setUp(shape, 'one, Redis', 1, true),
    await setUp(shape, 'two, Redis', 2, true),
  ];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const setup of setups) setup.rounds.push(await sample(setup));
  }
  console.log(`\n${shape.name} (median of ${ROUNDS} interleaved rounds of ${SECONDS} s)\n`);
  console.log('| servers | J/s | against memory | bytes an M | MB/s | server µs a J | Redis µs a J |');
  console.log('|---|---|---|---|---|---|---|');
  for (const setup of setups) console.log(row(setup, memory));
  for (const { load, servers, redis } of setups) {
    load.close();
    for (const server of servers) await server.close();
    await redis?.close();
  }
}

for (const shape of SHAPES) await measure(shape);
