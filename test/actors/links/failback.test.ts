import { describe, expect, test } from 'vitest';
import { linkedWith, members, RawMember, ScriptedServer } from '../tools/raw.ts';
import { PeerWorld, ROOM, ringOrder, SERVER, type TestPeer } from '../tools/world.ts';

/** Sizes of the pieces that the overlay is in, biggest first. */
function pieces(peers: readonly TestPeer[]): number[] {
  const byName = new Map(peers.map((peer) => [peer.name, peer]));
  const unseen = new Set(byName.keys());
  const sizes: number[] = [];
  for (const start of byName.keys()) {
    if (!unseen.delete(start)) continue;
    const reached = [start];
    for (const name of reached) {
      for (const { member } of byName.get(name)?.peer.status().links ?? []) {
        if (unseen.delete(member.user)) reached.push(member.user);
      }
    }
    sizes.push(reached.length);
  }
  return sizes.sort((left, right) => right - left);
}

function everybodyHearsEverybody(world: PeerWorld, peers: readonly TestPeer[], label: string): void {
  for (const peer of peers) world.say(peer, `${label} from ${peer.name}`);
  const expected = peers.map(({ name }) => `${name}: ${label} from ${name}`).sort();
  for (const peer of peers) {
    expect(
      peer
        .texts()
        .filter((line) => line.includes(`${label} from`))
        .sort(),
      peer.name,
    ).toEqual(expected);
  }
}

describe('failback', () => {
  test.each([6, 10, 20])(
    'a split of a room of %i that lasts until both sides have re-linked heals by itself',
    (count) => {
      const world = new PeerWorld();
      const peers = world.joinAll(count);
      world.clock.advance(60_000);
      const left = peers.filter((_, index) => index % 2 === 0).map(({ ip }) => ip);
      const right = peers.filter((_, index) => index % 2 === 1).map(({ ip }) => ip);
      world.cut(left, right);
      world.clock.advance(300_000);
      expect(pieces(peers).length).toBeGreaterThan(1);
      world.heal();
      world.clock.advance(120_000);
      expect(pieces(peers)).toEqual([count]);
      everybodyHearsEverybody(world, peers, 'healed');
      world.quitAll();
      world.server.stop();
      world.clock.advance(1_000);
      expect(world.clock.pending).toBe(0);
    },
  );

  // Back-off must not outlast what it was for: 5 s between attempts, 2 s until a connect is through.
  test.each([4, 9].flatMap((count) => [40_000, 75_000, 200_000].map((splitMs) => [count, splitMs] as const)))(
    'a room of %i that was in halves for %i ms is one within 8 s of the end of it',
    (count, splitMs) => {
      for (const isServerCut of [false, true]) {
        const world = new PeerWorld();
        const peers = world.joinAll(count);
        world.clock.advance(90_000);
        const halves = [0, 1].map((half) => peers.filter((_, at) => at % 2 === half).map(({ ip }) => ip));
        const [near = [], far = []] = halves;
        world.cut(near, isServerCut ? [...far, SERVER.host] : far);
        world.clock.advance(splitMs);
        expect(pieces(peers).length).toBeGreaterThan(1);
        world.heal();
        world.clock.advance(8_000);
        expect(pieces(peers)).toEqual([count]);
      }
    },
  );

  test('without probes a room of 20 stays split for ever: the failure that failback is for', () => {
    const never = 2_000_000_000;
    const world = new PeerWorld({ limits: { probeMinMs: never, probeMaxMs: never } });
    const peers = world.joinAll(20);
    world.clock.advance(60_000);
    const left = peers.filter((_, index) => index % 2 === 0).map(({ ip }) => ip);
    const right = peers.filter((_, index) => index % 2 === 1).map(({ ip }) => ip);
    world.cut(left, right);
    world.clock.advance(300_000);
    world.heal();
    world.clock.advance(3_600_000);
    expect(pieces(peers).length).toBeGreaterThan(1);
  });

  test('a probe that answers becomes the forward link, the old one is closed, never two at once', () => {
    const world = new PeerWorld();
    const [self, ...others] = world.joinAll(4);
    if (!self) throw new Error('nobody joined');
    world.clock.advance(60_000);
    // Everybody but the last choice is out of reach, until self has linked to that one.
    const order = ringOrder(world.peers, self);
    const [first, last] = [order[0], order.at(-1)];
    if (!first || !last) throw new Error('nobody to choose');
    world.cut(
      [self.ip],
      others.map(({ ip }) => ip).filter((ip) => ip !== last.ip),
    );
    world.clock.advance(200_000);
    let most = 0;
    self.peer.changes.subscribe(() => {
      const forward = self.peer.status().links.filter(({ direction }) => direction === 'forward');
      most = Math.max(most, forward.length);
    });
    world.heal();
    world.clock.advance(120_000);
    expect(most).toBe(1);
    expect(pieces(world.peers)).toEqual([4]);
    everybodyHearsEverybody(world, world.peers, 'back');
  });

  test('a preferred member that the search has dialled for nothing is not probed at once, but after a longer pause', () => {
    const world = new PeerWorld({ limits: { jitterRatio: 0, probeMinMs: 5_000, handshakeTimeoutMs: 5_000 } });
    const server = new ScriptedServer(world);
    const self = world.start('self');
    // In the order in which `self` chooses: one that never answers its handshake, and two that do.
    const [deaf, near, far] = ringOrder(
      ['one', 'two', 'three'].map((name, at) => ({ ...self, name, ip: `10.0.9.${at + 1}` })).concat(self),
      self,
    ).map(({ name, ip }) => new RawMember(world, name, ip).listen());
    if (!deaf || !near || !far) throw new Error('there are three');
    deaf.answer = '';
    self.peer.send({ type: 'JOIN', room: ROOM });
    world.clock.advance(10);
    // Whoever is listed behind us was there before us.
    server.reply(members(self, near, far));
    expect(linkedWith(self, 'forward')).toEqual([near.name]);
    world.clock.advance(20_000);
    server.reply(members(self, near, far, deaf));
    const link = deaf.link(self);
    link.connection.destroy();
    // Preferred since the list: probed 5 s later, failed after 10 s, due again after 20 s.
    world.clock.advance(16_000);
    expect(deaf.accepted).toHaveLength(1);
    near.accepted[0]?.connection.end();
    // The search dials it, too; after a second of its silence the next one is dialled beside it.
    world.clock.advance(2_000);
    expect([linkedWith(self, 'forward'), deaf.accepted.length]).toEqual([[near.name], 2]);
    // The second failure makes it 20 s more.
    world.clock.advance(15_000);
    server.reply(members(self, near, far, deaf));
    expect(deaf.accepted).toHaveLength(2);
    world.clock.advance(6_000);
    expect(deaf.accepted).toHaveLength(3);
  });

  test('nobody relinks when nothing has failed', () => {
    const world = new PeerWorld();
    world.joinAll(12);
    world.clock.advance(60_000);
    const links = world.links();
    world.clock.advance(3_600_000);
    expect(world.links()).toEqual(links);
    expect(world.peers.flatMap((peer) => peer.lines()).filter((line) => line.includes('lost'))).toEqual([]);
  });

  test('who joins a room server that has lost its memory, before the others are back on its list, is not left apart', () => {
    const world = new PeerWorld();
    const old = world.joinAll(8);
    world.clock.advance(60_000);
    const oldAddresses = old.map(({ ip }) => ip);
    world.server.stop();
    world.cut(oldAddresses, [SERVER.host]);
    world.startServer();
    const young = world.joinAll(4, 'young');
    // They see nobody else, and link among themselves; the others keep their links: nothing fails for
    // anybody.
    expect(pieces(world.peers)).toEqual([8, 4]);
    world.heal();
    world.clock.advance(120_000);
    expect(young[0]?.peer.status().members).toHaveLength(12);
    expect(pieces(world.peers)).toEqual([12]);
    everybodyHearsEverybody(world, world.peers, 'together');
  });

  test('the room server out of reach for an hour leaves every link as it is', () => {
    const world = new PeerWorld();
    const peers = world.joinAll(5);
    world.clock.advance(30_000);
    const links = world.links();
    world.cut(
      peers.map(({ ip }) => ip),
      [SERVER.host],
    );
    world.clock.advance(3_600_000);
    expect(world.links()).toEqual(links);
    everybodyHearsEverybody(world, peers, 'without a server');
    world.heal();
    world.clock.advance(120_000);
    expect(peers.map(({ peer }) => peer.status().members.length)).toEqual([5, 5, 5, 5, 5]);
  });
});
