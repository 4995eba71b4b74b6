/**
 * Goal: a host that loses its address, gets another one, or is on the network again is back in its room
 * within seconds, where nobody can dial it too.
 */
import { describe, expect, test } from 'vitest';
import { linkedWith, RawMember, shown } from '../tools/raw.ts';
import { PeerWorld, SERVER, type TestPeer } from '../tools/world.ts';

/** One of ours that has dialled a member, and that nobody can dial: everybody else's SYNs to it get lost. */
function behindNat() {
  const self = { ip: '10.0.1.1' };
  const world = new PeerWorld({
    connects: (from, to) => (to.startsWith('10.0.1.') && from !== SERVER.host ? 'timeout' : 'ok'),
  });
  const peer = world.join('self', self.ip);
  const other = new RawMember(world, 'other', '10.0.9.1').join().listen();
  world.clock.advance(30_000);
  expect(linkedWith(peer, 'forward')).toEqual(['other']);
  return { world, peer, other };
}

describe('a peer whose address changes while nobody can dial it', () => {
  test('dials its neighbour anew within 5 s, make before break, and is listed under its new address', () => {
    const { world, peer, other } = behindNat();
    world.network.plugIn(peer.ip, '10.0.1.77');
    world.clock.advance(5_000);
    expect(linkedWith(peer, 'forward')).toEqual(['other']);
    const ends = other.accepted.filter(({ isClosed }) => !isClosed);
    ends.at(-1)?.write(other.text(1, 'do you hear me?'));
    peer.peer.send({ type: 'SEND', text: 'and you?' });
    world.clock.advance(1_000);
    expect(shown(peer)['other: do you hear me?']).toBe(1);
    expect(ends.at(-1)?.received).toContain('and you?');
    expect(peer.peer.status().self?.ip).toBe('10.0.1.77');
    world.clock.advance(120_000);
    expect(linkedWith(peer, 'forward')).toEqual(['other']);
    expect(peer.lines().join('\n')).not.toContain('→ JOINED.\nCONNECTED');
    expect(peer.peer.status().isOffline).toBe(false);
  });

  test('names its new address in the handshake of its link as soon as the room server knows it', () => {
    const { world, peer, other } = behindNat();
    world.network.plugIn(peer.ip, '10.0.1.77');
    world.clock.advance(10_000);
    expect(other.accepted.filter(({ isClosed }) => !isClosed).at(-1)?.received).toContain(':10.0.1.77:');
  });
});

describe('a peer that is unplugged', () => {
  // Whatever the search and the connection to the room server are just doing.
  test.each([2_000, 60_000, 61_000, 62_000, 63_500, 65_000, 66_500, 68_000, 70_000, 72_500, 75_000, 600_000])(
    'for %i ms is back with everybody within 10 s',
    (downMs) => {
      const world = new PeerWorld();
      const peers = world.joinAll(5);
      world.clock.advance(60_000);
      const self = peers[2] as TestPeer;
      world.network.unplug(self.ip);
      world.clock.advance(downMs);
      world.network.plugIn(self.ip);
      world.clock.advance(10_000);
      expect(self.peer.status()).toMatchObject({ state: 'CONNECTED', isOffline: false });
      for (const peer of peers) world.say(peer, `from ${peer.name}`);
      for (const peer of peers)
        for (const { name } of peers) expect(shown(peer)[`${name}: from ${name}`], peer.name).toBe(1);
    },
  );

  test('for 2 s, and says something meanwhile, loses no link, and nothing that was said', () => {
    const world = new PeerWorld();
    const peers = world.joinAll(3);
    world.clock.advance(60_000);
    const links = world.links();
    const self = peers[1] as TestPeer;
    world.network.unplug(self.ip);
    self.peer.send({ type: 'SEND', text: 'in the dark' });
    world.clock.advance(2_000);
    world.network.plugIn(self.ip);
    world.clock.advance(10_000);
    expect(world.links()).toEqual(links);
    for (const peer of peers) expect(shown(peer)[`${self.name}: in the dark`], peer.name).toBe(1);
  });
});
