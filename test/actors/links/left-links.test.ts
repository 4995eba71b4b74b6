/**
 * Goal: a link that is left for another one is read to its end. What a neighbour that stands still has for us
 * is heard when it goes on, minutes later; and neither many such neighbours nor one that never goes on hold
 * anything for ever.
 */
import { describe, expect, test } from 'vitest';
import { PEER_LIMITS } from '../../../src/limits/peer.ts';
import { noticesOf } from '../tools/mended-links.ts';
import { linkedWith, RawMember, shown } from '../tools/raw.ts';
import { PeerWorld, ringOrder, type TestPeer } from '../tools/world.ts';

const { leftLinkMs, leftLinksMax, closeGraceMs, lateMs, overlapMs } = PEER_LIMITS;
const LONG_MS = 300_000;

/** A raw member whose backward link with `self` takes the place of self's forward link with it. */
function leave(world: PeerWorld, self: TestPeer, raw: RawMember) {
  const left = raw.accepted.at(-1);
  if (!left) throw new Error('self has not dialled');
  // It stands still: it does not see the FIN.
  left.connection.pause();
  const dialled = raw.link(self);
  // Whose dial stays, the HIDs decide; the other way round it takes 5 s.
  world.clock.advance(6_000);
  expect(linkedWith(self, 'forward')).toEqual([]);
  expect(linkedWith(self, 'backward')).toContain(raw.name);
  return { left, dialled };
}

/** A peer with a forward link to the only other member, which is left then. */
function leftLink(world: PeerWorld) {
  const raw = new RawMember(world, 'raw', '10.0.2.1').listen().join();
  const self = world.join('self');
  world.clock.advance(1_000);
  expect(linkedWith(self, 'forward')).toEqual(['raw']);
  return { raw, self, ...leave(world, self, raw) };
}

describe('a link that is left', () => {
  test('is read when the other side goes on, however much later: shown once, marked as late', () => {
    const world = new PeerWorld();
    const { raw, self, left } = leftLink(world);
    world.clock.advance(LONG_MS);
    left.write(raw.text(1, 'I stood still'));
    world.clock.advance(100);
    expect(shown(self)).toEqual({ 'raw: I stood still': 1 });
    expect(noticesOf(self, 'text')).toMatchObject([{ content: 'I stood still', late: true }]);
    left.connection.resume();
    world.clock.advance(100);
    expect(left.isClosed).toBe(true);
  });

  test('brings what is known already without an error line, and what was said a moment ago is not late', () => {
    const world = new PeerWorld();
    const { raw, self, left } = leftLink(world);
    left.write(raw.text(1, 'at once'));
    world.clock.advance(lateMs);
    left.write(raw.text(1, 'at once'));
    world.clock.advance(100);
    expect(shown(self)).toEqual({ 'raw: at once': 1 });
    expect(noticesOf(self, 'text')).not.toMatchObject([{ late: true }]);
    expect(noticesOf(self, 'dropped')).toEqual([]);
  });

  test('of a neighbour that never goes on is torn down in the end', () => {
    const world = new PeerWorld();
    const { self } = leftLink(world);
    const open = () => self.peer.status().counters['connections open'];
    const before = open();
    world.clock.advance(leftLinkMs - 10_000);
    expect(open()).toBe(before);
    world.clock.advance(20_000);
    expect(open()).toBe((before ?? 0) - 1);
  });

  test('does not hold up Quit', () => {
    const world = new PeerWorld();
    const { self } = leftLink(world);
    self.peer.send({ type: 'QUIT' });
    world.clock.advance(2 * closeGraceMs);
    expect(self.isOver).toBe(true);
  });

  test('is read no longer when so many others have been left after it', () => {
    const world = new PeerWorld();
    const { raw, self, dialled } = leftLink(world);
    let last = dialled;
    const open = () => self.peer.status().counters['connections open'] ?? 0;
    const most = open() + leftLinksMax - 1;
    for (let round = 0; round < leftLinksMax + 5; round += 1) {
      // Its backward link is gone, so self dials again, and is dialled again.
      last.connection.destroy();
      world.clock.advance(20_000);
      last = leave(world, self, raw).dialled;
      world.clock.advance(2 * closeGraceMs);
      expect(open()).toBeLessThanOrEqual(most);
    }
    expect(open()).toBe(most);
  });
});

/**
 * Self has just failed back to the first member of its choice; the end that the second one has of the left
 * link.
 */
function failedBack(world: PeerWorld) {
  const raws = [1, 2].map((at) => new RawMember(world, `raw${at}`, `10.0.2.${at}`).join());
  const self = world.join('self', '10.0.1.1');
  const order = ringOrder<{ name: string; ip: string }>([...raws, self], self);
  const [first, second] = order.map(({ name }) => raws.find((raw) => raw.name === name));
  if (!first || !second) throw new Error('two members are there');
  second.listen();
  world.clock.advance(30_000);
  expect(linkedWith(self, 'forward')).toEqual([second.name]);
  first.listen();
  for (let step = 0; step < 10_000 && linkedWith(self, 'forward')[0] !== first.name; step += 1)
    world.clock.advance(10);
  expect(linkedWith(self, 'forward')).toEqual([first.name]);
  const left = second.accepted.at(-1);
  if (!left) throw new Error('self has not dialled the second');
  return { first, second, self, left };
}

describe('a link that is left for a member that answers again', () => {
  test('gets our FIN a moment later: what is on its way through the room still comes over it', () => {
    const world = new PeerWorld();
    const { second, self, left } = failedBack(world);
    world.clock.advance(overlapMs - 500);
    expect(left.isClosed).toBe(false);
    left.write(second.text(1, 'it was on its way'));
    world.clock.advance(100);
    expect(shown(self)).toEqual({ [`${second.name}: it was on its way`]: 1 });
    expect(noticesOf(self, 'text')).not.toMatchObject([{ late: true }]);
    world.clock.advance(1_000);
    expect(left.isClosed).toBe(true);
  });

  test('does not hold up Quit', () => {
    const world = new PeerWorld();
    const { self, left } = failedBack(world);
    self.peer.send({ type: 'QUIT' });
    world.clock.advance(100);
    expect(left.isClosed).toBe(true);
    world.clock.advance(2 * closeGraceMs);
    expect(self.isOver).toBe(true);
  });
});
