import { firstValueFrom } from 'rxjs';
import { beforeEach, describe, expect, test } from 'vitest';
import { ROOM_SERVER_LIMITS } from '../../src/limits/room-server.ts';
import { decode } from '../../src/protocol/decode.ts';
import { MemoryRegistry } from '../../src/room-server/registry/memory-registry.ts';
import { startRoomServer } from '../../src/room-server/room-server.ts';
import { fillRoom } from './tools/big-room.ts';
import { CLIENT_IP, MemoryWorld, SERVER_IP } from './tools/world.ts';

const AT = { host: SERVER_IP, port: 32_340 };
const JOIN_ALICE = 'J:room:alice:127.0.0.1:5001::\r\n';
const JOIN_BOB = 'J:room:bob:127.0.0.1:5002::\r\n';
const M_ALICE = 'M:4184148821156573415:alice:127.0.0.1:5001::\r\n';
const M_BOB = 'M:15184416133631861659:bob:127.0.0.1:5002::\r\n';
const M_BOB_ALICE = 'M:5486359548435979020:bob:127.0.0.1:5002:alice:127.0.0.1:5001::\r\n';

let world: MemoryWorld;

beforeEach(() => {
  world = new MemoryWorld();
});

describe('starting', () => {
  test('does nothing before it is subscribed, and tells the port that it got', async () => {
    const { serverNetwork: network, clock } = world;
    startRoomServer({ network, clock, limits: ROOM_SERVER_LIMITS, host: SERVER_IP, port: 32_340 });
    await world.start({ host: '0.0.0.0', port: 0 });
    expect(world.server.address.port).toBeGreaterThan(0);
    expect((await world.start(AT)).address).toEqual(AT);
    expect(world.takeEvents()).toContain('listening on 10.0.0.1:32340');
  });

  test('a port in use fails with the NetworkError of the listen, and leaves no timer', async () => {
    await world.start(AT);
    const second = new MemoryWorld();
    const { clock } = second;
    const starting = startRoomServer({
      ...AT,
      network: world.serverNetwork,
      clock,
      limits: ROOM_SERVER_LIMITS,
    });
    await expect(world.settled(firstValueFrom(starting))).rejects.toMatchObject({ kind: 'in use' });
    expect(clock.pending).toBe(0);
  });

  test('unsubscribing before it listens gives up', async () => {
    const { serverNetwork: network, clock } = world;
    const starting = startRoomServer({ ...AT, network, clock, limits: ROOM_SERVER_LIMITS });
    starting.subscribe(() => expect.unreachable('started all the same')).unsubscribe();
    world.settle();
    expect(clock.pending).toBe(0);
    expect((await world.start(AT)).address).toEqual(AT);
  });
});

describe('connections', () => {
  test('two members of one connection go together when it closes', async () => {
    await world.start(AT);
    const both = await world.open();
    expect(world.ask(both, JOIN_ALICE + JOIN_BOB)).toBe(M_ALICE + M_BOB_ALICE);
    const other = await world.open();
    both.connection.end();
    world.settle();
    expect(world.ask(other, JOIN_BOB)).toBe(M_BOB);
    expect(world.ask(other, JOIN_ALICE)).toContain(':alice:127.0.0.1:5001:bob:127.0.0.1:5002::');
  });

  test('RST removes the member at once', async () => {
    await world.start(AT);
    const alice = await world.open();
    world.ask(alice, JOIN_ALICE);
    const bob = await world.open();
    expect(world.ask(bob, JOIN_BOB)).toBe(M_BOB_ALICE);
    alice.connection.destroy();
    world.settle();
    expect(world.ask(bob, JOIN_BOB)).toBe(M_BOB);
    expect(world.events).toContainEqual(
      expect.objectContaining({
        type: 'closed',
        connection: '1',
        reason: expect.objectContaining({ kind: 'broken' }),
      }),
    );
  });

  test('requests that a client sends with its FIN are answered', async () => {
    await world.start(AT);
    const client = await world.open();
    client.send(`${JOIN_ALICE}L::\r\n`);
    client.connection.end();
    world.settle();
    expect(client.take()).toBe(`${M_ALICE}G:room::\r\n`);
  });

  test('a room of 10,000 members is sent whole', async () => {
    const registry = new MemoryRegistry(ROOM_SERVER_LIMITS);
    fillRoom(registry, 'room', 9_999, world.clock.now());
    await world.start(AT, { registry });
    const members = decode(Buffer.from(world.ask(await world.open(), JOIN_ALICE), 'latin1'));
    expect(members?.kind === 'MEMBERS' && members.members.length).toBe(10_000);
  });
});

describe('stopping', () => {
  test('every client gets EOF, nobody can connect any more, no timer is left', async () => {
    const server = await world.start(AT);
    const clients = [await world.open(), await world.open()];
    for (const client of clients) world.ask(client, JOIN_ALICE);
    expect(server.connectionCount).toBe(2);
    world.takeEvents();
    server.stop();
    server.stop();
    world.settle();
    expect(clients.map(({ closed }) => closed)).toEqual([{ kind: 'ended' }, { kind: 'ended' }]);
    expect(world.takeEvents()).toEqual(['#1 closed by us', '#2 closed by us', 'stopped']);
    const late = firstValueFrom(world.clientNetwork.connect(AT, 1_000));
    await expect(world.settled(late)).rejects.toMatchObject({ kind: 'refused' });
    await expect(firstValueFrom(server.stopped)).resolves.toBeUndefined();
    expect([server.connectionCount, world.clock.pending]).toEqual([0, 0]);
  });

  test('without connections it is done at once', async () => {
    const server = await world.start(AT);
    let isStopped = false;
    server.stopped.subscribe({
      complete: () => {
        isStopped = true;
      },
    });
    expect(isStopped).toBe(false);
    server.stop();
    expect(isStopped).toBe(true);
    server.stop();
    expect(world.takeEvents()).toEqual(['listening on 10.0.0.1:32340', 'stopped']);
    expect(world.clock.pending).toBe(0);
  });

  test('a client that the EOF does not reach holds it up for the grace time only', async () => {
    let isCut = false;
    world = new MemoryWorld({
      policy: { isCut: () => isCut },
      closeGraceMs: ROOM_SERVER_LIMITS.closeGraceMs,
    });
    const server = await world.start(AT);
    await world.open(world.network.host(CLIENT_IP));
    isCut = true;
    server.stop();
    world.clock.advance(ROOM_SERVER_LIMITS.closeGraceMs - 1);
    expect(world.count('stopped')).toBe(0);
    world.clock.advance(1);
    expect(world.count('stopped')).toBe(1);
  });

  test('a connection that arrives with the stop is not served', async () => {
    const server = await world.start(AT);
    const opening = firstValueFrom(world.clientNetwork.connect(AT, 1_000));
    world.clock.advance(2); // There and back: connected here, not accepted there yet.
    server.stop();
    const client = await world.settled(opening);
    expect(await firstValueFrom(client.closed)).toMatchObject({ kind: 'broken' });
    expect(world.count('connected')).toBe(0);
  });
});
