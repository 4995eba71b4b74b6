/** Goal: what Prometheus is told is what has happened. */
import { expect, test } from 'vitest';
import { ROOM_SERVER_LIMITS } from '../../src/limits/room-server.ts';
import { RoomServerMetrics } from '../../src/room-server/metrics.ts';
import { MemoryRegistry } from '../../src/room-server/registry/memory-registry.ts';
import type { Registry } from '../../src/room-server/registry/registry.ts';
import { MemoryWorld, SERVER_IP } from './tools/world.ts';

const JOIN_ALICE = 'J:room:alice:127.0.0.1:5001::\r\n';

/** The samples without histogram buckets and times. */
async function samples(metrics: RoomServerMetrics): Promise<string[]> {
  const lines = (await metrics.text()).split('\n');
  return lines.filter((line) => line !== '' && !/^#|_bucket|_sum/.test(line));
}

test('requests by kind and outcome, rooms, members, connections, answers, expiries', async () => {
  const metrics = new RoomServerMetrics();
  const world = new MemoryWorld();
  const book = new MemoryRegistry(ROOM_SERVER_LIMITS);
  const limits = { ...ROOM_SERVER_LIMITS, connectionsPerAddressMax: 2 };
  const onEvent = metrics.onEvent.bind(metrics);
  const server = await world.start(
    { host: SERVER_IP, port: 1 },
    { registry: metrics.measured(book), limits, onEvent },
  );
  metrics.watch(server, book);
  const alice = await world.open();
  world.ask(alice, `${JOIN_ALICE}${JOIN_ALICE}L::\r\nJ:other:alice:127.0.0.1:5001::\r\nJ::\r\n?::\r\n`);
  const bob = await world.open();
  world.ask(
    bob,
    'J:room:bob:127.0.0.1:5002::\r\nD:room:bob:127.0.0.1:5002::\r\nD:room:bob:127.0.0.1:5002::\r\n',
  );
  await world.connect();
  world.settle();
  expect(await samples(metrics)).toEqual([
    'p2pchat_requests_total{kind="join",outcome="added"} 2',
    'p2pchat_requests_total{kind="join",outcome="refreshed"} 1',
    'p2pchat_requests_total{kind="list",outcome="ok"} 1',
    'p2pchat_requests_total{kind="join",outcome="other room"} 1',
    'p2pchat_requests_total{kind="join",outcome="malformed"} 1',
    'p2pchat_requests_total{kind="unknown",outcome="malformed"} 1',
    'p2pchat_requests_total{kind="depart",outcome="ok"} 1',
    'p2pchat_requests_total{kind="depart",outcome="not in room"} 1',
    'p2pchat_requests_total{kind="connect",outcome="too many connections"} 1',
    'p2pchat_answer_seconds_count{kind="join"} 4',
    'p2pchat_answer_seconds_count{kind="list"} 1',
    'p2pchat_answer_seconds_count{kind="depart"} 2',
    'p2pchat_expired_members_total 0',
    'p2pchat_store_errors_total 0',
    'p2pchat_store_losses_total 0',
    'p2pchat_connections 2',
    'p2pchat_rooms 1',
    'p2pchat_members 1',
  ]);
  world.clock.advance(2 * ROOM_SERVER_LIMITS.memberExpiryMs);
  const later = await samples(metrics);
  expect(later).toContain('p2pchat_expired_members_total 1');
  expect(later).toContain('p2pchat_rooms 0');
});

test('while the store is away its troubles are counted, and what only it knows is left out', async () => {
  const metrics = new RoomServerMetrics();
  const away: Pick<Registry, 'size'> = { size: async () => ({ kind: 'store away' }) };
  metrics.watch({ connectionCount: 3 }, away as Registry);
  metrics.onEvent({ type: 'store lost', store: 'redis://h', reason: 'gone' });
  metrics.onEvent({ type: 'store failed', reason: 'gone' });
  const refusal = { asked: 'JOIN', because: 'store away', message: 'no', request: '' } as const;
  metrics.onEvent({ type: 'refused', connection: '1', ...refusal });
  const told = await samples(metrics);
  expect(told).toContain('p2pchat_store_losses_total 1');
  expect(told).toContain('p2pchat_store_errors_total 1');
  expect(told).toContain('p2pchat_requests_total{kind="join",outcome="store away"} 1');
  expect(told).toContain('p2pchat_connections 3');
  expect(told.filter((line) => /rooms|members /.test(line))).toEqual([]);
});
