/**
 * Goal: who hears nothing from anybody after it has written something is told so within 15 s, and when it
 * hears again; who is heard, or whose words are acknowledged, is not.
 */
import { of } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { Connection } from '../../src/io/network.ts';
import { linkedWith, RawMember, traceOf } from './tools/raw.ts';
import { PeerWorld, SERVER, type TestPeer } from './tools/world.ts';

const OFFLINE = 'You may be offline: nothing heard for 15 s.';

function hasSaid({ lines }: TestPeer, word: string): boolean {
  return lines().some((line) => line.startsWith(word));
}

/** Steps until something is so, at most for so long; tells how long it took. */
function timeUntil(world: PeerWorld, maxMs: number, condition: () => boolean): number {
  const sinceMs = world.clock.now();
  while (!condition() && world.clock.now() - sinceMs < maxMs) world.clock.advance(100);
  return world.clock.now() - sinceMs;
}

function linkedPeers() {
  const world = new PeerWorld();
  const [self, other] = world.joinAll(2) as [TestPeer, TestPeer];
  world.clock.advance(30_000);
  expect(linkedWith(self)).toEqual([other.name]);
  return { world, self, other };
}

describe('a peer that is cut off from everybody', () => {
  test('says so 15 s after it has written something, and when it hears again', () => {
    const { world, self, other } = linkedPeers();
    world.powerOff(self.ip);
    self.peer.send({ type: 'SEND', text: 'is anybody there?' });
    const tookMs = timeUntil(world, 60_000, () => hasSaid(self, OFFLINE));
    expect(tookMs).toBeGreaterThan(14_000);
    expect(tookMs).toBeLessThanOrEqual(15_100);
    expect(self.peer.status().isOffline).toBe(true);
    world.clock.advance(300_000);
    expect(self.lines().filter((line) => line === OFFLINE)).toHaveLength(1);
    world.heal();
    timeUntil(world, 60_000, () => !self.peer.status().isOffline);
    expect(hasSaid(self, 'Heard from the others again, after ')).toBe(true);
    world.clock.advance(60_000);
    expect([linkedWith(self), linkedWith(other)]).toEqual([[other.name], [self.name]]);
  });

  test('that says nothing itself is told by its KEEPALIVE', () => {
    const { world, self } = linkedPeers();
    world.powerOff(self.ip);
    expect(timeUntil(world, 60_000, () => hasSaid(self, OFFLINE))).toBeLessThanOrEqual(35_100);
  });

  test('and alone in its room is told as well', () => {
    const world = new PeerWorld();
    const self = world.join('self');
    world.powerOff(self.ip);
    expect(timeUntil(world, 60_000, () => hasSaid(self, OFFLINE))).toBeLessThanOrEqual(35_100);
  });

  test.each(['a datagram', 'a connection'])(
    'ends the pause before the next connect when %s comes in',
    (what) => {
      const { world, self, other } = linkedPeers();
      world.powerOff(self.ip);
      world.clock.advance(240_000);
      expect(self.peer.status()).toMatchObject({
        isOffline: true,
        roomServer: { state: 'lost, reconnecting' },
      });
      // It has just failed once more: the next try by itself would come half a minute later.
      const failures = () => self.peer.status().roomServer.state;
      timeUntil(world, 60_000, () => failures() === 'connecting');
      timeUntil(world, 60_000, () => failures() === 'lost, reconnecting');
      world.heal();
      if (what === 'a datagram') {
        world.network
          .host(other.ip)
          .bind({ host: '0.0.0.0', port: 0 })
          .subscribe((socket) =>
            socket.send(Buffer.from('K:room:other::\r\n'), { host: self.ip, port: 5_000 }),
          );
      } else {
        world.raw('10.0.9.9', self);
      }
      world.clock.advance(200);
      expect(self.peer.status()).toMatchObject({ isOffline: false, roomServer: { state: 'connected' } });
    },
  );
});

describe('nobody is told so', () => {
  test('who talks in a room of silent listeners: their hosts acknowledge', () => {
    const { world, self } = linkedPeers();
    const frames = traceOf(world, self);
    for (let said = 1; said <= 300; said += 1) {
      self.peer.send({ type: 'SEND', text: `number ${said}` });
      world.clock.advance(1_000);
    }
    expect(hasSaid(self, OFFLINE)).toBe(false);
    const requests = frames.filter(({ direction, via }) => direction === 'out' && via === 'room server');
    expect(requests.length).toBeLessThanOrEqual(16);
  });

  test('whose room server is down while others listen', () => {
    const { world, self } = linkedPeers();
    world.powerOff(SERVER.host);
    for (let said = 1; said <= 300; said += 1) {
      self.peer.send({ type: 'SEND', text: `number ${said}` });
      world.clock.advance(1_000);
    }
    expect(hasSaid(self, OFFLINE)).toBe(false);
  });

  test('whose only neighbour has died: the room server is asked, and answers', () => {
    const { world, self, other } = linkedPeers();
    world.powerOff(other.ip);
    for (let said = 1; said <= 120; said += 1) {
      self.peer.send({ type: 'SEND', text: `number ${said}` });
      world.clock.advance(1_000);
    }
    expect(hasSaid(self, OFFLINE)).toBe(false);
  });

  test('who does nothing', () => {
    const { world, self, other } = linkedPeers();
    world.clock.advance(600_000);
    expect([hasSaid(self, OFFLINE), hasSaid(other, OFFLINE)]).toEqual([false, false]);
  });
});

describe('where the system does not tell of acknowledgements', () => {
  const acknowledgement: Connection['acknowledgement'] = () => of('unknown');

  test('who talks to silent listeners is told nothing, until the room server leaves a request unanswered', () => {
    const world = new PeerWorld({ connection: { acknowledgement } });
    const self = world.join('self');
    const other = new RawMember(world, 'other', '10.0.9.1').join();
    other.link(self);
    for (let said = 1; said <= 60; said += 1) {
      self.peer.send({ type: 'SEND', text: `number ${said}` });
      world.clock.advance(1_000);
    }
    expect(hasSaid(self, OFFLINE)).toBe(false);
    world.powerOff(self.ip);
    self.peer.send({ type: 'SEND', text: 'still there?' });
    expect(timeUntil(world, 60_000, () => hasSaid(self, OFFLINE))).toBeLessThanOrEqual(35_100);
  });

  test('a quiet neighbour of somebody who talks is dialled anew now and then, seldom, make before break', () => {
    const world = new PeerWorld({ connection: { acknowledgement } });
    const self = world.join('self');
    const other = new RawMember(world, 'other', '10.0.9.1').join().listen();
    world.clock.advance(30_000);
    let said = 0;
    const talk = (seconds: number) => {
      for (let second = 0; second < seconds; second += 1) {
        said += 1;
        self.peer.send({ type: 'SEND', text: `number ${said}` });
        world.clock.advance(1_000);
      }
    };
    talk(3_600);
    expect(linkedWith(self, 'forward')).toEqual(['other']);
    expect(other.accepted.length).toBeGreaterThan(2);
    expect(other.accepted.length).toBeLessThan(12);
    expect(self.lines().filter((line) => line.includes('lost:'))).toEqual([]);
    const received = other.accepted.map((end) => end.received).join('');
    expect(received.split('T:room:').length - 1).toBe(said);
    world.powerOff(other.ip);
    talk(120);
    expect(self.lines().join('\n')).toContain('lost: it does not answer any more');
  });
});
