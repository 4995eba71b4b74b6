/**
 * Goal: of two links that two members have dialled to each other at once, one is left, and nothing is lost or
 * shown twice meanwhile (PROTOCOL.md, "Crossing dials").
 */
import { describe, expect, test } from 'vitest';
import { linkedWith, shown } from '../tools/raw.ts';
import { PeerWorld, ROOM, type TestPeer } from '../tools/world.ts';

/**
 * Two peers that dial each other in the same moment, with so much time on the way that neither can see it,
 * just before that: within the next second and a half both links come up, and one goes.
 */
function diallingBoth(latencyMs = 200) {
  const world = new PeerWorld({ latencyMs });
  const [left, right] = [world.start('left'), world.start('right')];
  world.cut([left.ip], [right.ip]);
  // Joined in one instant, their KEEPALIVEs and with them their searches are in step from then on.
  for (const { peer } of [left, right]) peer.send({ type: 'JOIN', room: ROOM });
  world.clock.advance(18_000);
  expect([...linkedWith(left), ...linkedWith(right)]).toEqual([]);
  world.heal();
  return { world, left, right };
}

/** The same when that is over. */
function dialledBoth(latencyMs = 200) {
  const both = diallingBoth(latencyMs);
  both.world.clock.advance(8_000);
  return both;
}

function talk(world: PeerWorld, peers: readonly TestPeer[], label: string, count = 20): void {
  for (let said = 1; said <= count; said += 1) {
    for (const { peer, name } of peers) peer.send({ type: 'SEND', text: `${label} ${said} by ${name}` });
    world.clock.advance(50);
  }
  world.clock.advance(3_000);
}

function expectEachOnce(peers: readonly TestPeer[], label: string, count = 20): void {
  for (const peer of peers) {
    const counts = shown(peer);
    for (const { name } of peers) {
      for (let said = 1; said <= count; said += 1) {
        expect(counts[`${name}: ${label} ${said} by ${name}`], peer.name).toBe(1);
      }
    }
  }
}

function linesOf(peers: readonly TestPeer[], word: string): string[] {
  return peers.flatMap((peer) => peer.lines()).filter((line) => line.includes(word));
}

describe('two members that dial each other at once', () => {
  test("have one link soon, the lower HID's, and both have been CONNECTED all the time since the first", () => {
    const { world, left, right } = dialledBoth();
    const up = linesOf([left, right], 'Forward link to');
    expect(up.filter((line) => line.includes('closed'))).toHaveLength(1);
    expect([linkedWith(left), linkedWith(right)]).toEqual([['right'], ['left']]);
    world.clock.advance(300_000);
    expect([linkedWith(left), linkedWith(right)]).toEqual([['right'], ['left']]);
    expect(world.links()).toHaveLength(1);
    expect(linesOf([left, right], 'lost:').filter((line) => line.startsWith('Forward'))).toEqual([]);
    expect(linesOf([left, right], '→ JOINED')).toHaveLength(2);
  });

  test('show every message once that is said while one of the links goes', () => {
    const { world, left, right } = diallingBoth();
    while (linkedWith(left).length === 0 || linkedWith(right).length === 0) world.clock.advance(1);
    talk(world, [left, right], 'hello', 60);
    expectEachOnce([left, right], 'hello', 60);
    expect(world.links()).toHaveLength(1);
  });

  test('find each other again when the link that is left breaks', () => {
    const { world, left, right } = dialledBoth();
    for (const connection of world.connections(left)) {
      if (connection.remote.host === right.ip) connection.destroy();
    }
    world.clock.advance(20_000);
    talk(world, [left, right], 'again');
    expectEachOnce([left, right], 'again');
  });

  test('whichever of them quits, the other one is JOINED afterwards and links to the next who comes', () => {
    const { world, left, right } = dialledBoth();
    left.peer.send({ type: 'QUIT' });
    world.clock.advance(2_000);
    expect(left.isOver).toBe(true);
    expect(right.peer.status()).toMatchObject({ state: 'JOINED', links: [] });
    const third = world.join('third');
    world.clock.advance(10_000);
    talk(world, [right, third], 'without left');
    expectEachOnce([right, third], 'without left');
  });
});

test.each([1, 20, 150, 400])(
  'peers that join in the same instant over %i ms of latency chat',
  (latencyMs) => {
    const world = new PeerWorld({ latencyMs });
    const peers = Array.from({ length: 6 }, (_, at) => world.start(`peer${at + 1}`));
    for (const { peer } of peers) peer.send({ type: 'JOIN', room: ROOM });
    world.clock.advance(60_000);
    for (const peer of peers) expect(linkedWith(peer, 'forward').length, peer.name).toBeLessThanOrEqual(1);
    talk(world, peers, 'all at once', 5);
    expectEachOnce(peers, 'all at once', 5);
  },
);

test('a cut that heals while everybody dials everybody ends in one overlay without a message twice', () => {
  const world = new PeerWorld({ latencyMs: 150 });
  const peers = Array.from({ length: 6 }, (_, at) => world.start(`peer${at + 1}`));
  world.cut(
    peers.map(({ ip }) => ip),
    peers.map(({ ip }) => ip),
  );
  for (const { peer } of peers) peer.send({ type: 'JOIN', room: ROOM });
  world.clock.advance(58_000);
  expect(peers.flatMap((peer) => linkedWith(peer))).toEqual([]);
  world.heal();
  world.clock.advance(60_000);
  talk(world, peers, 'healed', 5);
  expectEachOnce(peers, 'healed', 5);
});
