import { describe, expect, it } from 'vitest';
import { WINDOW_BYTES } from '../../../src/io/memory/tcp/memory-pipe.ts';
import { A, B, TwoHosts } from './two-hosts.ts';

describe('a paused process', () => {
  it('has its timers wait; those that fell due fire at once when it goes on, in due order, cleared ones not', () => {
    const hosts = new TwoHosts();
    const { processA, clock } = hosts;
    const fired: string[] = [];
    const set = (name: string, delayMs: number) =>
      processA.clock.setTimeout(() => fired.push(`${clock.now()} ${name}`), delayMs);
    set('second', 20);
    set('first', 10);
    const third = set('third', 30);
    set('last', 500);
    processA.clock.setTimeout(() => processA.clock.clearTimeout(third), 5);
    set('before', 0);
    clock.advance(1);
    processA.pause();
    clock.advance(99);
    expect([fired, processA.isPaused, processA.isAlive]).toEqual([['0 before'], true, true]);
    processA.resume();
    clock.advance(1_000);
    expect(fired).toEqual(['0 before', '100 first', '100 second', '500 last']);
    expect(processA.usage.timers).toBe(0);
  });

  it('learns of all that arrived in order, its own timers in between', () => {
    const hosts = new TwoHosts();
    const { far } = hosts.connected();
    const socketB = hosts.now(hosts.b.bind({ host: B, port: 4_000 }));
    const socketA = hosts.now(hosts.a.bind({ host: A, port: 4_000 }));
    hosts.note(socketA.datagrams, ({ bytes }) => `datagram ${bytes.toString()}`);
    hosts.processA.pause();
    far.write(Buffer.from('one'));
    hosts.processA.clock.setTimeout(() => hosts.events.push(`${hosts.clock.now()} timer`), 15);
    hosts.clock.advance(12);
    socketB.send(Buffer.from('dgram'), socketA.local);
    far.write(Buffer.from('two'));
    far.end();
    hosts.clock.advance(988);
    // The other side has given up waiting for the answer to its FIN.
    expect(hosts.news()).toEqual(['542 far closed here']);
    hosts.processA.resume();
    hosts.clock.advance(100);
    expect(hosts.news()).toEqual([
      '1030 near got one',
      '1030 near got two',
      '1030 timer',
      '1030 datagram dgram',
      '1030 near ended',
    ]);
  });

  it('keeps its connections: its kernel answers keepalive and a full window', () => {
    const hosts = new TwoHosts();
    const { near, far } = hosts.connected();
    hosts.processB.pause();
    near.write(Buffer.alloc(WINDOW_BYTES + 500));
    hosts.clock.advance(3_600_000);
    expect([hosts.events, near.queuedBytes]).toEqual([[], 500]);
    hosts.processB.resume();
    hosts.clock.advance(100);
    expect([near.queuedBytes, far.queuedBytes, hosts.events.length]).toEqual([0, 0, 2]);
  });

  it('accepts and is connected by its kernel, and learns of it later', () => {
    const hosts = new TwoHosts();
    const listenerA = hosts.now(hosts.a.listen({ host: A, port: 5_000 }));
    const listenerB = hosts.now(hosts.b.listen({ host: B, port: 5_000 }));
    hosts.note(listenerA.connections, () => 'A accepted');
    hosts.note(listenerB.connections, (far) => {
      far.write(Buffer.from('welcome'));
      return 'B accepted';
    });
    hosts.note(hosts.a.connect(listenerB.local, 1_000), (near) => {
      hosts.noteEnd('A', near);
      return 'A connected';
    });
    hosts.clock.advance(5);
    hosts.processA.pause();
    hosts.note(hosts.b.connect(listenerA.local, 1_000), () => 'B connected');
    hosts.clock.advance(5_000);
    expect(hosts.news()).toEqual(['25 B connected', '30 B accepted']);
    hosts.processA.resume();
    hosts.clock.advance(0);
    expect(hosts.news()).toEqual(['5005 A connected', '5005 A accepted', '5005 A got welcome']);
  });

  it('takes the answer to a connect before the time-out that fell due after it, and a refusal late', () => {
    const hosts = new TwoHosts();
    hosts.note(hosts.a.connect({ host: B, port: 9 }, 1_000), () => 'connected');
    hosts.clock.advance(5);
    hosts.processA.pause();
    hosts.clock.advance(5_000);
    hosts.processA.resume();
    hosts.clock.advance(5_000);
    expect(hosts.events).toEqual(['5005 connection refused']);
    expect(hosts.processA.usage.openings).toBe(0);
  });

  it('tears down a connection that came about after its time-out had run', () => {
    const fates = ['timeout', 'timeout'];
    const hosts = new TwoHosts({ connects: () => (fates.shift() === 'timeout' ? 'timeout' : 'ok') });
    const listener = hosts.now(hosts.b.listen({ host: B, port: 5_000 }));
    hosts.note(listener.connections, (far) => {
      hosts.noteEnd('far', far);
      return 'accepted';
    });
    hosts.note(hosts.a.connect(listener.local, 2_000), () => 'connected');
    hosts.clock.advance(5);
    hosts.processA.pause();
    hosts.clock.advance(5_000);
    expect(hosts.news()).toEqual(['3030 accepted']);
    hosts.processA.resume();
    hosts.clock.advance(100);
    expect(hosts.news()).toEqual(['5005 no answer within 2 s', '5015 far broken: reset by the other side']);
    expect(hosts.world.connectionCount()).toBe(0);
  });

  it('learns of a reset when it goes on, after the bytes before it', () => {
    const hosts = new TwoHosts();
    const { far } = hosts.connected();
    hosts.processA.pause();
    far.write(Buffer.from('last words'));
    hosts.clock.advance(1);
    far.destroy();
    hosts.clock.advance(100);
    hosts.news();
    hosts.processA.resume();
    hosts.clock.advance(0);
    expect(hosts.events).toEqual(['131 near got last words', '131 near broken: reset by the other side']);
  });

  it('can be paused by its own callback: what is behind it waits', () => {
    const hosts = new TwoHosts();
    const { near, far } = hosts.pair();
    hosts.note(far.bytes, (bytes) => {
      if (bytes.toString() === 'a') hosts.processB.pause();
      return bytes.toString();
    });
    near.write(Buffer.from('a'));
    near.write(Buffer.from('b'));
    near.end();
    hosts.clock.advance(100);
    expect(hosts.news()).toEqual(['40 a']);
    hosts.processB.resume();
    hosts.processB.pause();
    hosts.clock.advance(100);
    expect(hosts.news()).toEqual([]);
    hosts.processB.resume();
    hosts.clock.advance(0);
    expect(hosts.news()).toEqual(['230 b']);
  });

  it('that its reader has paused learns of the end when it goes on', () => {
    const hosts = new TwoHosts();
    const { near, far } = hosts.pair();
    hosts.note(far.closed, ({ kind }) => `far ${kind}`);
    hosts.note(near.closed, ({ kind }) => `near ${kind}`);
    near.write(Buffer.from('a'));
    near.end();
    hosts.clock.advance(100);
    far.bytes.subscribe(() => hosts.processB.pause());
    hosts.clock.advance(100);
    expect(hosts.news()).toEqual([]);
    hosts.processB.resume();
    hosts.clock.advance(10);
    expect(hosts.news()).toEqual(['230 far ended', '240 near closed here']);
  });

  it('goes on with what waits although one of its callbacks throws', () => {
    const hosts = new TwoHosts();
    const fired: string[] = [];
    hosts.processA.clock.setTimeout(() => {
      throw new Error('thrown on purpose');
    }, 1);
    hosts.processA.clock.setTimeout(() => fired.push('next'), 2);
    hosts.processA.pause();
    hosts.clock.advance(10);
    hosts.processA.resume();
    expect(() => hosts.clock.advance(0)).toThrow('thrown on purpose');
    hosts.clock.advance(0);
    expect(fired).toEqual(['next']);
  });

  it('lets what comes while it catches up wait behind what came before', () => {
    const hosts = new TwoHosts();
    const order: string[] = [];
    const { clock } = hosts.processA;
    clock.setTimeout(() => {
      order.push('one');
      clock.setTimeout(() => order.push('three'), 0);
    }, 1);
    clock.setTimeout(() => order.push('two'), 2);
    hosts.processA.pause();
    hosts.clock.advance(10);
    hosts.processA.resume();
    hosts.clock.advance(0);
    expect(order).toEqual(['one', 'two', 'three']);
  });

  it('loses the datagrams that its kernel has no space for', () => {
    const hosts = new TwoHosts();
    const from = hosts.now(hosts.b.bind({ host: B, port: 4_000 }));
    const to = hosts.now(hosts.a.bind({ host: A, port: 4_000 }));
    let count = 0;
    to.datagrams.subscribe(() => {
      count += 1;
    });
    hosts.processA.pause();
    for (let sent = 0; sent < 2_000; sent += 1) from.send(Buffer.from('x'), to.local);
    hosts.clock.advance(100);
    hosts.processA.resume();
    hosts.clock.advance(100);
    expect(count).toBe(1_024);
    from.send(Buffer.from('x'), to.local);
    hosts.clock.advance(100);
    expect(count).toBe(1_025);
  });
});
