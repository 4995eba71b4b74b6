import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { linkedWith, members, RawMember, ScriptedServer } from './tools/raw.ts';
import { handshake, PeerWorld, PORT, ROOM, type TestPeer } from './tools/world.ts';

/** XState says here that an event went to an actor that has ended: the terminal's user would read it. */
const warned = vi.fn();

beforeEach(() => {
  warned.mockClear();
  vi.spyOn(console, 'warn').mockImplementation(warned);
});

afterEach(() => {
  vi.restoreAllMocks();
  expect(warned.mock.calls).toEqual([]);
});

/** Everything that a peer has is released: its connections, its ports, its timers. */
function expectNothingLeft(world: PeerWorld, peer: TestPeer): void {
  expect(peer.isOver).toBe(true);
  expect(peer.peer.status()).toMatchObject({ state: 'TERMINATED', counters: { 'connections open': 0 } });
  const count = peer.notices.length;
  expect(peer.notices.at(-1)).toMatchObject({ type: 'quit' });
  peer.peer.send({ type: 'SEND', text: 'from beyond' });
  peer.peer.send({ type: 'LIST' });
  peer.peer.send({ type: 'QUIT' });
  world.server.stop();
  world.clock.advance(2_000);
  expect(world.clock.pending).toBe(0);
  expect(peer.notices).toHaveLength(count);
  // Both of its ports are free again.
  const next = world.start('next', peer.ip);
  next.peer.send({ type: 'QUIT' });
  world.clock.advance(2_000);
  expect(world.clock.pending).toBe(0);
}

const joining = (world: PeerWorld) => {
  const peer = world.start('self');
  peer.peer.send({ type: 'JOIN', room: ROOM });
  return peer;
};

describe('Quit leaves no timer, no connection and no port', () => {
  test.each<[string, (world: PeerWorld) => TestPeer]>([
    ['START', (world) => world.start('')],
    ['NAMED', (world) => world.start('self')],
    [
      'NAMED, listing',
      (world) => {
        const peer = world.start('self');
        peer.peer.send({ type: 'LIST' });
        return peer;
      },
    ],
    [
      'NAMED, after a List',
      (world) => {
        const peer = world.start('self');
        peer.peer.send({ type: 'LIST' });
        world.clock.advance(100);
        return peer;
      },
    ],
    ['NAMED, connecting for Join', joining],
    [
      'NAMED, connecting to nobody',
      (world) => {
        world.powerOff('10.0.0.1');
        const peer = joining(world);
        world.clock.advance(2_000);
        return peer;
      },
    ],
    ['JOINED, alone', (world) => world.join('self')],
    [
      'JOINED, the room server lost',
      (world) => {
        const peer = world.join('self');
        world.server.stop();
        world.clock.advance(5_000);
        return peer;
      },
    ],
    [
      'JOINED, the room server out of reach',
      (world) => {
        const peer = world.join('self');
        world.powerOff('10.0.0.1');
        world.clock.advance(45_000);
        return peer;
      },
    ],
    [
      'JOINED, dialling a member that does not answer',
      (world) => {
        const silent = new RawMember(world, 'silent', '10.0.9.1').join();
        world.powerOff(silent.ip);
        silent.leave();
        return world.join('self');
      },
    ],
    [
      'JOINED, with pokes under way',
      (world) => {
        const silent = new RawMember(world, 'silent', '10.0.9.1').join();
        const peer = world.join('self');
        for (let times = 0; times < 5; times += 1) peer.peer.send({ type: 'POKE', name: 'silent' });
        world.clock.advance(1_000);
        silent.leave();
        return peer;
      },
    ],
  ])('from %s', (_, bring) => {
    const world = new PeerWorld();
    const peer = bring(world);
    peer.peer.send({ type: 'QUIT' });
    world.clock.advance(1_000);
    world.heal();
    world.clock.advance(1_000_000);
    expectNothingLeft(world, peer);
  });

  test('from CONNECTED, in the middle of everything', () => {
    const world = new PeerWorld();
    const self = world.join('self');
    const raw = new RawMember(world, 'raw', '10.0.9.1').join();
    const link = raw.link(self);
    const forward = new RawMember(world, 'forward', '10.0.9.2').join().listen();
    world.clock.advance(30_000);
    expect(linkedWith(self).sort()).toEqual(['forward', 'raw']);
    link.send(`nonsense::\r\n${raw.text(1, 'hello')}${raw.text(1, 'hello')}`);
    world.clock.advance(300_000);
    const silent = world.raw('10.0.9.3', self);
    // An undecided message, an unknown peer, a poke, a list: all under way.
    world.cut([self.ip], ['10.0.0.1']);
    link.send(raw.text(1, 'hello'), 1);
    const unknown = world.raw('10.0.9.4', self);
    unknown.send(handshake('unknown', '10.0.9.4'), 1);
    self.peer.send({ type: 'POKE', name: 'raw' });
    self.peer.send({ type: 'LIST' });
    self.peer.send({ type: 'QUIT' });
    world.clock.advance(1_000);
    expect([link, silent, unknown].map(({ isClosed }) => isClosed)).toEqual([true, true, true]);
    expect(forward.accepted.filter(({ isClosed }) => !isClosed)).toEqual([]);
    raw.leave();
    forward.leave();
    forward.stopListening();
    world.heal();
    world.clock.advance(1_000_000);
    expectNothingLeft(world, self);
  });

  test('from CONNECTED at once, with dropped frames to tell of and a message in doubt', () => {
    const world = new PeerWorld();
    const self = world.join('self');
    const raw = new RawMember(world, 'raw', '10.0.9.1').join();
    const link = raw.link(self);
    link.send(raw.text(1, 'hello'));
    world.clock.advance(300_000);
    world.cut([self.ip], ['10.0.0.1']);
    link.send(`nonsense::\r\nnonsense::\r\n${raw.text(1, 'hello')}`);
    self.peer.send({ type: 'QUIT' });
    raw.leave();
    world.heal();
    world.server.stop();
    world.clock.advance(2_000);
    expect(self.isOver).toBe(true);
    expect(world.clock.pending).toBe(0);
  });

  test('from CONNECTED, with a neighbour that does not read', () => {
    const world = new PeerWorld();
    const self = world.join('self');
    const raw = new RawMember(world, 'raw', '10.0.9.1').join();
    raw.link(self);
    world.cutOneWay(self.ip, raw.ip);
    for (let said = 0; said < 100; said += 1) self.peer.send({ type: 'SEND', text: `number ${said}` });
    self.peer.send({ type: 'QUIT' });
    world.clock.advance(1_000);
    expect(self.isOver).toBe(true);
    raw.leave();
    world.heal();
    world.clock.advance(1_000_000);
    expectNothingLeft(world, self);
  });

  test('from CONNECTED, while a preferred member is probed', () => {
    const world = new PeerWorld();
    const { self, preferred, other } = probing(world);
    self.peer.send({ type: 'QUIT' });
    world.clock.advance(1_000);
    for (const raw of [preferred, other]) {
      raw.leave();
      raw.stopListening();
    }
    world.clock.advance(1_000_000);
    expectNothingLeft(world, self);
  });

  test('a room of eight that quits one by one leaves an empty world', () => {
    const world = new PeerWorld();
    const peers = world.joinAll(8);
    for (const peer of peers) {
      peer.peer.send({ type: 'QUIT' });
      world.clock.advance(3_000);
      expect(peer.isOver).toBe(true);
    }
    world.server.stop();
    world.clock.advance(1_000);
    expect(world.clock.pending).toBe(0);
  });
});

/**
 * A peer whose better choice does not answer its handshake: it has linked with the other one and probes the
 * first.
 */
function probing(world: PeerWorld) {
  const server = new ScriptedServer(world);
  const self = world.start('self');
  const raws = ['one', 'two'].map((name, at) => new RawMember(world, name, `10.0.9.${at + 1}`).listen());
  for (const raw of raws) raw.answer = '';
  self.peer.send({ type: 'JOIN', room: ROOM });
  world.clock.advance(10);
  // Both were there before us.
  server.reply(members(self, ...raws));
  const preferred = raws.find(({ accepted }) => accepted.length === 1);
  const other = raws.find((raw) => raw !== preferred);
  if (!preferred || !other) throw new Error('nobody was dialled');
  other.answer = 'S:0::\r\n';
  world.clock.advance(5_100);
  expect(linkedWith(self)).toEqual([other.name]);
  for (let waitedMs = 0; waitedMs < 10_000 && preferred.accepted.length < 2; waitedMs += 100) {
    world.clock.advance(100);
  }
  expect(preferred.accepted).toHaveLength(2);
  return { server, self, preferred, other };
}

describe('a probe that is under way when the forward link is lost', () => {
  test('is closed, and no event goes to it or to any other actor that has ended', () => {
    const world = new PeerWorld();
    const { server, self, preferred, other } = probing(world);
    other.accepted[0]?.connection.end();
    world.clock.advance(100);
    expect(preferred.accepted[1]?.isClosed).toBe(true);
    for (let times = 0; times < 60; times += 1) {
      world.clock.advance(1_000);
      server.reply(members(preferred, other, self));
    }
    expect(linkedWith(self, 'forward')).toEqual([other.name]);
  });
});

test('links that end while lists keep coming leave no actor behind that is told of them', () => {
  const world = new PeerWorld();
  const self = world.join('self');
  const raw = new RawMember(world, 'raw', '10.0.9.1').join();
  for (let times = 0; times < 10; times += 1) {
    const link = raw.link(self, times);
    const unknown = world.raw('10.0.9.2', self);
    unknown.send(`P:${ROOM}:unknown${times}:10.0.9.2:${PORT}:0::\r\n`);
    if (times % 2 === 0) link.connection.destroy();
    else link.close();
    world.clock.advance(7_000);
  }
  expect(linkedWith(self)).toEqual([]);
  expect(self.peer.status().counters['connections open']).toBe(1);
});
