import { beforeEach, describe, expect, test } from 'vitest';
import { ROOM_SERVER_LIMITS } from '../../src/limits/room-server.ts';
import { MemoryWorld, SERVER_IP } from './tools/world.ts';

const AT = { host: SERVER_IP, port: 32_340 };
const JOIN_ALICE = 'J:room:alice:127.0.0.1:5001::\r\n';
const M_ALICE = 'M:4184148821156573415:alice:127.0.0.1:5001::\r\n';

let world: MemoryWorld;

beforeEach(() => {
  world = new MemoryWorld();
});

describe('the monitor', () => {
  /** Joins alice so that the server hears of it at this time, and tells when she expires. */
  async function expiryOf(heardMs: number): Promise<number> {
    await world.start(AT);
    const startedMs = world.clock.now() - 10; // `start` lets 10 ms pass behind the listen.
    const alice = await world.open();
    world.clock.advance(startedMs + heardMs - 1 - world.clock.now()); // 1 ms on the way
    world.ask(alice, JOIN_ALICE);
    expect(world.takeEvents()).toContain('#1 joined room: alice 127.0.0.1:5001');
    while (world.count('expired') === 0)
      if (!world.clock.runNext()) throw new Error('the monitor does not run');
    const expiredMs = world.clock.now() - startedMs;
    expect(world.takeEvents()).toEqual(['#1 expired room: alice 127.0.0.1:5001', 'room room removed']);
    world.settle();
    expect(alice.closed).toEqual({ kind: 'ended' });
    return expiredMs;
  }

  test('a member silent for exactly 60 s at a wake is removed at that wake', async () => {
    expect(await expiryOf(20_000)).toBe(80_000);
  });

  test('a member silent for a millisecond less lives until the next wake', async () => {
    expect(await expiryOf(20_001)).toBe(100_000);
  });

  test('connections that never joined do not expire (not before they are idle), members that send KEEPALIVE neither', async () => {
    await world.start(AT);
    const idle = await world.open();
    const alice = await world.open();
    world.ask(alice, JOIN_ALICE);
    for (let round = 0; round < 29; round += 1) {
      world.clock.advance(ROOM_SERVER_LIMITS.monitorMs);
      expect(world.ask(alice, JOIN_ALICE)).toBe(M_ALICE);
    }
    expect(world.ask(idle, 'L::\r\n')).toBe('G:room::\r\n');
    expect(world.count('expired')).toBe(0);
  });

  test('a KEEPALIVE that crosses the EOF of an expiry does not bring the member back', async () => {
    await world.start(AT);
    const alice = await world.open();
    world.ask(alice, JOIN_ALICE);
    while (world.count('expired') === 0) world.clock.runNext();
    alice.send(JOIN_ALICE);
    world.settle();
    expect(alice.received).toBe('');
    expect(world.ask(await world.open(), 'L::\r\n')).toBe('G::\r\n');
  });
});
