/**
 * Goal: crossing dials (PROTOCOL.md) end in one link between two members and a search that goes on: ours with
 * ours in whatever order things are delivered, ours with others that keep both or drop their own.
 */
import { describe, expect, test } from 'vitest';
import { compareHashIds, hashId } from '../../../src/protocol/hash-id.ts';
import { linkedWith, RawMember } from '../tools/raw.ts';
import { handshake, PeerWorld, PORT, ROOM, type ScriptedConnection, type TestPeer } from '../tools/world.ts';

const QUICK_MS = 1;
const SLOW_MS = 120;
/** Packets of each direction whose time on the way is chosen: all of two dials, both handshakes and a FIN. */
const CHOSEN = 4;

/** Whether each of the first packets of a direction is slow, as the bits of a number. */
function latencyOf(choice: number) {
  const sent = new Map<string, number>();
  const isChoosing = { now: false };
  const latency = (from: string, to: string) => {
    if (!isChoosing.now) return QUICK_MS;
    const nth = sent.get(`${from}>${to}`) ?? 0;
    sent.set(`${from}>${to}`, nth + 1);
    if (nth >= CHOSEN || from > '10.0.1.2' || to > '10.0.1.2' || from < '10.0.1.0' || to < '10.0.1.0')
      return QUICK_MS;
    const bit = (from < to ? 0 : CHOSEN) + nth;
    return (choice >> bit) & 1 ? SLOW_MS : QUICK_MS;
  };
  return { latency, isChoosing };
}

test.each([0, 1, 2, 3, 4, 5, 6, 7])(
  'two of ours have one link in every order of deliveries (part %i of 8)',
  (part) => {
    const crossed: number[] = [];
    for (let choice = part; choice < 2 ** (2 * CHOSEN); choice += 8) {
      const { latency, isChoosing } = latencyOf(choice);
      const world = new PeerWorld({ latency });
      const [left, right] = [world.start('left'), world.start('right')];
      world.cut([left.ip], [right.ip]);
      for (const { peer } of [left, right]) peer.send({ type: 'JOIN', room: ROOM });
      // Both search again when the first of them has learnt of the other, by its KEEPALIVE after 20 s.
      world.clock.advance(18_000);
      world.heal();
      isChoosing.now = true;
      world.clock.advance(16_000);
      const links = [...linkedWith(left), ...linkedWith(right)];
      expect([choice, world.links().length, ...links.sort()]).toEqual([choice, 1, 'left', 'right']);
      if ([left, right].some((peer) => peer.lines().some((line) => line.includes('one is enough'))))
        crossed.push(choice);
      world.say(left, 'to the right');
      world.say(right, 'to the left');
      for (const peer of [left, right]) expect(peer.texts(), `${choice}`).toHaveLength(2);
    }
    // The test would be none if they had not crossed.
    expect(crossed.length).toBeGreaterThan(10);
  },
);

test.each([1, 7, 40, 150, 400, 1_000, 2_600])(
  'no two members of a room that dials all at once have two links, over up to %i ms each way',
  (latencyMs) => {
    for (let seed = 1; seed <= 4; seed += 1) {
      let drawn = seed;
      const latency = () => {
        drawn = (drawn * 48_271) % 2_147_483_647;
        return 1 + (drawn % latencyMs);
      };
      const world = new PeerWorld({ latency });
      const peers = Array.from({ length: 5 }, (_, at) => world.start(`peer${at + 1}`));
      const ips = peers.map(({ ip }) => ip);
      world.cut(ips, ips);
      for (const { peer } of peers) peer.send({ type: 'JOIN', room: ROOM });
      world.clock.advance(30_000);
      world.heal();
      world.clock.advance(90_000);
      for (const peer of peers) {
        const neighbours = linkedWith(peer);
        expect(new Set(neighbours).size, `${peer.name}, seed ${seed}`).toBe(neighbours.length);
        expect(linkedWith(peer, 'forward').length).toBeLessThanOrEqual(1);
      }
      for (const peer of peers) {
        peer.peer.send({ type: 'SEND', text: `from ${peer.name}` });
        world.clock.advance(10 * latencyMs + 100);
      }
      for (const peer of peers) expect(peer.texts(), `${peer.name}, seed ${seed}`).toHaveLength(5);
    }
  },
);

/** An address for the other member that makes its HID the higher or the lower one. */
function addressFor(self: TestPeer, isHigher: boolean, name: string): string {
  const own = hashId(self.name, self.ip, PORT);
  for (let last = 1; last < 255; last += 1) {
    const ip = `10.0.9.${last}`;
    if (compareHashIds(hashId(name, ip, PORT), own) > 0 === isHigher) return ip;
  }
  throw new Error('no such address');
}

/** One of ours whose forward link goes to a member of another kind, which then dials us. */
function crossedWithOther(isOtherHigher: boolean) {
  const world = new PeerWorld();
  const self = world.join('self');
  const other = new RawMember(world, 'other', addressFor(self, isOtherHigher, 'other')).join().listen();
  world.clock.advance(30_000);
  expect(linkedWith(self, 'forward')).toEqual(['other']);
  return { world, self, other };
}

describe.each([true, false])('a member that always keeps both links, its HID the higher: %s', (isHigher) => {
  test('is left one of them, and we search on at once', () => {
    const { world, self, other } = crossedWithOther(isHigher);
    const next = new RawMember(world, 'next', '10.0.8.1').join().listen();
    world.clock.advance(21_000);
    const back = other.link(self);
    expect(back.received).toMatch(/^S:/);
    world.clock.advance(4_000);
    expect(linkedWith(self, 'forward')).toEqual(isHigher ? ['other'] : ['next']);
    world.clock.advance(1_500);
    expect(linkedWith(self, 'forward')).toEqual(['next']);
    expect(linkedWith(self, 'backward')).toEqual(['other']);
    expect([back.isClosed, other.accepted[0]?.isClosed, next.accepted.length]).toEqual([false, true, 1]);
    expect(self.lines().filter((line) => line.includes('lost:'))).toEqual([]);
    world.clock.advance(300_000);
    expect(linkedWith(self, 'forward')).toEqual(['next']);
    expect(other.accepted).toHaveLength(1);
  });

  test('does not leave a room of five in two pieces', () => {
    const { world, self, other } = crossedWithOther(isHigher);
    world.cut([self.ip, other.ip], ['10.0.1.2', '10.0.1.3', '10.0.1.4']);
    const rest = ['b', 'c', 'd'].map((name, at) => world.join(name, `10.0.1.${at + 2}`));
    const back = other.link(self);
    world.heal();
    world.clock.advance(60_000);
    const pairs = [self, ...rest].flatMap((peer) =>
      linkedWith(peer).flatMap((user): [string, string][] => [
        [peer.name, user],
        [user, peer.name],
      ]),
    );
    const reached = new Set(['other']);
    for (const name of reached) for (const [from, to] of pairs) if (from === name) reached.add(to);
    expect([...reached].sort()).toEqual(['b', 'c', 'd', 'other', 'self']);
    expect(back.isClosed).toBe(false);
  });
});

test.each([true, false])(
  'a member that drops its own link at once, its HID the higher: %s, ends up linked with us all the same',
  (isHigher) => {
    const { world, self, other } = crossedWithOther(isHigher);
    let own: ScriptedConnection | undefined = other.link(self);
    let dials = 1;
    for (let step = 0; step < 2_000; step += 1) {
      world.clock.advance(20);
      const ours = other.accepted.filter(({ isClosed }) => !isClosed);
      // Both are there: it drops the one that it has dialled. None is: it dials at once.
      if (own?.isClosed) own = undefined;
      if (own && ours.length > 0) {
        own.close();
        own = undefined;
      } else if (!own && ours.length === 0) {
        own = other.link(self);
        dials += 1;
      }
    }
    expect(linkedWith(self)).toEqual(['other']);
    expect(dials + other.accepted.length).toBeLessThan(10);
    const since = world.clock.now();
    world.clock.advance(60_000);
    expect([linkedWith(self), world.clock.now() - since]).toEqual([['other'], 60_000]);
  },
);

test('a member that dials us anew has its newest link to us only; what was under way on the old one is shown', () => {
  const world = new PeerWorld({ latencyMs: 2 });
  const self = world.join('self');
  const other = new RawMember(world, 'other', '10.0.9.1').join();
  const old = other.link(self);
  world.clock.advance(1_000);
  expect(linkedWith(self)).toEqual(['other']);
  const fresh = world.raw(other.host, self);
  // The handshake gets there first, and the old link is told to close before its last words arrive.
  fresh.connection.write(Buffer.from(handshake(other.name, other.ip)));
  old.connection.write(Buffer.from(other.text(1, 'still on the old link')));
  world.clock.advance(2_000);
  expect([old.isClosed, fresh.isClosed]).toEqual([true, false]);
  expect(linkedWith(self)).toEqual(['other']);
  expect(self.texts()).toEqual(['other: still on the old link']);
  expect(self.lines().join('\n')).not.toContain('→ JOINED.\nCONNECTED');
  expect(self.peer.status().state).toBe('CONNECTED');
});
