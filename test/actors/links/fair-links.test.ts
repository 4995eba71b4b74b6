/** Goal: neither an address nor a nickname can take all backward links, and who has one may replace it. */
import { expect, test } from 'vitest';
import { linkedWith, RawMember } from '../tools/raw.ts';
import { handshake, PeerWorld, type TestPeer } from '../tools/world.ts';

const LINKS = 16;

function peerWithFewLinks() {
  const world = new PeerWorld({ limits: { backwardLinksMax: LINKS, acceptsPerSecondMax: 0 } });
  const self = world.join('self');
  return { world, self };
}

function member(world: PeerWorld, name: string, ip: string) {
  return new RawMember(world, name, ip).join();
}

function link(world: PeerWorld, self: TestPeer, { name, ip }: RawMember) {
  const connection = world.raw(ip, self);
  connection.send(handshake(name, ip));
  world.clock.advance(100);
  return connection;
}

function backward(self: TestPeer): number {
  return linkedWith(self, 'backward').length;
}

test('one address gets half of the links, whatever names it has; others find the rest', () => {
  const { world, self } = peerWithFewLinks();
  const crowd = Array.from({ length: LINKS }, (_, at) => member(world, `crowd${at}`, '10.0.9.1'));
  world.clock.advance(20_000);
  for (const one of crowd) link(world, self, one);
  expect(backward(self)).toBe(LINKS / 2);
  const others = Array.from({ length: 6 }, (_, at) => member(world, `other${at}`, `10.0.8.${at + 1}`));
  world.clock.advance(20_000);
  for (const one of others) expect(link(world, self, one).received).toBe('S:0::\r\n');
  expect(backward(self)).toBe(LINKS / 2 + 6);
});

test('one nickname gets half of the links, wherever it comes from; others find the rest', () => {
  const { world, self } = peerWithFewLinks();
  const crowd = Array.from({ length: LINKS }, (_, at) => member(world, 'mallory', `10.0.9.${at + 1}`));
  world.clock.advance(20_000);
  for (const one of crowd) link(world, self, one);
  expect(backward(self)).toBe(LINKS / 2);
  const other = member(world, 'bob', '10.0.8.1');
  expect(link(world, self, other).received).toBe('S:0::\r\n');
});

test('a few members behind one address are all linked, and each may replace its link', () => {
  const { world, self } = peerWithFewLinks();
  const few = Array.from({ length: LINKS / 2 }, (_, at) => member(world, `few${at}`, '10.0.9.1'));
  world.clock.advance(20_000);
  for (const one of [...few, ...few]) expect(link(world, self, one).received).toBe('S:0::\r\n');
  expect(backward(self)).toBe(LINKS / 2);
});
