/**
 * What the tests of limits share: a peer that is linked with a raw member, and what the peer has counted.
 */
import { expect } from 'vitest';
import { RawEnd, RawMember } from '../tools/raw.ts';
import { PeerWorld, PORT, type TestPeer, type WorldOptions } from '../tools/world.ts';

/** A peer and a raw member that is linked with it. */
export function linked(options: WorldOptions = {}) {
  const world = new PeerWorld(options);
  const self = world.join('self');
  const raw = new RawMember(world, 'raw', '10.0.9.1').join();
  const link = raw.link(self);
  expect(link.received).toBe('S:0::\r\n');
  world.clock.advance(2_000);
  return { world, self, raw, link };
}

/** Dials a peer from an address without waiting, so that several can come in the same instant. */
export function dial(world: PeerWorld, from: string, to: TestPeer, address = to.ip): RawEnd[] {
  const ends: RawEnd[] = [];
  world.network
    .host(from)
    .connect({ host: address, port: PORT }, 5_000)
    .subscribe((connection) => ends.push(new RawEnd(connection)));
  return ends;
}

export function dropped(peer: TestPeer, user: string): Readonly<Record<string, number>> | undefined {
  return peer.peer.status().links.find(({ member }) => member.user === user)?.dropped;
}

export function counter(peer: TestPeer, name: string): number {
  return peer.peer.status().counters[name] ?? 0;
}
