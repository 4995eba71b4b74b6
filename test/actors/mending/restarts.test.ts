/**
 * Goal: what a restarted peer says is heard by everybody, and what is in doubt is shown to nobody twice.
 */
import { describe, expect, test } from 'vitest';
import { linkedWith, RawMember, requestsIn, shown, traceOf } from '../tools/raw.ts';
import { PeerWorld, SERVER, type TestPeer, text } from '../tools/world.ts';
import { MINUTE_MS, RECENT_MS, rawBehindYuri } from './line-of-three.ts';

/** `xena` and `zoe` can't reach each other: what they say goes through `yuri`. */
function lineOfThree() {
  const world = new PeerWorld();
  world.cut(['10.0.1.1'], ['10.0.1.3']);
  const xena = world.join('xena');
  const yuri = world.join('yuri');
  const zoe = world.join('zoe');
  world.clock.advance(MINUTE_MS);
  expect(linkedWith(xena)).toEqual(['yuri']);
  expect(linkedWith(zoe)).toEqual(['yuri']);
  return { world, xena, yuri, zoe };
}

/** Ends a peer and starts it again under the same name and address; the new one has had time to link. */
function restart(world: PeerWorld, old: TestPeer, how: 'quit' | 'power failure', awayMs: number): TestPeer {
  if (how === 'quit') {
    old.peer.send({ type: 'QUIT' });
    world.clock.advance(600);
  } else {
    world.crash(old);
  }
  world.clock.advance(awayMs);
  world.powerOn(old.ip);
  const young = world.join(old.name, old.ip);
  world.clock.advance(6_000);
  // After a power failure the room server keeps the old entry, and so tells nobody, until its TCP keepalive
  // is over.
  if (how === 'power failure') world.clock.advance(30_000);
  expect(linkedWith(young)).toContain('yuri');
  return young;
}

test('a late message with a lower ID that was never seen is delivered, once, to everybody', () => {
  const { world, xena, yuri, zoe, link } = rawBehindYuri();
  for (const id of [1, 2, 7, 5, 6, 3, 5, 3, 1, 4]) link.send(xena.text(id, `number ${id}`));
  world.clock.advance(1_000);
  for (const peer of [yuri, zoe]) {
    expect(peer.texts()).toEqual([1, 2, 7, 5, 6, 3, 4].map((id) => `xena: number ${id}`));
  }
});

describe.each([
  ['quit', 0],
  ['quit', 30_000],
  ['quit', 5 * MINUTE_MS],
  ['power failure', 5_000],
  ['power failure', 3 * MINUTE_MS],
] as const)(
  'a peer that is back after %s and %i ms is heard by its neighbour and two hops away',
  (how, ms) => {
    test('saying something else', () => {
      const { world, xena, yuri, zoe } = lineOfThree();
      for (let id = 1; id <= 5; id += 1) world.say(xena, `old ${id}`);
      const young = restart(world, xena, how, ms);
      for (let id = 1; id <= 7; id += 1) world.say(young, `young ${id}`);
      for (const peer of [yuri, zoe]) {
        const old = [1, 2, 3, 4, 5].map((id) => `xena: old ${id}`);
        const fresh = [1, 2, 3, 4, 5, 6, 7].map((id) => `xena: young ${id}`);
        expect(peer.texts(), peer.name).toEqual([...old, ...fresh]);
      }
    });

    test('saying the very same again within minutes: by its neighbour, to which it has said that it counts anew', () => {
      const { world, xena, yuri, zoe } = lineOfThree();
      for (let id = 1; id <= 3; id += 1) world.say(xena, `hello ${id}`);
      world.clock.advance(15_000);
      const young = restart(world, xena, how, Math.min(ms, 30_000));
      for (let id = 1; id <= 5; id += 1) world.say(young, `hello ${id}`);
      world.clock.advance(10_000);
      const counts = (peer: TestPeer) => [1, 2, 3, 4, 5].map((id) => shown(peer)[`xena: hello ${id}`]);
      expect(counts(yuri)).toEqual([2, 2, 2, 1, 1]);
      // For anybody else it is what a sleeper's buffers may hold; from the first other word on it is heard.
      expect(counts(zoe)).toEqual([1, 1, 1, 1, 1]);
    });

    test('saying the very same again when the seen-cache has forgotten the old incarnation', () => {
      const { world, xena, yuri, zoe } = lineOfThree();
      for (let id = 1; id <= 40; id += 1) world.say(xena, `hello ${id}`);
      world.clock.advance(5 * MINUTE_MS);
      const young = restart(world, xena, how, ms);
      for (let id = 1; id <= 45; id += 1) world.say(young, `hello ${id}`);
      world.clock.advance(10_000);
      for (const peer of [yuri, zoe]) {
        const counts = Array.from({ length: 45 }, (_, at) => shown(peer)[`xena: hello ${at + 1}`]);
        expect(counts, peer.name).toEqual([...Array(40).fill(2), ...Array(5).fill(1)]);
      }
    });

    test('while the others are heard as before', () => {
      const { world, xena, yuri, zoe } = lineOfThree();
      for (const peer of [yuri, zoe]) world.say(peer, `before, ${peer.name}`);
      const young = restart(world, xena, how, ms);
      for (const peer of [yuri, zoe]) world.say(peer, `after, ${peer.name}`);
      expect(young.texts().sort()).toEqual(['yuri: after, yuri', 'zoe: after, zoe']);
      expect(zoe.texts().filter((line) => line.startsWith('yuri'))).toHaveLength(2);
      expect(yuri.texts().filter((line) => line.startsWith('zoe'))).toHaveLength(2);
    });
  },
);

test('restarts again and again are each heard', () => {
  const { world, xena, yuri, zoe } = lineOfThree();
  let present = xena;
  for (let incarnation = 1; incarnation <= 5; incarnation += 1) {
    world.say(present, 'the first of every incarnation');
    world.say(present, `incarnation ${incarnation}`);
    world.clock.advance(RECENT_MS);
    // Long enough for the others to see that it is gone: who is the newest member anyway comes back to the
    // same list.
    present = restart(world, present, incarnation % 2 === 0 ? 'quit' : 'power failure', 50_000);
  }
  for (const peer of [yuri, zoe]) {
    expect(shown(peer)['xena: the first of every incarnation'], peer.name).toBe(5);
    expect(peer.texts(), peer.name).toHaveLength(10);
  }
});

describe('who has only the member list to go by', () => {
  test.each([
    ['added again at the head', 0],
    ['absent for a while', 30_000],
  ])(
    'hears a new incarnation whose first message there has a high ID that the cache has forgotten (%s)',
    (_, ms) => {
      const { world, xena, yuri, zoe, link } = rawBehindYuri();
      for (let id = 1; id <= 40; id += 1) link.send(xena.text(id, `old ${id}`));
      world.clock.advance(5 * MINUTE_MS);
      xena.leave();
      world.clock.advance(ms);
      xena.join();
      world.clock.advance(30_000);
      for (let id = 20; id <= 30; id += 1) link.send(xena.text(id, `young ${id}`));
      world.clock.advance(10_000);
      for (const peer of [yuri, zoe]) {
        const young = peer.texts().filter((line) => line.includes('young'));
        expect(young, peer.name).toEqual(Array.from({ length: 11 }, (__, at) => `xena: young ${at + 20}`));
      }
    },
  );

  test('hears the same first text again though the last of the old incarnation came after it had left the list', () => {
    const { world, xena, yuri, zoe, link } = rawBehindYuri();
    for (let id = 1; id <= 3; id += 1) link.send(xena.text(id, `hello ${id}`));
    world.clock.advance(RECENT_MS);
    xena.leave();
    world.clock.advance(25_000);
    link.send(xena.text(4, 'the last'));
    xena.join();
    world.clock.advance(25_000);
    link.send(xena.text(1, 'hello 1') + xena.text(2, 'hello 2'), 10_000);
    for (const peer of [yuri, zoe]) {
      const first = ['xena: hello 1', 'xena: hello 2'];
      expect(peer.texts(), peer.name).toEqual([...first, 'xena: hello 3', 'xena: the last', ...first]);
    }
  });

  test('asks for a fresh list before it decides, and then shows what was in doubt in order', () => {
    const { world, xena, yuri, zoe, link } = rawBehindYuri();
    for (let id = 1; id <= 3; id += 1) link.send(xena.text(id, `hello ${id}`));
    world.clock.advance(RECENT_MS - 15_000);
    // Right behind a KEEPALIVE of both, so that neither has seen the new list by itself.
    const frames = traceOf(world, zoe);
    xena.leave();
    xena.join();
    link.send([1, 2, 3].map((id) => xena.text(id, `hello ${id}`)).join(''), 500);
    expect(requestsIn(frames).length).toBeGreaterThan(0);
    for (const peer of [yuri, zoe]) {
      const once = ['xena: hello 1', 'xena: hello 2', 'xena: hello 3'];
      expect(peer.texts(), peer.name).toEqual([...once, ...once]);
    }
  });
});

describe('the same ID with other content', () => {
  test('is a new incarnation at once', () => {
    const { xena, yuri, zoe, link } = rawBehindYuri();
    link.send(xena.text(1, 'old 1') + xena.text(2, 'old 2'));
    link.send(xena.text(1, 'young 1') + xena.text(2, 'young 2'), 500);
    for (const peer of [yuri, zoe]) {
      expect(peer.texts(), peer.name).toEqual([
        'xena: old 1',
        'xena: old 2',
        'xena: young 1',
        'xena: young 2',
      ]);
    }
  });

  test('shows two contents that circle in the overlay once each', () => {
    const { xena, yuri, zoe, link } = rawBehindYuri();
    for (let round = 1; round <= 20; round += 1) {
      link.send(xena.text(1, 'one') + xena.text(1, 'other'), 100);
    }
    for (const peer of [yuri, zoe]) {
      expect(shown(peer), peer.name).toEqual({ 'xena: one': 1, 'xena: other': 1 });
    }
  });
});

describe('messages in doubt while the room server is out of reach', () => {
  test('are dropped after undecidedMs, and everything else goes on', () => {
    const { world, xena, yuri, zoe, link } = rawBehindYuri();
    link.send(xena.text(1, 'hello') + xena.text(2, 'again'));
    world.clock.advance(RECENT_MS);
    world.cut([yuri.ip, zoe.ip], [SERVER.host]);
    link.send(xena.text(1, 'hello') + xena.text(2, 'again'), 4_900);
    expect(yuri.peer.status().links.map(({ dropped }) => dropped)).toEqual([{}, {}]);
    link.send(xena.text(3, 'meanwhile'), 200);
    expect(yuri.peer.status().counters['dropped: duplicate']).toBe(2);
    expect(yuri.peer.status().links.find(({ member }) => member.user === 'xena')?.dropped).toEqual({
      duplicate: 2,
    });
    world.say(zoe, 'and back');
    for (const peer of [yuri, zoe]) {
      expect(peer.texts(), peer.name).toEqual([
        'xena: hello',
        'xena: again',
        'xena: meanwhile',
        'zoe: and back',
      ]);
    }
  });

  test('are bounded in number, and leave nothing behind', () => {
    const { world, xena, yuri, zoe, link } = rawBehindYuri();
    const all = Array.from({ length: 400 }, (_, at) => xena.text(at + 1, `number ${at + 1}`));
    for (let at = 0; at < 400; at += 1) link.send(all[at] ?? '', 1);
    world.clock.advance(RECENT_MS);
    world.cut([yuri.ip, zoe.ip], [SERVER.host]);
    link.send(all.join(''), 1_000);
    // 256 wait, the rest is dropped at once.
    expect(yuri.peer.status().counters['dropped: duplicate']).toBe(144);
    world.clock.advance(5_000);
    expect(yuri.peer.status().counters['dropped: duplicate']).toBe(400);
    expect(yuri.texts()).toHaveLength(400);
    expect(zoe.texts()).toHaveLength(400);
    xena.leave();
    link.close();
    link.send('');
    world.heal();
    world.quitAll();
    world.server.stop();
    world.clock.advance(1_000_000);
    expect(world.clock.pending).toBe(0);
  });

  test('are dropped where a peer quits with them', () => {
    const { world, xena, yuri, link } = rawBehindYuri();
    link.send(xena.text(1, 'hello'));
    world.clock.advance(RECENT_MS);
    world.cut([yuri.ip], [SERVER.host]);
    link.send(xena.text(1, 'hello'));
    yuri.peer.send({ type: 'QUIT' });
    world.clock.advance(10_000);
    expect(yuri.isOver).toBe(true);
    expect(yuri.texts()).toEqual(['xena: hello']);
  });
});

test('a message in doubt comes to nobody twice where the overlay is a cycle', () => {
  const world = new PeerWorld();
  const raw = new RawMember(world, 'raw', '10.0.9.1').join();
  const peers = world.joinAll(5);
  world.clock.advance(MINUTE_MS);
  const links = peers.map((peer) => raw.link(peer));
  for (const [at, link] of links.entries()) link.send(raw.text(at + 1, `number ${at + 1}`), 500);
  world.clock.advance(RECENT_MS);
  for (let at = 0; at < links.length; at += 1) {
    for (const link of links) link.send(text('raw', '10.0.9.1', at + 1, `number ${at + 1}`), 20);
  }
  world.clock.advance(10_000);
  for (const peer of peers) expect(Object.values(shown(peer)), peer.name).toEqual(Array(5).fill(1));
});
