import { describe, expect, test } from 'vitest';
import { PEER_LIMITS } from '../../src/limits/peer.ts';
import { linkedWith, members, RawEnd, RawMember, ScriptedServer, shown } from './tools/raw.ts';
import { handshake, PeerWorld, PORT, ROOM, type TestPeer, text, type WorldOptions } from './tools/world.ts';

/** A peer and a raw member that is linked with it. */
function linked(options: WorldOptions = {}) {
  const world = new PeerWorld(options);
  const self = world.join('self');
  const raw = new RawMember(world, 'raw', '10.0.9.1').join();
  const link = raw.link(self);
  expect(link.received).toBe('S:0::\r\n');
  world.clock.advance(2_000);
  return { world, self, raw, link };
}

/** Dials a peer from an address without waiting, so that several can come in the same instant. */
function dial(world: PeerWorld, from: string, to: TestPeer, address = to.ip): RawEnd[] {
  const ends: RawEnd[] = [];
  world.network
    .host(from)
    .connect({ host: address, port: PORT }, 5_000)
    .subscribe((connection) => ends.push(new RawEnd(connection)));
  return ends;
}

function dropped(peer: TestPeer, user: string): Readonly<Record<string, number>> | undefined {
  return peer.peer.status().links.find(({ member }) => member.user === user)?.dropped;
}

function counter(peer: TestPeer, name: string): number {
  return peer.peer.status().counters[name] ?? 0;
}

describe('a frame on a peer link', () => {
  /** A TEXT of exactly so many bytes. */
  function textOf(bytes: number, id: number): string {
    const overhead = text('raw', '10.0.9.1', id, 'x'.repeat(1_000)).length - 1_000;
    return text('raw', '10.0.9.1', id, 'x'.repeat(bytes - overhead));
  }

  test('of 8 KiB is taken, one byte more is malformed and costs only itself', () => {
    const { self, link } = linked();
    expect(textOf(8_192, 1)).toHaveLength(PEER_LIMITS.frameMaxBytes);
    link.send(textOf(8_192, 1) + textOf(8_193, 2) + text('raw', '10.0.9.1', 3, 'short'));
    expect(self.texts().map((line) => line.length)).toEqual([expect.any(Number), 'raw: short'.length]);
    expect(dropped(self, 'raw')).toEqual({ malformed: 1 });
    expect(link.isClosed).toBe(false);
  });

  test('that never ends is given up at 8 KiB, whatever comes behind it', () => {
    const { self, link } = linked();
    for (let kilobytes = 0; kilobytes < 100; kilobytes += 1) link.send(`P:${'x'.repeat(1_022)}`);
    expect(dropped(self, 'raw')).toEqual({ malformed: 1 });
    link.send(`::\r\n${text('raw', '10.0.9.1', 1, 'behind it')}`);
    expect(self.texts()).toEqual(['raw: behind it']);
  });
});

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

describe('a link whose other end does not read', () => {
  /** Messages of 499 bytes from `peer`, as fast as it takes them: what it refuses is not said again. */
  function talk(world: PeerWorld, peer: TestPeer, count: number): void {
    for (let said = 0; said < count; said += 1) {
      peer.peer.send({ type: 'SEND', text: `${said}`.padEnd(499, '.') });
      if (said % 100 === 0) world.clock.advance(1);
    }
  }

  function withSlowNeighbour(direction: 'forward' | 'backward', limits: Partial<typeof PEER_LIMITS> = {}) {
    const world = new PeerWorld({ limits });
    const self = world.join('self');
    const slow = new RawMember(world, 'slow', '10.0.9.1').join();
    const other = new RawMember(world, 'other', '10.0.9.2').join();
    const fast = other.link(self);
    if (direction === 'forward') slow.listen();
    else slow.link(self);
    world.clock.advance(30_000);
    expect(linkedWith(self, direction)).toContain('slow');
    world.cutOneWay(self.ip, slow.ip);
    return { world, self, slow, fast };
  }

  test.each(['forward', 'backward'] as const)(
    'is kept for 5 s without a byte taken, and no longer, and the user told (%s); the others miss nothing',
    (direction) => {
      const { world, self, fast } = withSlowNeighbour(direction);
      talk(world, self, 1_000);
      world.clock.advance(4_900);
      expect(linkedWith(self)).toContain('slow');
      expect(self.peer.intake).toBe('busy');
      world.clock.advance(200);
      expect(linkedWith(self)).toEqual(['other']);
      expect(self.peer.intake).toBe('open');
      expect(self.lines().join('\n')).toMatch(/(from|to) slow .* lost: it does not read fast enough/);
      expect(counter(self, 'slow consumers dropped')).toBe(1);
      expect(fast.received.split('T:room:').length - 1).toBe(1_000);
      expect(fast.isClosed).toBe(false);
    },
  );

  test('with little that waits is no slow consumer, however long it takes nothing', () => {
    const { world, self } = withSlowNeighbour('backward', { silenceMs: 3_600_000 });
    talk(world, self, 400);
    world.clock.advance(15_000);
    expect(linkedWith(self)).toContain('slow');
    expect([self.peer.intake, counter(self, 'slow consumers dropped')]).toEqual(['open', 0]);
  });

  test('bounds what waits for it: over the bound a message is refused, and says why', () => {
    const { world, self } = withSlowNeighbour('backward', { linkQueueMaxBytes: 400_000 });
    talk(world, self, 2_000);
    world.clock.advance(300);
    talk(world, self, 2_000);
    expect(self.lines().join('\n')).toContain('The links have not taken what was sent before');
    world.clock.advance(5_000);
    expect(linkedWith(self)).toEqual(['other']);
    self.peer.send({ type: 'SEND', text: 'afterwards' });
    expect(self.texts().at(-1)).toBe('self: afterwards');
  });

  test('costs the peer that forwards to it nothing else', () => {
    const world = new PeerWorld({ limits: { linkHighWaterBytes: 20_000, linkLowWaterBytes: 5_000 } });
    const [one, two, three] = world.joinAll(3);
    if (!one || !two || !three) throw new Error('nobody joined');
    world.clock.advance(30_000);
    world.cutOneWay(two.ip, three.ip);
    for (let said = 1; said <= 200; said += 1) {
      one.peer.send({ type: 'SEND', text: `number ${said} ${'.'.repeat(400)}` });
      world.clock.advance(5);
    }
    world.clock.advance(6_000);
    expect(Object.values(shown(two))).toEqual(Array(200).fill(1));
    expect(Object.values(shown(three)).every((count) => count === 1)).toBe(true);
    expect(counter(two, 'slow consumers dropped')).toBeLessThanOrEqual(1);
  });
});

describe('pokes', () => {
  function pokes(world: PeerWorld, from: string, to: TestPeer, count: number, user = 'raw'): string[] {
    const answers: string[] = [];
    world.network
      .host(from)
      .bind({ host: '0.0.0.0', port: 0 })
      .subscribe((socket) => {
        socket.datagrams.subscribe(({ bytes }) => answers.push(bytes.toString('latin1')));
        for (let at = 0; at < count; at += 1) {
          socket.send(Buffer.from(`K:${ROOM}:${user}::\r\n`), { host: to.ip, port: PORT });
        }
      });
    world.clock.advance(100);
    return answers;
  }

  test('of one source are answered and shown 5 times a second, whatever its port; others are not held up', () => {
    const { world, self, raw } = linked();
    expect([...pokes(world, raw.ip, self, 15), ...pokes(world, raw.ip, self, 15)]).toEqual(
      Array(5).fill('A::\r\n'),
    );
    expect(pokes(world, '10.0.9.2', self, 2)).toHaveLength(2);
    const isPoke = ({ type }: { type: string }) => type === 'poked' || type === 'poke received';
    expect(self.notices.filter(isPoke)).toHaveLength(2 * 7);
    expect(counter(self, 'pokes over the rate')).toBe(25);
    expect(counter(self, 'pokes answered')).toBe(7);
    world.clock.advance(1_000);
    expect(pokes(world, raw.ip, self, 10)).toHaveLength(5);
  });
});

describe('malformed frames', () => {
  test('are counted by link; with the 101st the link is closed, with the 100th it is not', () => {
    const { world, self, link } = linked();
    for (let at = 0; at < 100; at += 1) link.send('X:nonsense::\r\n', 1);
    link.send(text('raw', '10.0.9.1', 1, 'still here'));
    expect(link.isClosed).toBe(false);
    expect(self.texts()).toEqual(['raw: still here']);
    expect(dropped(self, 'raw')).toEqual({ malformed: 100 });
    link.send('X:nonsense::\r\n');
    expect(link.isClosed).toBe(true);
    expect(linkedWith(self)).toEqual([]);
    expect(self.lines().join('\n')).toContain('lost: it has sent 101 malformed frames');
    expect(counter(self, 'dropped: malformed')).toBe(101);
    const told = self.notices.filter((notice) => notice.type === 'dropped');
    expect(told.length).toBeLessThanOrEqual(2);
    world.clock.advance(10);
  });

  test('of many kinds in one chunk close it just so, and what is behind them is not shown for ever', () => {
    const { world, self, link } = linked();
    const bad = ['T:x::\r\n', 'X::\r\n', '::\r\n', `T:room:1:u:1:9999:${'x'.repeat(40)}::\r\n`, 'S:x::\r\n'];
    link.send(bad.join('').repeat(40), 10);
    expect(link.isClosed).toBe(true);
    for (let id = 1; id <= 50; id += 1) link.send(text('raw', '10.0.9.1', id, 'more'), 100);
    expect(self.texts()).toEqual([]);
    expect(counter(self, 'dropped: malformed')).toBeLessThanOrEqual(200);
    world.clock.advance(10);
  });
});

describe('the member list', () => {
  test('of a longer room is cut to its 10,000 newest members', () => {
    const world = new PeerWorld();
    const server = new ScriptedServer(world);
    const self = world.start('self');
    self.peer.send({ type: 'JOIN', room: ROOM });
    world.clock.advance(10);
    const all = Array.from({ length: 10_050 }, (_, at) => ({
      name: `member${at}`,
      ip: `10.${20 + (at >> 14)}.${(at >> 7) % 128}.${at % 128}`,
    }));
    const list = members(self, ...all);
    for (let at = 0; at < list.length; at += 60_000) server.reply(list.slice(at, at + 60_000));
    const names = self.peer.status().members.map(({ user }) => user);
    expect(names).toHaveLength(10_000);
    expect(names).toContain('self');
    expect(names).toContain('member9998');
    expect(names).not.toContain('member9999');
    expect(self.peer.status().state).toBe('JOINED');
  });

  test('that is longer than any M may be is given up, and the next one is taken', () => {
    const world = new PeerWorld();
    const server = new ScriptedServer(world);
    const self = world.start('self');
    self.peer.send({ type: 'JOIN', room: ROOM });
    world.clock.advance(10);
    server.reply(members(self));
    world.clock.advance(20_000);
    const piece = 'x'.repeat(65_536);
    for (let sent = 0; sent < 16; sent += 1) server.reply(piece);
    expect(counter(self, 'dropped: malformed')).toBe(0);
    server.reply('x');
    expect(counter(self, 'dropped: malformed')).toBe(1);
    for (let sent = 0; sent < 16; sent += 1) server.reply(piece);
    server.reply('::\r\n');
    expect(counter(self, 'dropped: malformed')).toBe(1);
    server.reply(members({ name: 'other', ip: '10.0.9.1' }, self));
    expect(self.peer.status().members).toHaveLength(2);
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
