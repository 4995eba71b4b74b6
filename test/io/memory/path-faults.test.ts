import { describe, expect, it } from 'vitest';
import type { SynFate } from '../../../src/io/memory/memory-network.ts';
import { WINDOW_BYTES } from '../../../src/io/memory/tcp/memory-pipe.ts';
import type { Connection } from '../../../src/io/network.ts';
import { A, B, TwoHosts } from './two-hosts.ts';

/** Sizes of the chunks that an end gets, with their times. */
function noteSizes(hosts: TwoHosts, connection: Connection): void {
  hosts.note(connection.bytes, (bytes) => `${bytes.length}`);
}

describe('segments', () => {
  it('carry at most what the policy says, asked for each; pieces may come at different times, in order', () => {
    const sizes = [2, 1, 3];
    const latencies = [10, 40, 20, 50];
    let isOpen = false;
    const hosts = new TwoHosts({
      segmentBytes: () => (isOpen ? (sizes.shift() ?? 100) : 100),
      latencyMs: () => (isOpen ? (latencies.shift() ?? 1) : 10),
    });
    const { near } = hosts.connected();
    isOpen = true;
    near.write(Buffer.from('abcdefghij'));
    hosts.clock.advance(100);
    expect(hosts.events).toEqual(['40 far got ab', '70 far got c', '70 far got def', '80 far got ghij']);
  });

  it('of one byte come one by one, also those that were held', () => {
    let isCut = false;
    const hosts = new TwoHosts({ segmentBytes: () => 1, isCut: () => isCut });
    const { near } = hosts.connected();
    near.write(Buffer.from('ab'));
    isCut = true;
    near.write(Buffer.from('cd'));
    expect(near.queuedBytes).toBe(2);
    hosts.clock.advance(100);
    isCut = false;
    hosts.clock.advance(1_000);
    expect(hosts.events).toEqual(['40 far got a', '40 far got b', '240 far got c', '240 far got d']);
  });

  it('are never empty, whatever the policy says', () => {
    const hosts = new TwoHosts({ segmentBytes: () => 0 });
    const { near } = hosts.connected();
    near.write(Buffer.from('ab'));
    hosts.clock.advance(100);
    expect(hosts.events).toEqual(['40 far got a', '40 far got b']);
  });

  it('that arrive at one instant run together where the policy says so, asked in that direction', () => {
    const hosts = new TwoHosts({ coalesces: (from) => from === A });
    const { near, far } = hosts.connected();
    for (const piece of ['one ', 'two']) {
      near.write(Buffer.from(piece));
      far.write(Buffer.from(piece));
    }
    hosts.clock.advance(1);
    near.write(Buffer.from('later'));
    hosts.clock.advance(100);
    const at = (name: string) => hosts.events.filter((event) => event.includes(name));
    expect(at('far')).toEqual(['40 far got one two', '41 far got later']);
    expect(at('near')).toEqual(['40 near got one ', '40 near got two']);
  });

  it('that wait for a reader run together, too', () => {
    const hosts = new TwoHosts({ coalesces: () => true });
    const { near, far } = hosts.pair();
    near.write(Buffer.from('early, '));
    hosts.clock.advance(50);
    near.write(Buffer.from('late'));
    hosts.clock.advance(50);
    hosts.noteEnd('far', far);
    hosts.clock.advance(0);
    expect(hosts.events).toEqual(['130 far got early, late']);
  });
});

describe('bandwidth', () => {
  it('delays every segment by its length, behind those before it, of all connections of this direction', () => {
    const hosts = new TwoHosts({ bytesPerSecond: (from) => (from === A ? 1_000 : Number.POSITIVE_INFINITY) });
    const one = hosts.connected();
    const other = hosts.pair(5_001);
    noteSizes(hosts, other.far);
    hosts.news();
    expect(hosts.clock.now()).toBe(60);
    one.near.write(Buffer.alloc(100, 'x'));
    other.near.write(Buffer.alloc(50));
    one.far.write(Buffer.from('fast'));
    hosts.clock.advance(1_000);
    expect(hosts.events).toEqual(['70 near got fast', `170 far got ${'x'.repeat(100)}`, '220 50']);
  });

  it('adds fractions of a millisecond up', () => {
    const hosts = new TwoHosts({ bytesPerSecond: () => 2_500, segmentBytes: () => 1 });
    const { near } = hosts.connected();
    near.write(Buffer.from('abcde'));
    hosts.clock.advance(100);
    expect(hosts.events.map((event) => event.replace(/ .*/, ''))).toEqual(['41', '41', '42', '42', '42']);
  });
});

describe('datagrams', () => {
  function received(copies: (readonly number[])[]): string[] {
    const hosts = new TwoHosts({ datagramDelaysMs: () => copies.shift() ?? [] });
    const from = hosts.now(hosts.a.bind({ host: A, port: 4_000 }));
    const to = hosts.now(hosts.b.bind({ host: B, port: 4_000 }));
    hosts.note(to.datagrams, ({ bytes }) => bytes.toString());
    for (const text of ['one', 'two', 'three']) from.send(Buffer.from(text), to.local);
    hosts.clock.advance(100);
    return hosts.events;
  }

  it('are lost, doubled and reordered by the delays of their copies', () => {
    expect(received([[], [30, 5], [20]])).toEqual(['5 two', '20 three', '30 two']);
  });

  it('are cut all the same', () => {
    const hosts = new TwoHosts({ isCut: () => true, datagramDelaysMs: () => [1] });
    const from = hosts.now(hosts.a.bind({ host: A, port: 4_000 }));
    const to = hosts.now(hosts.b.bind({ host: B, port: 4_000 }));
    hosts.note(to.datagrams, ({ bytes }) => bytes.toString());
    from.send(Buffer.from('lost'), to.local);
    hosts.clock.advance(100);
    expect(hosts.events).toEqual([]);
  });
});

describe('the fate of a SYN', () => {
  function connect(fates: SynFate[]): string[] {
    const hosts = new TwoHosts({ connects: () => fates.shift() ?? 'ok' });
    const listener = hosts.now(hosts.b.listen({ host: B, port: 5_000 }));
    hosts.note(listener.connections, () => 'accepted');
    hosts.note(hosts.a.connect({ host: B, port: 5_000 }, 5_000), () => 'connected');
    hosts.clock.advance(10_000);
    return hosts.events;
  }

  it('can be a refusal although somebody listens, a round trip later', () => {
    expect(connect(['refused'])).toEqual(['20 connection refused']);
  });

  it('can be a loss: the next one is a second later, and is asked for again', () => {
    expect(connect(['timeout'])).toEqual(['1020 connected', '1030 accepted']);
    expect(connect(['timeout', 'refused'])).toEqual(['1020 connection refused']);
    expect(connect(['timeout', 'timeout', 'timeout'])).toEqual(['5000 no answer within 5 s']);
  });
});

describe('a clogged path', () => {
  it('holds data and FIN for as long as it likes, and goes on in order as soon as it clears', () => {
    let isClogged = false;
    const hosts = new TwoHosts({ isClogged: (from) => isClogged && from === A });
    const { near, far } = hosts.connected();
    near.write(Buffer.from('under way'));
    isClogged = true;
    near.write(Buffer.from('held'));
    far.write(Buffer.from('other direction'));
    hosts.clock.advance(3_600_000);
    near.write(Buffer.from('behind'));
    expect(near.queuedBytes).toBe(10);
    expect(hosts.news()).toEqual(['40 far got under way', '40 near got other direction']);
    isClogged = false;
    hosts.clock.advance(210);
    const clearedAtMs = 3_600_030 + 200 + 10;
    expect(hosts.news()).toEqual([`${clearedAtMs} far got held`, `${clearedAtMs} far got behind`]);
    expect(near.queuedBytes).toBe(0);
    isClogged = true;
    near.end();
    hosts.clock.advance(450);
    expect(hosts.news()).toEqual([]);
    isClogged = false;
    hosts.clock.advance(160);
    expect(hosts.news().map((event) => event.replace(/^\d+ /, ''))).toEqual([
      'near closed here',
      'far ended',
    ]);
  });

  it('breaks no idle connection: keepalive is answered, and connects come about', () => {
    const hosts = new TwoHosts({ isClogged: () => true });
    hosts.connected();
    hosts.clock.advance(3_600_000);
    expect(hosts.events).toEqual([]);
  });
});

describe('a receiver that does not read', () => {
  const EXTRA = 1_000;

  it('shows at the sender once the window is full, and costs nothing before', () => {
    const hosts = new TwoHosts();
    const { near, far } = hosts.pair();
    near.write(Buffer.alloc(WINDOW_BYTES));
    expect(near.queuedBytes).toBe(0);
    near.write(Buffer.alloc(EXTRA));
    hosts.clock.advance(60_000);
    expect(near.queuedBytes).toBe(EXTRA);
    noteSizes(hosts, far);
    hosts.clock.advance(0);
    // The sender learns of it a way back later, and its bytes take the way there.
    expect([hosts.news(), near.queuedBytes]).toEqual([[`60030 ${WINDOW_BYTES}`], EXTRA]);
    hosts.clock.advance(10);
    expect(near.queuedBytes).toBe(0);
    hosts.clock.advance(10);
    expect(hosts.news()).toEqual([`60050 ${EXTRA}`]);
  });

  it('is not given up as long as its kernel answers, and is as soon as it does not', () => {
    let isCut = false;
    const hosts = new TwoHosts({ isCut: () => isCut });
    const { near } = hosts.pair();
    hosts.note(near.closed, (reason) => `near ${reason.kind}`);
    near.write(Buffer.alloc(WINDOW_BYTES + EXTRA));
    hosts.clock.advance(3_600_000);
    expect([hosts.news(), near.queuedBytes]).toEqual([[], EXTRA]);
    isCut = true;
    hosts.clock.advance(1_300_000);
    expect(hosts.news()).toHaveLength(1);
  });

  it('is given up where its answers do not come back', () => {
    let isCut = false;
    const hosts = new TwoHosts({ isCut: (from) => isCut && from === B });
    const { near } = hosts.pair();
    hosts.note(near.closed, (reason) => `near ${reason.kind}`);
    near.write(Buffer.alloc(WINDOW_BYTES + EXTRA));
    isCut = true;
    hosts.clock.advance(1_300_000);
    expect(hosts.news()).toHaveLength(1);
  });

  it('lets the sender go on although word of the space was lost on a path that was cut', () => {
    let isCut = false;
    const hosts = new TwoHosts({ isCut: (from) => isCut && from === B });
    const { near, far } = hosts.pair();
    near.write(Buffer.alloc(WINDOW_BYTES + EXTRA));
    hosts.clock.advance(100);
    isCut = true;
    noteSizes(hosts, far);
    hosts.clock.advance(10_000);
    expect([near.queuedBytes, hosts.news()]).toEqual([EXTRA, [`130 ${WINDOW_BYTES}`]]);
    isCut = false;
    hosts.clock.advance(60_000);
    expect(near.queuedBytes).toBe(0);
    expect(hosts.news().map((event) => event.replace(/\d+ /, ''))).toEqual([`${EXTRA}`]);
  });

  it('gets a long stream whole, in pieces that fit', () => {
    const hosts = new TwoHosts({ segmentBytes: () => 10_000 });
    const { near, far } = hosts.pair();
    const sent = Buffer.alloc(1_000_000);
    for (let at = 0; at < sent.length; at += 4) sent.writeUInt32LE(at, at);
    const got: Buffer[] = [];
    far.bytes.subscribe((bytes) => got.push(bytes));
    near.write(sent);
    expect(near.queuedBytes).toBe(sent.length - WINDOW_BYTES);
    hosts.clock.advance(10_000);
    expect(Buffer.concat(got).equals(sent)).toBe(true);
    expect(Math.max(...got.map(({ length }) => length))).toBe(10_000);
  });
});
