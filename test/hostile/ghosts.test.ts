/**
 * Goal: members that are not there delay nobody for long: silent addresses, deaf members, refused ports, and
 * addresses that no host has, by the thousand. And a living next member is dialled alone.
 */
import { describe, expect, test } from 'vitest';
import { linkedWith, members, RawMember, ScriptedServer } from '../actors/tools/raw.ts';
import { PeerWorld, ROOM, ringOrder, type TestPeer } from '../actors/tools/world.ts';

interface Listed {
  readonly name: string;
  readonly ip: string;
}

/** Ghosts in the order in which `self` chooses, with somebody alive behind the last. */
function inOrder(self: TestPeer, listed: readonly Listed[]): Listed[] {
  const peers = listed.map(({ name, ip }) => ({ ...self, name, ip }));
  return ringOrder([...peers, self], self).map(({ name, ip }) => ({ name, ip }));
}

function ghosts(count: number, ipOf: (at: number) => string): Listed[] {
  return Array.from({ length: count }, (_, at) => ({ name: `ghost${at}`, ip: ipOf(at) }));
}

function ipAt(first: number) {
  return (at: number) => `10.${first}.${Math.floor(at / 250)}.${(at % 250) + 1}`;
}

/** A peer that is told of these by its room server; `fateOf` is what becomes of a SYN. */
function joined(
  listed: (self: TestPeer) => readonly Listed[],
  fateOf: (ip: string) => 'ok' | 'refused' | 'timeout' = () => 'ok',
) {
  const world = new PeerWorld({ connects: (_from, to) => fateOf(to) });
  const server = new ScriptedServer(world);
  const self = world.start('self');
  self.peer.send({ type: 'JOIN', room: ROOM });
  world.clock.advance(10);
  return { world, server, self, list: listed(self) };
}

/** How long it takes until `self` has a forward link, in milliseconds. */
function untilLinked(world: PeerWorld, self: TestPeer, mostMs: number): number {
  const since = world.clock.now();
  while (linkedWith(self, 'forward').length === 0 && world.clock.now() - since < mostMs)
    world.clock.advance(100);
  return world.clock.now() - since;
}

test.each([
  [1, 1_200],
  [4, 4_200],
  [20, 12_000],
  [200, 40_000],
])('%i silent members ahead of a living one delay the forward link by less than %i ms', (count, mostMs) => {
  const { world, server, self, list } = joined(
    (peer) => inOrder(peer, ghosts(count + 1, ipAt(20))),
    (ip) => (ip.startsWith('10.20.') && ip !== list.at(-1)?.ip ? 'timeout' : 'ok'),
  );
  const last = list.at(-1) as Listed;
  const alive = new RawMember(world, last.name, last.ip).listen();
  server.reply(members(self, ...list));
  expect(untilLinked(world, self, 600_000)).toBeLessThan(mostMs);
  expect(linkedWith(self, 'forward')).toEqual([alive.name]);
});

test('20 members that take connections and answer no handshake delay it by a second each', () => {
  const { world, server, self, list } = joined((peer) => inOrder(peer, ghosts(21, ipAt(20))));
  const raws = list.map(({ name, ip }) => new RawMember(world, name, ip).listen());
  for (const raw of raws.slice(0, -1)) raw.answer = '';
  server.reply(members(...list, self));
  expect(untilLinked(world, self, 600_000)).toBeLessThan(22_000);
  // P goes to one at a time, in the order of the ring.
  expect(
    raws.map(({ accepted }) => accepted.filter(({ received }) => received.startsWith('P:')).length),
  ).toEqual(raws.map(() => 1));
});

test('3,000 members that refuse delay it by less than 20 s', () => {
  const { world, server, self, list } = joined(
    (peer) => inOrder(peer, ghosts(3_001, ipAt(20))),
    (ip) => (ip.startsWith('10.20.') && ip !== list.at(-1)?.ip ? 'refused' : 'ok'),
  );
  for (const { ip } of list) world.network.host(ip);
  const last = list.at(-1) as Listed;
  new RawMember(world, last.name, last.ip).listen();
  server.reply(members(self, ...list));
  expect(untilLinked(world, self, 600_000)).toBeLessThan(20_000);
});

test('a living next member that answers within a second is dialled alone', () => {
  const world = new PeerWorld({ latencyMs: 200 });
  const server = new ScriptedServer(world);
  const self = world.start('self');
  const order = inOrder(self, ghosts(5, ipAt(20)));
  const raws = order.map(({ name, ip }) => new RawMember(world, name, ip).listen());
  self.peer.send({ type: 'JOIN', room: ROOM });
  world.clock.advance(1_000);
  server.reply(members(self, ...order));
  world.clock.advance(10_000);
  expect(linkedWith(self, 'forward')).toEqual([order[0]?.name]);
  expect(raws.map(({ accepted }) => accepted.length)).toEqual([1, 0, 0, 0, 0]);
});

describe('addresses that no host has', () => {
  const NOBODY = [
    '0.0.0.0',
    '0.9.9.9',
    '224.0.0.1',
    '239.1.2.3',
    '240.0.0.1',
    '255.255.255.255',
    '127.0.0.1',
    '127.9.9.9',
  ];

  test('are never dialled, probed or poked; a poke says so', () => {
    const { world, server, self } = joined(() => []);
    const list = NOBODY.map((ip, at) => ({ name: `nobody${at}`, ip }));
    const dialled: string[] = [];
    self.peer.trace.subscribe((trace) => {
      if (trace.type === 'frames' && trace.via === 'datagram') dialled.push(trace.remote);
    });
    server.reply(members(self, ...list));
    world.clock.advance(60_000);
    expect(self.lines()).toContain('Nobody to set up a forward link to for now.');
    for (const { name } of list) self.peer.send({ type: 'POKE', name });
    world.clock.advance(10_000);
    expect(dialled).toEqual([]);
    const refusals = self.notices.flatMap((notice) => (notice.type === 'refused' ? [notice.error.name] : []));
    expect(refusals).toHaveLength(NOBODY.length);
  });
});

test('a sentence about 2,000 members that do not answer stays a sentence', () => {
  const { world, server, self, list } = joined(
    (peer) => inOrder(peer, ghosts(2_000, ipAt(20))),
    (ip) => (ip.startsWith('10.20.') ? 'refused' : 'ok'),
  );
  for (const { ip } of list) world.network.host(ip);
  server.reply(members(self, ...list));
  const isTold = () => self.lines().some((line) => / and 1990 others could not be reached\./.test(line));
  for (let second = 0; second < 60 && !isTold(); second += 1) world.clock.advance(1_000);
  expect(isTold()).toBe(true);
  const lines = self.lines();
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(1_000);
  expect(JSON.stringify(self.notices.filter(({ type }) => type === 'search exhausted')).length).toBeLessThan(
    2_000,
  );
});
