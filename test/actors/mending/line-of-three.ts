/**
 * What the tests of restarts and of sleepers share: a peer in the midst of two that can't reach each other.
 */
import { expect } from 'vitest';
import { linkedWith, RawMember } from '../tools/raw.ts';
import { PeerWorld } from '../tools/world.ts';

export const MINUTE_MS = 60_000;

/**
 * After this long the seen-cache has forgotten what a message was like: it keeps two minutes, and at most
 * twice that.
 */
export const RECENT_MS = 5 * MINUTE_MS;

/** A raw member two hops away from `zoe`, with everything that it has said through `yuri`. */
export function rawBehindYuri() {
  const world = new PeerWorld();
  const xena = new RawMember(world, 'xena', '10.0.9.1').join();
  const yuri = world.join('yuri');
  const zoe = world.join('zoe');
  const link = xena.link(yuri);
  world.clock.advance(MINUTE_MS);
  expect(linkedWith(zoe)).toEqual(['yuri']);
  return { world, xena, yuri, zoe, link };
}
