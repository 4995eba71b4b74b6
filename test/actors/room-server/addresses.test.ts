/** Goal: a peer that is given a name with several room servers behind it needs only one of them to live. */
import { describe, expect, test } from 'vitest';
import { PEER_LIMITS } from '../../../src/limits/peer.ts';
import { PeerWorld, ROOM, SERVER, type TestPeer } from '../tools/world.ts';

const OTHER = '10.0.0.2';
const BOTH = [SERVER.host, OTHER];

function serversOf(world: PeerWorld, peer: TestPeer): string[] {
  return world.connections(peer).flatMap(({ remote }) => (remote.port === SERVER.port ? [remote.host] : []));
}

describe('a room server name with two addresses', () => {
  test('the first that lives is taken at the first connect', () => {
    const world = new PeerWorld({ serverAddresses: BOTH });
    world.server.stop();
    world.startServer(OTHER);
    const alice = world.join('alice');
    expect(alice.peer.status().state).toBe('JOINED');
    expect(serversOf(world, alice)).toEqual([OTHER]);
    expect(alice.lines().join()).not.toContain('lost');
  });

  test('a crash of one costs one back-off: peers are in the room of the other, and links stay', () => {
    const world = new PeerWorld({ serverAddresses: BOTH });
    const first = world.server;
    world.startServer(OTHER);
    const [alice, bob] = world.joinAll(2) as [TestPeer, TestPeer];
    expect(serversOf(world, alice)).toEqual([SERVER.host]);
    first.stop();
    world.clock.advance(PEER_LIMITS.reconnectMinMs + 100);
    for (const peer of [alice, bob]) {
      expect(serversOf(world, peer)).toEqual([SERVER.host, OTHER]);
      expect(peer.peer.status().state).toBe('CONNECTED');
      expect(peer.lines()).toContain('Connected to the room server rooms:32340 again.');
    }
    expect(world.server.connectionCount).toBe(2);
    expect(world.links().length).toBe(1);
    world.say(alice, 'still here');
    expect(bob.texts()).toContain('peer1: still here');
    world.clock.advance(2 * PEER_LIMITS.keepaliveMs);
    expect(alice.peer.status().members.length).toBe(2);
    world.quitAll();
    expect(world.peers.every(({ isOver }) => isOver)).toBe(true);
  });

  test('one that takes connections and never answers is not tried first again', () => {
    const world = new PeerWorld({ serverAddresses: BOTH });
    const mute = world.network.host(OTHER);
    mute.listen({ host: OTHER, port: SERVER.port }).subscribe(({ connections }) => connections.subscribe());
    const alice = world.join('alice');
    world.server.stop();
    // Lost: to the mute one. Given up for its silence: back to the first, which is there again.
    world.clock.advance(2_000);
    world.startServer();
    world.clock.advance(PEER_LIMITS.replyTimeoutMs + 2 * PEER_LIMITS.reconnectMinMs);
    expect(serversOf(world, alice)).toEqual([SERVER.host, OTHER, SERVER.host]);
    expect(alice.lines().at(-1)).toMatch(/^Connected to the room server/);
    expect(world.server.connectionCount).toBe(1);
  });

  test('while none lives all are tried again and again; whichever comes first has the peer', () => {
    const world = new PeerWorld({ serverAddresses: BOTH });
    const alice = world.join('alice');
    world.server.stop();
    world.clock.advance(20_000);
    expect(serversOf(world, alice)).toEqual([SERVER.host]);
    expect(alice.peer.status().state).toBe('JOINED');
    world.startServer(OTHER);
    world.clock.advance(PEER_LIMITS.reconnectMaxMs);
    expect(serversOf(world, alice)).toEqual([SERVER.host, OTHER]);
    expect(alice.peer.status().room).toBe(ROOM);
  });
});
