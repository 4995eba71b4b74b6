/** Goal: a paused peer that wakes with old messages in its buffers makes nobody show anything twice. */
import { describe, expect, test } from 'vitest';
import { RawMember, shown } from '../tools/raw.ts';
import { PeerWorld } from '../tools/world.ts';
import { MINUTE_MS, RECENT_MS, rawBehindYuri } from './line-of-three.ts';

/** `sleeper` is linked with `yuri`, and has in its buffers what `zoe` and itself have said. */
function sleeperLinked() {
  const world = new PeerWorld();
  const sleeper = new RawMember(world, 'sleeper', '10.0.9.1').join();
  const yuri = world.join('yuri');
  const zoe = world.join('zoe');
  const link = sleeper.link(yuri);
  const own = [1, 2, 3, 4].map((id) => sleeper.text(id, `mine ${id}`)).join('');
  link.send(own);
  for (let id = 1; id <= 4; id += 1) world.say(zoe, `hers ${id}`);
  const foreign = link.received.slice(link.received.indexOf('T:'));
  expect(foreign.split('T:room:').length - 1).toBe(4);
  expect(yuri.texts()).toHaveLength(8);
  return { world, sleeper, yuri, zoe, link, own, foreign };
}

describe('a paused peer that wakes with old messages in its buffers makes nobody show anything twice', () => {
  test.each([11_000, 2.5 * MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS])(
    'after %i ms on the old link',
    (pausedMs) => {
      const { world, yuri, zoe, link, own, foreign } = sleeperLinked();
      world.clock.advance(pausedMs);
      link.send(foreign + own, 10_000);
      expect(link.isClosed).toBe(false);
      for (const peer of [yuri, zoe]) expect(Object.values(shown(peer)), peer.name).toEqual(Array(8).fill(1));
    },
  );

  test.each([30_000, 3 * MINUTE_MS, 10 * MINUTE_MS])(
    "when it was off the member list for %i ms, and the messages are others'",
    (pausedMs) => {
      const { world, sleeper, yuri, zoe, foreign } = sleeperLinked();
      sleeper.leave();
      world.clock.advance(pausedMs);
      sleeper.join();
      const link = sleeper.link(yuri, 4);
      expect(link.received).toContain('S:');
      link.send(foreign, 30_000);
      link.send(foreign, 30_000);
      for (const peer of [yuri, zoe]) expect(Object.values(shown(peer)), peer.name).toEqual(Array(8).fill(1));
    },
  );

  test.each([30_000, 3 * MINUTE_MS, 10 * MINUTE_MS])(
    'when it was off the member list for %i ms, and goes on counting where it was',
    (pausedMs) => {
      const { world, sleeper, yuri, zoe, foreign, own } = sleeperLinked();
      sleeper.leave();
      world.clock.advance(pausedMs);
      sleeper.join();
      world.clock.advance(25_000);
      const link = sleeper.link(yuri, 4);
      link.send(sleeper.text(5, 'awake again') + own + foreign, 30_000);
      link.send(own, 30_000);
      for (const peer of [yuri, zoe]) expect(Object.values(shown(peer)), peer.name).toEqual(Array(9).fill(1));
    },
  );

  test.each([30_000, 90_000])(
    'when it was off the member list for %i ms, and the messages are its own',
    (pausedMs) => {
      const { world, sleeper, yuri, zoe, own } = sleeperLinked();
      sleeper.leave();
      world.clock.advance(pausedMs);
      sleeper.join();
      const link = sleeper.link(yuri, 4);
      link.send(own, 10_000);
      link.send(own, 10_000);
      for (const peer of [yuri, zoe]) expect(Object.values(shown(peer)), peer.name).toEqual(Array(8).fill(1));
    },
  );
});

test.each([5, 10])(
  'a sleeper that replays its own after %i min, its P saying that it goes on counting, is shown once',
  (minutes) => {
    const world = new PeerWorld();
    const sleeper = new RawMember(world, 'sleeper', '10.0.9.1').join();
    const yuri = world.join('yuri');
    const zoe = world.join('zoe');
    const own = [1, 2, 3, 4].map((id) => sleeper.text(id, `mine ${id}`)).join('');
    sleeper.link(yuri).send(own);
    sleeper.leave();
    world.clock.advance(minutes * MINUTE_MS);
    sleeper.join();
    sleeper.link(yuri, 4).send(own, 30_000);
    for (const peer of [yuri, zoe]) expect(Object.values(shown(peer)), peer.name).toEqual([1, 1, 1, 1]);
  },
);

test('a sleeper that says so before the list shows that it was added again is shown once, and heard when it restarts', () => {
  const { world, xena, yuri, zoe, link } = rawBehindYuri();
  const own = [1, 2, 3, 4].map((id) => xena.text(id, `mine ${id}`)).join('');
  link.send(own, RECENT_MS);
  // Nobody sees it off the list; a fresh one that is asked for because of its old messages shows it at the
  // head.
  xena.leave();
  xena.join();
  xena.link(yuri, 4).send(own, MINUTE_MS);
  for (const peer of [yuri, zoe]) expect(Object.values(shown(peer)), peer.name).toEqual([1, 1, 1, 1]);
  // Forgotten once more, added again once more, and this time it counts from 0.
  world.clock.advance(RECENT_MS);
  xena.leave();
  world.clock.advance(30_000);
  xena.join();
  xena.link(yuri, 0).send(own, 10_000);
  for (const peer of [yuri, zoe]) expect(Object.values(shown(peer)), peer.name).toEqual([2, 2, 2, 2]);
});
