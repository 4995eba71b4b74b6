import { describe, expect, test } from 'vitest';
import { linkedWith, shown, type TracedFrame, traceOf } from './raw.ts';
import { ROOM, type TestPeer, World } from './world.ts';

/**
 * Two peers that dial each other in the same moment, with so much time on the way that neither can see it.
 */
function dialledBoth(latencyMs = 200) {
  const world = new World({ latencyMs });
  const [left, right] = [world.start('left'), world.start('right')];
  world.cut([left.ip], [right.ip]);
  // Joined in one instant, their KEEPALIVEs and with them their searches are in step from then on.
  for (const { peer } of [left, right]) peer.send({ type: 'JOIN', room: ROOM });
  world.clock.advance(18_000);
  expect([...linkedWith(left), ...linkedWith(right)]).toEqual([]);
  world.heal();
  world.clock.advance(5_000);
  for (const peer of [left, right]) {
    const directions = peer.peer.status().links.map(({ direction }) => direction);
    expect(directions.sort(), peer.name).toEqual(['backward', 'forward']);
  }
  return { world, left, right };
}

/** By link, the texts that came over it. */
function textsByLink(frames: readonly TracedFrame[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { direction, via, bytes } of frames) {
    if (direction === 'in' && bytes.startsWith('T:')) counts[via] = (counts[via] ?? 0) + 1;
  }
  return counts;
}

function talk(world: World, peers: readonly TestPeer[], label: string, count = 20): void {
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

describe('two members that dial each other at once', () => {
  test('have two links, both of which carry everything, and show every message once', () => {
    const { world, left, right } = dialledBoth();
    const frames = [traceOf(world, left), traceOf(world, right)];
    talk(world, [left, right], 'hello');
    expectEachOnce([left, right], 'hello');
    for (const each of frames) expect(Object.values(textsByLink(each))).toEqual([20, 20]);
  });

  test('keep both links for as long as nothing fails', () => {
    const { world, left, right } = dialledBoth();
    world.clock.advance(300_000);
    expect(linkedWith(left)).toEqual(['right', 'right']);
    expect(linkedWith(right)).toEqual(['left', 'left']);
    expect([...left.lines(), ...right.lines()].filter((line) => line.includes('lost'))).toEqual([]);
  });

  test.each(['forward', 'backward'] as const)('lose nothing when the %s link of one ends', (direction) => {
    const { world, left, right } = dialledBoth();
    talk(world, [left, right], 'before');
    const link = left.peer.status().links.find((each) => each.direction === direction);
    const connection = world
      .connections(left)
      .filter(({ remote, local }) => remote.host === right.ip && isOpenAs(direction, local.port))
      .at(-1);
    expect(link).toBeDefined();
    connection?.end();
    talk(world, [left, right], 'after');
    expect(linkedWith(left)).toEqual(['right']);
    expect(linkedWith(right)).toEqual(['left']);
    expect(linkedWith(left, direction)).toEqual([]);
    expect(left.peer.status().state).toBe('CONNECTED');
    expect(right.peer.status().state).toBe('CONNECTED');
    expectEachOnce([left, right], 'before');
    expectEachOnce([left, right], 'after');
  });

  test('find each other again when both links end at once', () => {
    const { world, left, right } = dialledBoth();
    for (const connection of world.connections(left)) {
      if (connection.remote.host === right.ip) connection.destroy();
    }
    world.clock.advance(1_000);
    expect(left.lines().join('\n')).toContain('CONNECTED → JOINED');
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

/** Forward links are dialled from an ephemeral port, backward ones come in at the listening one. */
function isOpenAs(direction: 'forward' | 'backward', localPort: number): boolean {
  return (direction === 'backward') === (localPort === 5_000);
}

test.each([1, 20, 150, 400])(
  'peers that join in the same instant over %i ms of latency chat',
  (latencyMs) => {
    const world = new World({ latencyMs });
    const peers = Array.from({ length: 6 }, (_, at) => world.start(`peer${at + 1}`));
    for (const { peer } of peers) peer.send({ type: 'JOIN', room: ROOM });
    world.clock.advance(60_000);
    for (const peer of peers) expect(linkedWith(peer, 'forward').length, peer.name).toBeLessThanOrEqual(1);
    talk(world, peers, 'all at once', 5);
    expectEachOnce(peers, 'all at once', 5);
  },
);

test('a cut that heals while everybody dials everybody ends in one overlay without a message twice', () => {
  const world = new World({ latencyMs: 150 });
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
