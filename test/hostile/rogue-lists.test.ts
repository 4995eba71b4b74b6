/**
 * Goal: a room server that is up to no good makes nobody connect to a host more often than that host's
 * back-off allows, whatever its lists say: the same address under new names, other ports of one host, another
 * list with each KEEPALIVE, lists that nobody has asked for.
 */
import { expect, test } from 'vitest';
import type { DatagramSocket } from '../../src/io/network.ts';
import { PEER_LIMITS } from '../../src/limits/peer.ts';
import { sdbm } from '../../src/protocol/hash-id.ts';
import { members, RawMember, ScriptedServer } from '../actors/tools/raw.ts';
import { PeerWorld, PORT, ROOM, type TestPeer } from '../actors/tools/world.ts';

const TARGET = '10.0.9.9';
const MINUTES = 10;

interface Listed {
  readonly user: string;
  readonly ip: string;
  readonly port: number;
}

/** The M that lists these. */
function listOf(listed: readonly Listed[]): string {
  const body = listed.map(({ user, ip, port }) => `${user}:${ip}:${port}:`).join('');
  return `M:${sdbm(Buffer.from(body))}:${body}:\r\n`;
}

/** A peer in a room whose server says what the test says; and the connects to the target, by port. */
function inRoom(fate: 'ok' | 'refused' = 'ok') {
  let syns = 0;
  const world = new PeerWorld({
    connects: (_from, to) => {
      if (to === TARGET) syns += 1;
      return to === TARGET ? fate : 'ok';
    },
  });
  const server = new ScriptedServer(world);
  const self = world.start('self');
  self.peer.send({ type: 'JOIN', room: ROOM });
  world.clock.advance(10);
  return { world, server, self, syns: () => syns };
}

function own({ name, ip }: TestPeer): Listed {
  return { user: name, ip, port: PORT };
}

/** Dials to one address within so many minutes, each in vain. */
function dialsAllowed(minutes: number): number {
  return Math.ceil((minutes * 60_000) / PEER_LIMITS.searchRetryMs) + 5;
}

test('one address under a new name in every list is dialled as its back-off allows', () => {
  const { world, server, self, syns } = inRoom();
  const target = new RawMember(world, 'target', TARGET).listen();
  target.answer = '';
  server.reply(members(self));
  let socket: DatagramSocket | undefined;
  world.network
    .host('10.0.8.1')
    .bind({ host: '0.0.0.0', port: PORT })
    .subscribe((bound) => {
      socket = bound;
    });
  world.clock.advance(1);
  for (let second = 0; second < MINUTES * 60; second += 1) {
    const names = Array.from({ length: 20 }, (_, at) => `name${second}-${at}`);
    // A stranger that pokes has us ask for a fresh list at any time, and each is another one.
    socket?.send(Buffer.from(`K:${ROOM}:stranger${second}::\r\n`), { host: self.ip, port: PORT });
    world.clock.advance(10);
    server.reply(listOf([own(self), ...names.map((user) => ({ user, ip: TARGET, port: PORT }))]));
    world.clock.advance(980);
  }
  expect(syns()).toBeGreaterThan(5);
  expect(syns()).toBeLessThan(dialsAllowed(MINUTES));
});

test('all ports of one host together are dialled no faster than a peer accepts', () => {
  const { world, server, self, syns } = inRoom('refused');
  world.network.host(TARGET);
  const list = Array.from({ length: 3_000 }, (_, at) => ({ user: `u${at}`, ip: TARGET, port: 1_000 + at }));
  server.reply(listOf([own(self), ...list]));
  const seconds = 120;
  world.clock.advance(seconds * 1_000);
  const { dialsPerHostMax, dialHostIntervalMs } = PEER_LIMITS;
  expect(syns()).toBeGreaterThan(20);
  expect(syns()).toBeLessThanOrEqual(dialsPerHostMax + (seconds * 1_000) / dialHostIntervalMs);
});

test('lists that nobody has asked for are dropped and counted, and lead to no dial', () => {
  const { world, server, self, syns } = inRoom();
  server.reply(members(self));
  for (let at = 0; at < 200; at += 1) {
    server.reply(listOf([own(self), { user: `new${at}`, ip: TARGET, port: 1_000 + at }]));
  }
  world.clock.advance(1_000);
  expect(syns()).toBe(0);
  expect(self.peer.status().members.map(({ user }) => user)).toEqual(['self']);
  expect(self.peer.status().counters['dropped: unexpected']).toBe(200);
  expect(self.lines().filter((line) => line.includes('joined the room'))).toEqual([]);
});

test('of several lists that answer one J the first counts', () => {
  const { world, server, self } = inRoom();
  server.reply(members(self));
  world.clock.advance(20_000);
  const lists = ['one', 'two', 'three'].map((user) => listOf([own(self), { user, ip: TARGET, port: PORT }]));
  server.reply(lists.join(''));
  expect(
    self.peer
      .status()
      .members.map(({ user }) => user)
      .sort(),
  ).toEqual(['one', 'self']);
});

test('a nickname that is listed several times at one address is poked there once', () => {
  const { world, server, self } = inRoom();
  const datagrams: string[] = [];
  self.peer.trace.subscribe((trace) => {
    if (trace.type === 'frames' && trace.via === 'datagram' && trace.direction === 'out')
      datagrams.push(trace.remote);
  });
  const bobs = [TARGET, 'localhost', '10.0.9.8'].map((ip) => ({ user: 'bob', ip, port: PORT }));
  server.reply(listOf([own(self), ...bobs, ...bobs]));
  self.peer.send({ type: 'POKE', name: 'bob' });
  world.clock.advance(3_000);
  expect(datagrams.sort()).toEqual([`10.0.9.8:${PORT}`, `${TARGET}:${PORT}`]);
});
