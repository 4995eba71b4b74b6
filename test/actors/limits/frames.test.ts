/** Goal: what one member may send, and how much waits for one that does not read, is bounded. */
import { describe, expect, test } from 'vitest';
import { PEER_LIMITS } from '../../../src/limits/peer.ts';
import { linkedWith, members, RawMember, ScriptedServer, shown } from '../tools/raw.ts';
import { PeerWorld, PORT, ROOM, type TestPeer, text } from '../tools/world.ts';
import { counter, dropped, linked } from './linked.ts';

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
