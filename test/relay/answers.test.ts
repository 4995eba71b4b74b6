/**
 * Goal: who answers a message in the moment in which it is shown is heard by the others after the message
 * itself, not before it (PROTOCOL.md, Flooding).
 */
import { afterEach, expect, test } from 'vitest';
import { PeerWorld } from '../actors/tools/world.ts';

let world: PeerWorld;

afterEach(() => world.quitAll());

test('an answer goes out after what it answers, wherever that stands in a burst', () => {
  world = new PeerWorld();
  const [ada, bob, cyd] = world.joinAll(3);
  if (!ada || !bob || !cyd) throw new Error('nobody is there');
  world.clock.advance(60_000);
  // Whoever is linked to both others passes on what one says to the other.
  const middle = [ada, bob, cyd].find(({ peer }) => peer.status().links.length === 2);
  if (!middle) throw new Error(`no chain: ${world.links()}`);
  const [speaker, listener] = [ada, bob, cyd].filter((peer) => peer !== middle);
  if (!speaker || !listener) throw new Error('nobody is at the ends');
  middle.peer.notices.subscribe((notice) => {
    if (notice.type === 'text' && !notice.own)
      middle.peer.send({ type: 'SEND', text: `yes, ${notice.content}` });
  });
  const before = listener.texts().length;
  speaker.peer.send({ type: 'SEND', text: 'one', more: ['two', 'three'] });
  world.clock.advance(1_000);
  const said = listener
    .texts()
    .slice(before)
    .map((line) => line.replace(/^.*?: /, ''));
  expect(said).toEqual(['one', 'yes, one', 'two', 'yes, two', 'three', 'yes, three']);
});
