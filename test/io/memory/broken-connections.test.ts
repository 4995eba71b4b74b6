import { describe, expect, it } from 'vitest';
import { A, B, TwoHosts } from './two-hosts.ts';

describe('a connection that ends badly', () => {
  it('leaves no timer where it is destroyed while something is held', () => {
    let isCut = false;
    const hosts = new TwoHosts({ isCut: () => isCut });
    const { near, far } = hosts.connected();
    isCut = true;
    near.write(Buffer.from('held'));
    near.destroy();
    far.destroy();
    hosts.clock.advance(0);
    expect([hosts.clock.pending, near.queuedBytes]).toEqual([0, 0]);
  });

  it('is closed by its kernel, not reset, where it is destroyed after its end: what was written still comes', () => {
    let isCut = false;
    const hosts = new TwoHosts({ isCut: () => isCut });
    const { near } = hosts.connected();
    isCut = true;
    near.write(Buffer.from('last words'));
    near.end();
    near.destroy();
    isCut = false;
    hosts.clock.advance(1_000);
    expect(hosts.events).toEqual(['30 near closed here', '240 far got last words', '240 far ended']);
  });

  it('answers by RST what comes when its process has gone although FIN is still held', () => {
    const hosts = new TwoHosts({ isClogged: (from) => from === A });
    const { near, far } = hosts.connected();
    near.end();
    hosts.clock.advance(1_000);
    expect(hosts.news()).toEqual(['530 near closed here']);
    far.write(Buffer.from('too late'));
    hosts.clock.advance(20);
    expect(hosts.news()).toEqual(['1050 far broken: reset by the other side']);
  });

  it('has ended, not broken, where FIN had come before RST and nobody had read it', () => {
    const hosts = new TwoHosts();
    const { near, far } = hosts.pair();
    hosts.note(far.closed, ({ kind }) => `far ${kind}`);
    near.write(Buffer.from('unread'));
    near.end();
    hosts.clock.advance(20);
    hosts.world.resetAll(A, B);
    hosts.clock.advance(100);
    hosts.note(far.bytes, (bytes) => bytes.toString());
    hosts.clock.advance(0);
    expect(hosts.events).toEqual(['150 unread', '150 far ended']);
  });

  it('is not asked for life any more once FIN has come', () => {
    let isCut = false;
    const hosts = new TwoHosts({ isCut: () => isCut });
    const { near, far } = hosts.pair();
    near.write(Buffer.from('unread'));
    near.end();
    hosts.clock.advance(100);
    isCut = true;
    hosts.clock.advance(60_000);
    hosts.noteEnd('far', far);
    hosts.clock.advance(0);
    expect(hosts.events).toEqual(['60130 far got unread', '60130 far ended']);
  });

  it('leaves nothing of it with its process', () => {
    const hosts = new TwoHosts();
    const { near } = hosts.connected();
    near.end();
    hosts.clock.advance(100);
    for (const { usage } of [hosts.processA, hosts.processB]) {
      expect([usage.connections, usage.timers]).toEqual([0, 0]);
    }
    expect([hosts.world.connectionCount(), hosts.clock.pending]).toEqual([0, 0]);
  });
});

describe('resetAll', () => {
  it('breaks all connections between two hosts at both ends, now, and no others', () => {
    const hosts = new TwoHosts();
    hosts.connected();
    const second = hosts.pair(5_001);
    hosts.note(second.near.closed, ({ kind }) => `second near ${kind}`);
    hosts.note(second.far.closed, ({ kind }) => `second far ${kind}`);
    const inner = hosts.now(hosts.b.listen({ host: B, port: 6_000 }));
    hosts.note(inner.connections, (far) => {
      hosts.noteEnd('inner', far);
      return 'inner accepted';
    });
    hosts.note(hosts.b.connect({ host: B, port: 6_000 }, 1_000), () => 'inner connected');
    hosts.clock.advance(100);
    hosts.news();
    hosts.world.resetAll(A, B);
    hosts.clock.advance(60_000);
    expect(hosts.news().sort()).toEqual([
      '160 far broken: reset by the other side',
      '160 near broken: reset by the other side',
      '160 second far broken',
      '160 second near broken',
    ]);
    expect([hosts.world.connectionCount(A), hosts.world.connectionCount()]).toEqual([0, 2]);
  });

  it('drops what was held and what comes in later is answered by RST, once', () => {
    let isCut = false;
    const hosts = new TwoHosts({ isCut: () => isCut });
    const { near } = hosts.connected();
    isCut = true;
    near.write(Buffer.from('held'));
    isCut = false;
    hosts.world.resetAll(B, A);
    hosts.clock.advance(60_000);
    expect(hosts.events).toEqual([
      '30 far broken: reset by the other side',
      '30 near broken: reset by the other side',
    ]);
    expect(hosts.clock.pending).toBe(0);
  });
});

describe('halfOpen', () => {
  it('tells one host, and the other only when it sends', () => {
    const hosts = new TwoHosts();
    const { near, far } = hosts.connected();
    hosts.world.halfOpen(A, B);
    near.write(Buffer.from('into nothing'));
    hosts.clock.advance(5_000);
    expect(hosts.news()).toEqual(['30 near broken: reset by the other side']);
    far.write(Buffer.from('anybody there?'));
    hosts.clock.advance(5_000);
    expect(hosts.news()).toEqual(['5050 far broken: reset by the other side']);
  });

  it('is found by keepalive where nobody sends', () => {
    const hosts = new TwoHosts();
    hosts.connected();
    hosts.world.halfOpen(B, A);
    hosts.clock.advance(14_000);
    expect(hosts.news()).toEqual(['30 far broken: reset by the other side']);
    hosts.clock.advance(2_000);
    expect(hosts.news().map((event) => event.replace(/^\d+ /, ''))).toEqual([
      'near broken: reset by the other side',
    ]);
  });

  it('answers FIN by RST, too', () => {
    const hosts = new TwoHosts();
    const { far } = hosts.connected();
    hosts.world.halfOpen(A, B);
    far.end();
    hosts.clock.advance(100);
    expect(hosts.events).toEqual(['30 near broken: reset by the other side', '50 far closed here']);
  });
});
