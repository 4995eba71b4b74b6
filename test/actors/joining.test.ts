/**
 * Goal: what a user is told on joining comes in the order in which it happens (README, "Chat in two
 * terminals").
 */
import { expect, test } from 'vitest';
import { PeerWorld } from './tools/world.ts';

test('who joins an empty room is told that it has joined before the search says that it has found nobody', () => {
  const world = new PeerWorld();
  const alice = world.join('alice');
  world.clock.advance(1_000);
  expect(alice.notices.map((notice) => (notice.type === 'state' ? notice.to : notice.type))).toEqual([
    'listening',
    'named',
    'NAMED',
    'joined',
    'JOINED',
    'search exhausted',
  ]);
});

test('who loses its last link is told so before it is JOINED again', () => {
  const world = new PeerWorld();
  const alice = world.join('alice');
  const bob = world.join('bob');
  world.clock.advance(1_000);
  const before = alice.notices.length;
  bob.peer.send({ type: 'QUIT' });
  world.clock.advance(100);
  expect(
    alice.notices
      .slice(before, before + 2)
      .map((notice) => (notice.type === 'state' ? notice.to : notice.type)),
  ).toEqual(['backward lost', 'JOINED']);
});
