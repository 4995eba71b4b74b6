import { firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createNodeNetwork } from '../../src/io/node/node-network.ts';
import { systemClock } from '../../src/io/node/system-clock.ts';
import { ROOM_SERVER_LIMITS } from '../../src/limits/room-server.ts';
import { decode } from '../../src/protocol/decode.ts';
import { MemoryRegistry } from '../../src/room-server/registry/memory-registry.ts';
import { fillRoom } from './tools/big-room.ts';
import { ServerWorld } from './tools/world.ts';
import { replay, secondsOf, TRANSCRIPT } from './transcript/transcript.ts';

const LOCALHOST = { host: '127.0.0.1', port: 0 };
const JOIN_ALICE = 'J:room:alice:127.0.0.1:5001::\r\n';
const JOIN_BOB = 'J:room:bob:127.0.0.1:5002::\r\n';
/** Longer than any condition is waited for: an unanswered FIN must fail a test, not be covered up. */
const CLOSE_GRACE_MS = 25_000;

let world: ServerWorld;

beforeEach(() => {
  world = new ServerWorld(createNodeNetwork({ closeGraceMs: CLOSE_GRACE_MS }), systemClock);
});

afterEach(() => world.stop());

describe('what was recorded with the original room server, over sockets', () => {
  // A case that lasts less than a second only gave the original time to settle: nothing depends on it.
  const short = TRANSCRIPT.filter((recorded) => secondsOf(recorded) < 1);

  test('21 cases have no long waits', () => {
    expect(short.length).toBe(21);
  });

  test.each(short)('$case', async (recorded) => {
    await world.start(LOCALHOST);
    await replay(recorded, world, () => {});
  });
});

describe('over sockets', () => {
  test('RST removes the member', async () => {
    await world.start(LOCALHOST);
    const alice = await world.open();
    alice.send(JOIN_ALICE);
    await world.until('alice has joined', () => alice.received !== '');
    const bob = await world.open();
    alice.connection.destroy();
    await world.until('the server has noticed', () => world.count('closed') === 1);
    expect(world.events).toContainEqual(
      expect.objectContaining({ type: 'closed', reason: expect.objectContaining({ kind: 'broken' }) }),
    );
    bob.send(JOIN_BOB);
    await world.until('bob has joined', () => bob.received !== '');
    expect(bob.received).toBe('M:15184416133631861659:bob:127.0.0.1:5002::\r\n');
  });

  test('a request in many segments and many requests in one are answered in order', async () => {
    await world.start(LOCALHOST);
    const client = await world.open();
    for (const character of JOIN_ALICE) client.send(character);
    client.send(`${'L::\r\n'.repeat(100)}x::\r\n`);
    const answers =
      `M:4184148821156573415:alice:127.0.0.1:5001::\r\n${'G:room::\r\n'.repeat(100)}` +
      'F:Unknown message - Unknown request!!::\r\n';
    await world.until('all is answered', () => client.received.length >= answers.length);
    expect(client.received).toBe(answers);
  });

  test('a client that sends on and on without an end mark gets its F, then EOF', async () => {
    await world.start(LOCALHOST);
    const client = await world.open();
    client.send('x'.repeat(1_000_000));
    await world.until('EOF', () => client.closed !== undefined);
    expect(client.received).toBe('F:Unknown message - Unknown request!!::\r\n');
    expect(client.closed).toEqual({ kind: 'ended' });
  });

  test('a room of 10,000 members is sent whole', async () => {
    const registry = new MemoryRegistry(ROOM_SERVER_LIMITS);
    fillRoom(registry, 'room', 9_999, systemClock.now());
    await world.start(LOCALHOST, { registry });
    const client = await world.open();
    client.send(JOIN_ALICE);
    await world.until('the M has come', () => client.received.endsWith('::\r\n'));
    const members = decode(Buffer.from(client.received, 'latin1'));
    expect(members?.kind === 'MEMBERS' && members.members.length).toBe(10_000);
  });

  test('a client that asks and asks and does not read is torn down', async () => {
    const registry = new MemoryRegistry(ROOM_SERVER_LIMITS);
    fillRoom(registry, 'room', 9_999, systemClock.now());
    await world.start(LOCALHOST, { registry });
    const network = createNodeNetwork({ closeGraceMs: CLOSE_GRACE_MS });
    // Nobody subscribes to its bytes, so its socket is not read.
    const deaf = await firstValueFrom(network.connect(world.server.address, 5_000));
    const replyBytes = 220_000;
    const requests = Math.ceil((2 * ROOM_SERVER_LIMITS.replyQueueMaxBytes) / replyBytes);
    deaf.write(Buffer.from(JOIN_ALICE.repeat(requests), 'latin1'));
    await world.until('it is torn down', () => world.count('closed') === 1);
    expect(world.count('stalled')).toBe(1);
    expect(world.server.connectionCount).toBe(0);
    deaf.destroy();
  });
});
