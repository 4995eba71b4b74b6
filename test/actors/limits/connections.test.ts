/**
 * Goal: how many connections there are, how long each has for its handshake, and who may dial, is bounded.
 */
import { describe, expect, test } from 'vitest';
import type { PEER_LIMITS } from '../../../src/limits/peer.ts';
import { linkedWith, members, RawMember, ScriptedServer } from '../tools/raw.ts';
import { handshake, PeerWorld, ROOM } from '../tools/world.ts';
import { counter, dial, linked } from './linked.ts';

describe('before its handshake a connection', () => {
  test('may send 1 KiB, and is linked if the handshake is in it', () => {
    const world = new PeerWorld();
    const self = world.join('self');
    const raw = new RawMember(world, 'raw', '10.0.9.1').join();
    const link = world.raw(raw.ip, self);
    const greeting = handshake('raw', raw.ip);
    link.send(`${'x'.repeat(1_024 - 4 - greeting.length)}::\r\n`);
    link.send(greeting);
    expect(link.received).toBe('S:0::\r\n');
    expect(linkedWith(self)).toEqual(['raw']);
  });

  test.each([
    ['in one piece', 1_025],
    ['byte by byte', 1],
  ])('is closed when it sends more (%s)', (_, pieceBytes) => {
    const world = new PeerWorld();
    const self = world.join('self');
    const raw = new RawMember(world, 'raw', '10.0.9.1').join();
    const link = world.raw(raw.ip, self);
    for (let sent = 0; sent < 1_025; sent += pieceBytes) link.send('x'.repeat(pieceBytes), 1);
    world.clock.advance(10);
    expect(link.isClosed).toBe(true);
    expect(link.received).toBe('');
    expect(linkedWith(self)).toEqual([]);
  });

  test('has 5 s, which nothing that it sends makes longer', () => {
    const world = new PeerWorld();
    const self = world.join('self');
    const silent = world.raw('10.0.9.1', self);
    const chatty = world.raw('10.0.9.2', self);
    for (let tenths = 0; tenths < 48; tenths += 1) chatty.send('K:room:me::\r\n', 100);
    expect([silent.isClosed, chatty.isClosed]).toEqual([false, false]);
    world.clock.advance(200);
    expect([silent.isClosed, chatty.isClosed]).toEqual([true, true]);
    expect(counter(self, 'connections open')).toBe(1);
  });

  test('has 5 s also where we have dialled it; then the next candidate is tried', () => {
    const world = new PeerWorld();
    const mute = new RawMember(world, 'mute', '10.0.9.1').join().listen();
    mute.answer = '';
    const self = world.join('self');
    world.clock.advance(4_500);
    expect(mute.accepted.map(({ isClosed }) => isClosed)).toEqual([false]);
    world.clock.advance(1_000);
    expect(mute.accepted[0]?.isClosed).toBe(true);
    expect(self.lines().join('\n')).toContain('No forward link: mute could not be reached');
    const other = world.join('other');
    world.clock.advance(30_000);
    expect(linkedWith(self)).toEqual(['other']);
    expect(linkedWith(other)).toEqual(['self']);
  });
});

describe('backward links', () => {
  test('over the limit are refused, and there is room again when one has gone', () => {
    const { world, self, raw, link } = linked({ limits: { backwardLinksMax: 3 } });
    const others = [2, 3, 4].map((at) => new RawMember(world, `raw${at}`, `10.0.9.${at}`).join());
    const links = others.map((other) => {
      world.clock.advance(1_000);
      const dialled = world.raw(other.ip, self);
      if (!dialled.isClosed) dialled.send(handshake(other.name, other.ip));
      return dialled;
    });
    expect(linkedWith(self, 'backward')).toEqual([raw.name, 'raw2', 'raw3']);
    expect(links.map(({ isClosed }) => isClosed)).toEqual([false, false, true]);
    expect(links[2]?.received).toBe('');
    link.close();
    world.clock.advance(1_000);
    expect(others[2]?.link(self).received).toBe('S:0::\r\n');
    expect(linkedWith(self, 'backward')).toEqual(['raw2', 'raw3', 'raw4']);
  });

  test('are bounded also where many connections wait and then all shake hands at once', () => {
    const { world, self } = linked({ limits: { backwardLinksMax: 3, loopbackAcceptsPerSecondMax: 0 } });
    const others = [2, 3, 4, 5].map((at) => new RawMember(world, `raw${at}`, `10.0.9.${at}`).join());
    world.clock.advance(25_000);
    const waiting = others.map((other) => ({ other, dialled: world.raw(other.ip, self) }));
    expect(waiting.map(({ dialled }) => dialled.isClosed)).toEqual([false, false, false, false]);
    for (const { other, dialled } of waiting) dialled.send(handshake(other.name, other.ip));
    expect(linkedWith(self, 'backward')).toHaveLength(3);
    expect(waiting.map(({ dialled }) => dialled.isClosed)).toEqual([false, false, true, true]);
  });

  test('are 256 by default', () => {
    const world = new PeerWorld();
    const server = new ScriptedServer(world);
    const self = world.start('self');
    self.peer.send({ type: 'JOIN', room: ROOM });
    world.clock.advance(10);
    const all = Array.from({ length: 257 }, (_, at) => ({
      name: `raw${at}`,
      ip: `10.9.${at >> 7}.${at % 128}`,
    }));
    world.cut(
      [self.ip],
      all.map(({ ip }) => ip),
    );
    server.reply(members(...all, self));
    world.heal();
    const ends = all.map(({ name, ip }) => {
      const [end] = [dial(world, ip, self)];
      world.clock.advance(4);
      end[0]?.write(handshake(name, ip));
      world.clock.advance(4);
      return end[0];
    });
    expect(linkedWith(self, 'backward')).toHaveLength(256);
    expect(ends.filter((end) => end?.received === 'S:0::\r\n')).toHaveLength(256);
    world.clock.advance(10);
    expect(ends.at(-1)?.isClosed).toBe(true);
  });
});

describe('handshakes under way', () => {
  test.each([
    [4, { pendingHandshakesMax: 4 }],
    [32, {}],
  ])('are %i at most: the oldest of equals gives way to a new one, which is linked', (max, limits) => {
    const { world, self, raw } = linked({ limits });
    const silent = Array.from({ length: max }, (_, at) => world.raw(`10.1.0.${at + 1}`, self));
    world.clock.advance(100);
    expect(silent.filter(({ isClosed }) => isClosed)).toEqual([]);
    expect(raw.link(self).received).toBe('S:0::\r\n');
    expect(silent.map(({ isClosed }) => isClosed)).toEqual(silent.map((_, at) => at === 0));
    world.clock.advance(6_000);
    expect(silent.filter(({ isClosed }) => !isClosed)).toEqual([]);
    expect(raw.link(self).received).toBe('S:0::\r\n');
  });
});

describe('new connections', () => {
  test('of one address are 5 a second; the next are refused, other addresses and the next second are not', () => {
    const world = new PeerWorld();
    const self = world.join('self');
    world.clock.advance(5_000);
    const ends = Array.from({ length: 20 }, () => dial(world, '10.0.9.1', self));
    const other = dial(world, '10.0.9.2', self);
    world.clock.advance(50);
    expect(ends.filter(([end]) => end && !end.isClosed)).toHaveLength(5);
    expect(other[0]?.isClosed).toBe(false);
    expect(counter(self, 'connections refused')).toBe(15);
    world.clock.advance(950);
    const later = dial(world, '10.0.9.1', self);
    world.clock.advance(50);
    expect(later[0]?.isClosed).toBe(false);
  });

  test('from this computer itself are not counted, unless that is asked for', () => {
    const count = (limits: Partial<typeof PEER_LIMITS>) => {
      const world = new PeerWorld({ limits });
      const self = world.join('self');
      const ends = Array.from({ length: 20 }, () => dial(world, self.ip, self, '127.0.0.1'));
      world.clock.advance(50);
      return ends.filter(([end]) => end && !end.isClosed).length;
    };
    expect(count({})).toBe(20);
    expect(count({ loopbackAcceptsPerSecondMax: 3 })).toBe(3);
  });
});

describe('a handshake from another address than it names', () => {
  const knock = (strictSource: boolean, from: string) => {
    const world = new PeerWorld({ strictSource });
    const self = world.join('self');
    new RawMember(world, 'raw', '10.0.9.1').join();
    const link = world.raw(from, self);
    link.send(handshake('raw', '10.0.9.1'));
    return { self, link };
  };

  test('is refused with --strict-source: closed without an answer', () => {
    const { self, link } = knock(true, '10.0.9.2');
    expect(link.received).toBe('');
    expect(link.isClosed).toBe(true);
    expect(linkedWith(self)).toEqual([]);
  });

  test('is taken without it, as NAT wants', () => {
    const { self, link } = knock(false, '10.0.9.2');
    expect(link.received).toBe('S:0::\r\n');
    expect(linkedWith(self)).toEqual(['raw']);
  });

  test('is none where the addresses are the same', () => {
    const { self, link } = knock(true, '10.0.9.1');
    expect(link.received).toBe('S:0::\r\n');
    expect(linkedWith(self)).toEqual(['raw']);
  });
});
