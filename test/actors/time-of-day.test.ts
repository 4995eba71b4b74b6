/** Nothing is decided by the time of day: it may be set back or forward at any moment. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/io/node/system-clock.ts';
import { linkedWith } from './tools/raw.ts';
import { PeerWorld, type TestPeer } from './tools/world.ts';

const HOUR_MS = 3_600_000;
const STEPS = [
  ['back by an hour', -HOUR_MS],
  ['forward by 5 minutes', 300_000],
  ['forward by a day', 24 * HOUR_MS],
] as const;

function roomOfThree() {
  const world = new PeerWorld();
  const [one, two, three] = world.joinAll(3) as [TestPeer, TestPeer, TestPeer];
  world.clock.advance(60_000);
  return { world, one, two, three };
}

function set(world: PeerWorld, byMs: number): void {
  world.clock.setTimeOfDay(world.clock.timeOfDay() + byMs);
}

function members(peer: TestPeer): number {
  return peer.peer.status().members.length;
}

describe.each(STEPS)('the time of day is set %s', (_, byMs) => {
  test('nobody expires, no link is lost, and whoever joins is linked and heard at once', () => {
    const { world, one, two, three } = roomOfThree();
    const before = world.links();
    set(world, byMs);
    world.clock.advance(90_000);
    expect(world.links()).toEqual(before);
    expect([one, two, three].map(members)).toEqual([3, 3, 3]);
    const late = world.join('late');
    world.clock.advance(1_000);
    expect(late.peer.status().state).toBe('CONNECTED');
    world.say(late, 'hello');
    for (const peer of [one, two, three]) expect(peer.texts()).toContain('late: hello');
  });

  test('a member that has lost its power is off the list within 100 s, and its ghost is no link', () => {
    const { world, one, two, three } = roomOfThree();
    set(world, byMs);
    world.crash(three);
    world.clock.advance(100_000);
    expect([one, two].map(members)).toEqual([2, 2]);
    expect(linkedWith(one)).not.toContain('peer3');
  });

  test('pokes and links from one address are taken as before', () => {
    const { world, one, two } = roomOfThree();
    for (let count = 0; count < 5; count += 1) one.peer.send({ type: 'POKE', name: 'peer2' });
    world.clock.advance(1_000);
    set(world, byMs);
    world.clock.advance(1_000);
    const answered = () => one.notices.filter(({ type }) => type === 'poke answered');
    const before = answered().length;
    one.peer.send({ type: 'POKE', name: 'peer2' });
    world.clock.advance(500);
    expect(answered()).toHaveLength(before + 1);
    expect(answered().at(-1)).toMatchObject({ afterMs: 2 });
    one.peer.send({ type: 'QUIT' });
    world.clock.advance(1_000);
    world.join('peer1', one.ip);
    world.clock.advance(1_000);
    expect(linkedWith(two)).toContain('peer1');
  });

  test('the first words of a member that was started again are heard by everybody, once', () => {
    const { world, one, two, three } = roomOfThree();
    for (const word of ['a', 'b', 'c']) world.say(one, `old ${word}`);
    set(world, byMs);
    one.peer.send({ type: 'QUIT' });
    world.clock.advance(1_000);
    const again = world.join('peer1', one.ip);
    world.clock.advance(6_000);
    for (const word of ['x', 'y', 'z']) world.say(again, `new ${word}`);
    for (const peer of [two, three]) {
      expect(peer.texts()).toEqual(
        ['old a', 'old b', 'old c', 'new x', 'new y', 'new z'].map((t) => `peer1: ${t}`),
      );
    }
  });
});

test('the clock of this computer counts on while Date is set back, and stamps follow Date', () => {
  const real = Date.now;
  const before = systemClock.now();
  try {
    Date.now = () => 5;
    expect(systemClock.now()).toBeGreaterThanOrEqual(before);
    expect(systemClock.timeOfDay()).toBe(5);
  } finally {
    Date.now = real;
  }
});

/** The page in the browser shows stamps only. */
const MAY_READ_IT = ['io/node/system-clock.ts', 'console/page/'];

test('no other file reads the time of day past the clock', () => {
  const root = join(import.meta.dirname, '../../src');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.tsx?$/.test(file),
  );
  const readers = files
    .filter((file) => !MAY_READ_IT.some((allowed) => file.startsWith(allowed)))
    .filter((file) => /Date\.now|new Date\(\)/.test(readFileSync(join(root, file), 'utf8')));
  expect(readers).toEqual([]);
});
