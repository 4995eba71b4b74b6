import { describe, expect, test } from 'vitest';
import { ROOM_SERVER_LIMITS } from '../../src/limits/room-server.ts';
import type { DepartFrame, JoinFrame } from '../../src/protocol/frames.ts';
import { MemoryRegistry } from '../../src/room-server/registry/memory-registry.ts';
import type {
  ConnectionId,
  DepartOutcome,
  Expiry,
  JoinOutcome,
  Registry,
  RegistrySize,
} from '../../src/room-server/registry/registry.ts';
import { JOIN_ALICE, M_ALICE, Sessions, UNKNOWN } from './tools/sessions.ts';

describe('the end of a connection', () => {
  test.each([{ kind: 'ended' }, { kind: 'broken', message: 'The connection was reset.' }] as const)(
    '$kind: all its members are removed at once',
    (reason) => {
      const sessions = new Sessions();
      const { connection } = sessions.open('1');
      connection.receive(`${JOIN_ALICE}J:room:bob:127.0.0.1:5002::\r\n`);
      const other = sessions.open('2').connection;
      connection.hangUp(reason);
      other.receive('J:room:carol:127.0.0.1:5003::\r\n');
      expect(other.takeWrites()).toEqual([expect.stringMatching(/^M:\d+:carol:127\.0\.0\.1:5003::\r\n$/)]);
      expect(connection.isEnded).toBe(true);
    },
  );

  test('after an end of ours nothing is read: a KEEPALIVE does not bring the member back', () => {
    const sessions = new Sessions();
    const { connection, session } = sessions.open('1');
    connection.receive(JOIN_ALICE);
    session.end();
    expect(connection.isEnded).toBe(true);
    connection.takeWrites();
    connection.receive(JOIN_ALICE);
    expect(connection.takeWrites()).toEqual([]);
    const other = sessions.open('2').connection;
    other.receive('J:room:bob:127.0.0.1:5002::\r\n');
    expect(other.takeWrites()).toEqual(['M:15184416133631861659:bob:127.0.0.1:5002::\r\n']);
  });

  test('a client that asks and does not read is torn down and loses its membership', () => {
    const sessions = new Sessions();
    const { connection } = sessions.open('1');
    connection.receive(JOIN_ALICE);
    connection.queuedBytes = ROOM_SERVER_LIMITS.replyQueueMaxBytes;
    connection.receive('L::\r\n');
    expect(connection.isDestroyed).toBe(false);
    connection.queuedBytes += 1;
    connection.receive('L::\r\nL::\r\n');
    expect(connection.isDestroyed).toBe(true);
    expect(connection.takeWrites()).toEqual([M_ALICE, 'G:room::\r\n']);
    const other = sessions.open('2').connection;
    other.receive('J:room:bob:127.0.0.1:5002::\r\n');
    expect(other.takeWrites()).toEqual(['M:15184416133631861659:bob:127.0.0.1:5002::\r\n']);
  });
});

describe('a registry that answers later', () => {
  /** The memory registry behind a door that opens when the test says so. */
  class SlowRegistry implements Registry {
    readonly #registry = new MemoryRegistry(ROOM_SERVER_LIMITS);
    readonly #waiting: (() => void)[] = [];
    readonly calls: string[] = [];

    groups(): Promise<Buffer> {
      return this.#later('groups', () => this.#registry.groups());
    }
    join(connection: ConnectionId, frame: JoinFrame, nowMs: number): Promise<JoinOutcome> {
      return this.#later('join', () => this.#registry.join(connection, frame, nowMs));
    }
    depart(connection: ConnectionId, frame: DepartFrame): Promise<DepartOutcome> {
      return this.#later('depart', () => this.#registry.depart(connection, frame));
    }
    removeConnection(connection: ConnectionId): Promise<void> {
      return this.#later('removeConnection', () => this.#registry.removeConnection(connection));
    }
    expire(nowMs: number): Promise<Expiry> {
      return this.#later('expire', () => this.#registry.expire(nowMs));
    }
    size(): Promise<RegistrySize> {
      return this.#later('size', () => this.#registry.size());
    }

    /** Lets the oldest call have its answer, and everything that hangs on it happen. */
    async answerOne(): Promise<void> {
      this.#waiting.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }

    #later<T>(name: string, answer: () => T): Promise<T> {
      this.calls.push(name);
      return new Promise((resolve) => this.#waiting.push(() => resolve(answer())));
    }
  }

  test('requests wait for one another, and the removal for the last of them', async () => {
    const registry = new SlowRegistry();
    const { connection } = new Sessions(registry).open('1');
    connection.receive(`L::\r\nBAD::\r\n${JOIN_ALICE}`);
    connection.hangUp({ kind: 'ended' });
    expect(registry.calls).toEqual(['groups']);
    await registry.answerOne();
    expect(connection.takeWrites()).toEqual(['G::\r\n', UNKNOWN]);
    expect(registry.calls).toEqual(['groups', 'join']);
    await registry.answerOne();
    expect(connection.takeWrites()).toEqual([M_ALICE]);
    expect(registry.calls).toEqual(['groups', 'join', 'removeConnection']);
    expect(connection.isEnded).toBe(false);
    await registry.answerOne();
    expect(connection.isEnded).toBe(true);
  });
});

test('a session tells what happens, in order', () => {
  const sessions = new Sessions();
  const { connection } = sessions.open('7');
  connection.receive(`L::\r\n${JOIN_ALICE}${JOIN_ALICE}J:other:alice:127.0.0.1:5001::\r\n`);
  connection.receive('J:room:alice1:27.0.0.1:5001::\r\nD:room:bob:127.0.0.1:5001::\r\n');
  connection.receive('D:other:alice:127.0.0.1:5001::\r\nD:room:alice:127.0.0.1:5001::\r\n');
  connection.hangUp({ kind: 'broken', message: 'The connection was reset.' });
  expect(sessions.takeEvents()).toEqual([
    '#7 connected from 10.0.0.2:40000',
    '#7 listed the rooms',
    '#7 joined room: alice 127.0.0.1:5001',
    '#7 refreshed room: alice 127.0.0.1:5001',
    '#7 refused (JOIN message - Already joined another chatroom!!): "J:other:alice:127.0.0.1:5001::\\r\\n"',
    '#7 refused (JOIN message - Conflict HashID!!): "J:room:alice1:27.0.0.1:5001::\\r\\n"',
    '#7 refused (DEPART message - User not in Chatroom!!): "D:room:bob:127.0.0.1:5001::\\r\\n"',
    '#7 refused (DEPART message - Wrong chatroom!!): "D:other:alice:127.0.0.1:5001::\\r\\n"',
    '#7 departed room: alice 127.0.0.1:5001',
    '#7 closed The connection was reset.',
  ]);
});
