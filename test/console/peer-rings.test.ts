/** What is kept of each peer's past, against a plain list. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type OfPeer, PeerRings } from '../../src/console/feed/peer-rings.ts';

const MAX = 3;

function filled(peers: readonly string[]): PeerRings<OfPeer> {
  const rings = new PeerRings<OfPeer>(MAX);
  for (const peer of peers) rings.add({ serial: rings.next, peer });
  return rings;
}

test('of each peer the newest are kept, told in the order of all, from any place on', () => {
  const peers = fc.array(fc.constantFrom('alice', 'bob', 'carol'), { maxLength: 30 });
  fc.assert(
    fc.property(peers, fc.nat(32), fc.integer({ min: 1, max: 12 }), (names, serial, count) => {
      const rings = filled(names);
      const kept = names
        .map((peer, index) => ({ serial: index + 1, peer }))
        .filter((item, index) => names.slice(index + 1).filter((name) => name === item.peer).length < MAX);
      expect(rings.after(serial, count)).toEqual(kept.filter((item) => item.serial > serial).slice(0, count));
      expect(rings.last).toBe(names.length);
    }),
  );
});

test('a serial that does not follow is refused', () => {
  expect(() => filled(['alice']).add({ serial: 3, peer: 'bob' })).toThrow(TypeError);
});
