/** Goal: what a room server takes is bounded, and who is over a bound is told so in clear text. */
import { describe, expect, test } from 'vitest';
import { StepClock } from '../../src/io/memory/step-clock.ts';
import { ROOM_SERVER_LIMITS } from '../../src/limits/room-server.ts';
import { MemoryRegistry } from '../../src/room-server/registry/memory-registry.ts';
import { RequestQueue } from '../../src/room-server/request-queue.ts';
import { JOIN_ALICE, M_ALICE, Sessions } from './tools/sessions.ts';
import { CLIENT_IP, MemoryWorld, SERVER_IP } from './tools/world.ts';

const AT = { host: SERVER_IP, port: 32_340 };
const JOIN_BOB = 'J:room:bob:127.0.0.1:5002::\r\n';
const OTHER_ROOM = 'J:other:bob:127.0.0.1:5002::\r\n';
const TOO_MANY = 'F:CONNECT message - Too many connections from your address!!::\r\n';

describe('rooms and members', () => {
  test('a room that is full refuses one more, and refreshes those that it has', () => {
    const sessions = new Sessions(new MemoryRegistry({ ...ROOM_SERVER_LIMITS, roomMembersMax: 1 }));
    const { connection } = sessions.open('1');
    connection.receive(`${JOIN_ALICE}${JOIN_BOB}${JOIN_ALICE}`);
    const full = 'F:JOIN message - The chatroom is full!!::\r\n';
    expect(connection.takeWrites()).toEqual([M_ALICE, full, M_ALICE]);
  });

  test('one room too many is refused, and can be had when there is place again', () => {
    const registry = new MemoryRegistry({ ...ROOM_SERVER_LIMITS, roomsMax: 1 });
    const sessions = new Sessions(registry);
    const first = sessions.open('1').connection;
    const second = sessions.open('2').connection;
    first.receive(JOIN_ALICE);
    second.receive(`${OTHER_ROOM}L::\r\n`);
    const tooMany = 'F:JOIN message - There are too many chatrooms!!::\r\n';
    expect(second.takeWrites()).toEqual([tooMany, 'G:room::\r\n']);
    first.hangUp({ kind: 'ended' });
    registry.expire(0);
    second.receive(OTHER_ROOM);
    expect(second.takeWrites()).toEqual([expect.stringContaining(':bob:127.0.0.1:5002::\r\n')]);
  });
});

describe('a share of the rooms', () => {
  test('who makes rooms in a loop has half of them; others find one, also while it goes on', async () => {
    const world = new MemoryWorld();
    await world.start(AT, { limits: { ...ROOM_SERVER_LIMITS, roomsMax: 20 } });
    const tooMany = 'F:JOIN message - There are too many chatrooms!!::\r\n';
    const answers: string[] = [];
    for (let index = 0; index < 30; index += 1) {
      const client = await world.open();
      answers.push(world.ask(client, `J:r${index}:x:127.0.0.1:5002::\r\n`));
      client.connection.end();
      world.settle();
    }
    expect(answers.filter((answer) => answer.startsWith('M:')).length).toBe(10);
    expect(answers.at(-1)).toBe(tooMany);
    const other = await world.open(world.network.host('10.0.0.3'));
    expect(world.ask(other, JOIN_ALICE)).toBe(M_ALICE);
    // The rooms that are empty go with the monitor's next wake, and their places are free again.
    world.clock.advance(ROOM_SERVER_LIMITS.monitorMs);
    expect(world.ask(await world.open(), OTHER_ROOM)).toMatch(/^M:/);
  });

  test('whoever names no address has no share, and 0 is no bound', () => {
    const limits = { ...ROOM_SERVER_LIMITS, roomsMax: 3 };
    for (const [registry, address] of [
      [new MemoryRegistry(limits), undefined],
      [new MemoryRegistry({ ...limits, roomsPerFreeRoomMax: 0 }), '10.0.0.1'],
    ] as const) {
      const join = (room: string) =>
        registry.join(room, { kind: 'JOIN', room, user: 'x', ip: '1.2.3.4', port: 1 }, 0, address);
      expect(['a', 'b', 'c', 'd'].map((room) => join(room).kind)).toEqual([
        ...['added', 'added', 'added', 'too many rooms'],
      ]);
    }
  });
});

describe('connections', () => {
  test('one over the limit of an address gets F and EOF; when another has gone there is place', async () => {
    const world = new MemoryWorld();
    const limits = { ...ROOM_SERVER_LIMITS, connectionsPerAddressMax: 2 };
    await world.start(AT, { limits });
    const first = await world.open();
    await world.open();
    const third = await world.connect();
    world.settle();
    expect(third.received).toBe(TOO_MANY);
    expect(third.closed).toEqual({ kind: 'ended' });
    expect(world.server.connectionCount).toBe(2);
    expect(world.takeEvents().at(-1)).toMatch(/^turned away 10\.0\.0\.2:\d+: too many connections/);
    first.connection.end();
    world.settle();
    expect(world.ask(await world.open(), 'L::\r\n')).toBe('G::\r\n');
  });

  test('another address has places of its own, and so has loopback, without a limit unless one is set', async () => {
    const world = new MemoryWorld();
    await world.start(AT, { limits: { ...ROOM_SERVER_LIMITS, connectionsPerAddressMax: 1 } });
    await world.open();
    const second = await world.connect();
    world.settle();
    expect(second.received).toBe(TOO_MANY);
    const other = await world.connect(world.network.host('10.0.0.3'));
    expect(world.ask(other, 'L::\r\n')).toBe('G::\r\n');
    await world.stop();
    const local = new MemoryWorld();
    const limits = { ...ROOM_SERVER_LIMITS, connectionsPerAddressMax: 1 };
    await local.start({ host: '127.0.0.1', port: 1 }, { limits });
    for (let count = 0; count < 3; count += 1) {
      const client = await local.connect(local.serverNetwork);
      expect(local.ask(client, 'L::\r\n')).toBe('G::\r\n');
    }
  });

  test('one that asks nothing for 10 minutes is closed; a question, well put or not, keeps it', async () => {
    const world = new MemoryWorld();
    await world.start(AT);
    const idle = await world.open(world.network.host(CLIENT_IP));
    const asking = await world.open();
    world.clock.advance(ROOM_SERVER_LIMITS.idleMs / 2);
    expect(world.ask(asking, '?::\r\n')).toContain('Unknown request');
    world.clock.advance(ROOM_SERVER_LIMITS.idleMs / 2 - ROOM_SERVER_LIMITS.monitorMs);
    expect(world.count('idle')).toBe(0);
    world.clock.advance(2 * ROOM_SERVER_LIMITS.monitorMs);
    expect(idle.closed).toEqual({ kind: 'ended' });
    expect(world.ask(asking, 'L::\r\n')).toBe('G::\r\n');
    expect(world.takeEvents()).toContain('#1 has asked nothing for long');
    world.clock.advance(ROOM_SERVER_LIMITS.idleMs + 2 * ROOM_SERVER_LIMITS.monitorMs);
    expect(asking.closed).toEqual({ kind: 'ended' });
  });
});

describe('requests a second', () => {
  test('beyond them answers come later, in order, and none is left out', () => {
    const sessions = new Sessions();
    const { connection } = sessions.open('1');
    const { requestsPerSecondMax } = ROOM_SERVER_LIMITS;
    connection.receive('L::\r\n'.repeat(requestsPerSecondMax));
    connection.receive('L::\r\n'.repeat(49) + JOIN_ALICE);
    expect(connection.takeWrites().length).toBe(requestsPerSecondMax);
    sessions.clock.advance(100);
    expect(connection.takeWrites().length).toBe(10);
    sessions.clock.advance(399);
    expect(connection.takeWrites()).toEqual(Array.from({ length: 39 }, () => 'G::\r\n'));
    sessions.clock.advance(1);
    expect(connection.takeWrites()).toEqual([M_ALICE]);
    expect(sessions.clock.pending).toBe(0);
  });

  test('a client that does not wait for so many answers is torn down and loses its membership', () => {
    const sessions = new Sessions();
    const { connection } = sessions.open('1');
    const { requestsPerSecondMax, requestsWaitingMax } = ROOM_SERVER_LIMITS;
    connection.receive(JOIN_ALICE + 'L::\r\n'.repeat(requestsPerSecondMax - 1 + requestsWaitingMax));
    expect(connection.isDestroyed).toBe(false);
    connection.receive('L::\r\n');
    expect(connection.isDestroyed).toBe(true);
    expect(sessions.takeEvents()).toContain('#1 asks too fast and does not wait');
    expect(sessions.registry.size()).toEqual({ rooms: 1, members: 0 });
    expect(sessions.clock.pending).toBe(0);
  });

  test('what waits when the client has sent FIN is answered at once; what waits at an end of ours is forgotten', () => {
    const sessions = new Sessions();
    const burst = 'L::\r\n'.repeat(ROOM_SERVER_LIMITS.requestsPerSecondMax + 5);
    const leaving = sessions.open('1').connection;
    leaving.receive(burst);
    leaving.takeWrites();
    leaving.hangUp({ kind: 'ended' });
    expect(leaving.takeWrites().length).toBe(5);
    const { connection, session } = sessions.open('2');
    connection.receive(burst);
    connection.takeWrites();
    session.end();
    expect(connection.takeWrites()).toEqual([]);
    expect(connection.isEnded).toBe(true);
    expect(sessions.clock.pending).toBe(0);
  });

  test('0 is no limit', () => {
    const handled: number[] = [];
    const queue = new RequestQueue<number>({
      clock: new StepClock(),
      limits: { requestsPerSecondMax: 0, requestsWaitingMax: 1 },
      handle: (request) => void handled.push(request),
      onOver: () => handled.push(-1),
    });
    const requests = Array.from({ length: 10_000 }, (_, index) => index);
    expect(queue.push(requests, 0)).toBe(true);
    queue.finish();
    queue.finish();
    expect(handled).toEqual([...requests, -1]);
  });
});
