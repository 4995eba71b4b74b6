import { describe, expect, it } from 'vitest';
import type { SimulatedProcess } from '../../../src/io/memory/memory-network.ts';
import { WINDOW_BYTES } from '../../../src/io/memory/tcp/memory-pipe.ts';
import { A, B, TwoHosts } from './two-hosts.ts';

const NOTHING = { timers: 0, connections: 0, listeners: 0, datagramSockets: 0, openings: 0 };

/** Everything that a process can have: one of each is noted, and its port is 5000. */
function busy(hosts: TwoHosts): void {
  const { processB: process, b: network } = hosts;
  hosts.connected();
  const socket = hosts.now(network.bind({ host: B, port: 5_000 }));
  hosts.note(socket.datagrams, () => 'B datagram');
  hosts.note(network.connect({ host: '10.0.0.9', port: 1 }, 60_000), () => 'B connected');
  hosts.clock.advance(0);
  process.clock.setTimeout(() => hosts.events.push('B timer'), 40);
}

/** True where a process can listen and bind on the ports of the one before it. */
function bindsAgain(hosts: TwoHosts, process: SimulatedProcess): boolean {
  const at = { host: B, port: 5_000 };
  return hosts.now(process.network.listen(at)).local.port === hosts.now(process.network.bind(at)).local.port;
}

describe('a killed process', () => {
  it('has its connections ended by its kernel, and nothing happens to it any more', () => {
    const hosts = new TwoHosts();
    busy(hosts);
    expect(hosts.processB.usage).toEqual({
      timers: 2,
      connections: 1,
      listeners: 1,
      datagramSockets: 1,
      openings: 1,
    });
    hosts.processB.kill();
    expect([hosts.processB.isAlive, hosts.processB.isPaused]).toEqual([false, false]);
    expect(hosts.processB.usage).toEqual(NOTHING);
    hosts.clock.advance(100_000);
    expect(hosts.events).toEqual(['40 near ended']);
    expect(hosts.clock.pending).toBe(0);
    expect(hosts.world.connectionCount()).toBe(0);
  });

  it('resets a connection in which something was unread', () => {
    const hosts = new TwoHosts();
    const { near, far } = hosts.pair();
    hosts.noteEnd('near', near);
    near.write(Buffer.from('unread'));
    hosts.clock.advance(20);
    expect(far.queuedBytes).toBe(0);
    hosts.processB.kill();
    hosts.clock.advance(100);
    expect(hosts.events).toEqual(['60 near broken: reset by the other side']);
  });

  it('is rid of what it wrote, its kernel sends it, then FIN', () => {
    const hosts = new TwoHosts();
    const { far } = hosts.connected();
    far.write(Buffer.alloc(WINDOW_BYTES, 'x'));
    far.write(Buffer.from('end'));
    hosts.processB.kill();
    hosts.clock.advance(100);
    expect(hosts.events.map((event) => event.slice(0, 15))).toEqual([
      '40 near got xxx',
      '60 near got end',
      '60 near ended',
    ]);
  });

  it('resets the connections that nobody has accepted yet', () => {
    const hosts = new TwoHosts();
    const listener = hosts.now(hosts.b.listen({ host: B, port: 5_000 }));
    hosts.note(hosts.a.connect(listener.local, 1_000), (near) => {
      hosts.noteEnd('near', near);
      return 'connected';
    });
    hosts.clock.advance(20);
    hosts.processB.kill();
    hosts.clock.advance(100);
    expect(hosts.events).toEqual(['20 connected', '30 near broken: reset by the other side']);
  });

  it('resets the connections whose other end believes it just before it dies', () => {
    const hosts = new TwoHosts();
    const listener = hosts.now(hosts.b.listen({ host: B, port: 5_000 }));
    hosts.note(hosts.a.connect(listener.local, 1_000), (near) => {
      hosts.noteEnd('near', near);
      return 'connected';
    });
    hosts.clock.advance(15);
    hosts.processB.kill();
    hosts.clock.advance(100);
    expect(hosts.events).toEqual(['20 connected', '40 near broken: reset by the other side']);
    expect([hosts.world.connectionCount(), hosts.clock.pending]).toEqual([0, 0]);
  });

  it('frees its ports at once, while its host goes on', () => {
    const hosts = new TwoHosts();
    busy(hosts);
    const neighbour = hosts.world.process(B);
    hosts.processB.kill();
    hosts.processB.kill();
    expect(bindsAgain(hosts, neighbour)).toBe(true);
    hosts.news();
    hosts.note(hosts.a.connect({ host: B, port: 5_000 }, 1_000), () => 'connected');
    hosts.clock.advance(100);
    expect(hosts.news()).toContain('50 connected');
  });

  it('gives nothing more to the rest of a chunk, of a queue, or of the callback that killed it', () => {
    const hosts = new TwoHosts();
    const { near, far } = hosts.pair();
    const from = hosts.now(hosts.a.bind({ host: A, port: 4_000 }));
    const to = hosts.now(hosts.b.bind({ host: B, port: 4_000 }));
    for (const text of ['a', 'b']) {
      near.write(Buffer.from(text));
      from.send(Buffer.from(text), to.local);
    }
    hosts.clock.advance(50);
    hosts.note(far.bytes, (bytes) => `bytes ${bytes.toString()}`);
    hosts.note(to.datagrams, ({ bytes }) => {
      hosts.processB.kill();
      return `datagram ${bytes.toString()}`;
    });
    hosts.clock.advance(100);
    expect(hosts.events).toEqual(['80 datagram a']);
  });

  it('tells nobody more of what the first of several was killed by', () => {
    const hosts = new TwoHosts();
    const { near, far } = hosts.pair();
    const listener = hosts.now(hosts.b.listen({ host: B, port: 6_000 }));
    const other = hosts.world.process(B);
    const otherListener = hosts.now(other.network.listen({ host: B, port: 7_000 }));
    for (const port of [6_000, 6_000, 7_000, 7_000]) hosts.a.connect({ host: B, port }, 1_000).subscribe();
    hosts.note(far.closed, (reason) => {
      hosts.processB.kill();
      return `first ${reason.kind}`;
    });
    hosts.note(far.closed, (reason) => `second ${reason.kind}`);
    hosts.clock.advance(30);
    hosts.note(otherListener.connections, () => {
      other.kill();
      return 'accepted';
    });
    near.end();
    hosts.clock.advance(100);
    hosts.note(listener.connections, () => 'accepted by the dead');
    expect(hosts.events).toEqual(['60 accepted', '70 first ended']);
  });

  it('writes nothing behind the FIN that its kernel holds', () => {
    let isCut = false;
    const hosts = new TwoHosts({ isCut: () => isCut });
    const { far } = hosts.connected();
    isCut = true;
    far.write(Buffer.from('alive'));
    hosts.processB.kill();
    far.write(Buffer.from('dead'));
    isCut = false;
    hosts.clock.advance(1_000);
    expect([hosts.events, far.queuedBytes]).toEqual([['240 near got alive', '240 near ended'], 0]);
  });

  it('leaves nothing to its kernel that it would try to send for longer than two minutes', () => {
    let isCut = false;
    const hosts = new TwoHosts({ isCut: () => isCut });
    const { near, far } = hosts.connected();
    isCut = true;
    far.write(Buffer.from('in vain'));
    near.destroy();
    hosts.processB.kill();
    hosts.clock.advance(90_000);
    expect(hosts.clock.pending).toBe(1);
    hosts.clock.advance(120_000);
    expect(hosts.clock.pending).toBe(0);
  });

  it('is inert, whatever is called on what it had', () => {
    const hosts = new TwoHosts();
    const { near, far } = hosts.pair();
    const listener = hosts.now(hosts.b.listen({ host: B, port: 6_000 }));
    const socket = hosts.now(hosts.b.bind({ host: B, port: 6_000 }));
    hosts.processB.pause();
    hosts.processB.kill();
    hosts.clock.advance(100);
    const { clock, network } = hosts.processB;
    const before = hosts.clock.pending;
    hosts.noteEnd('far', far);
    hosts.noteEnd('near', near);
    hosts.note(listener.connections, () => 'accepted');
    hosts.note(socket.datagrams, () => 'datagram');
    hosts.note(network.listen({ host: B, port: 7_000 }), () => 'listening');
    hosts.note(network.bind({ host: B, port: 7_000 }), () => 'bound');
    hosts.note(network.connect({ host: A, port: 1 }, 100), () => 'connected');
    hosts.note(network.resolve('localhost'), () => 'resolved');
    far.write(Buffer.from('from the dead'));
    far.end();
    far.destroy();
    socket.send(Buffer.from('from the dead'), { host: A, port: 4_000 });
    clock.clearTimeout(clock.setTimeout(() => hosts.events.push('timer'), 1));
    clock.setTimeout(() => hosts.events.push('timer'), 1);
    listener.close();
    socket.close();
    hosts.processB.resume();
    hosts.processB.crash();
    hosts.clock.advance(1_000);
    expect(hosts.events).toEqual(['130 near ended']);
    expect(hosts.processB.usage).toEqual(NOTHING);
    expect([far.queuedBytes, clock.now(), before]).toEqual([0, 1_130, 0]);
    // Its crash is no crash of the host, which lives on without it.
    hosts.note(hosts.a.connect({ host: B, port: 6_000 }, 1_000), () => 'connected');
    hosts.clock.advance(100);
    expect(hosts.events.at(-1)).toBe('1150 connection refused');
  });
});

describe('a crashed host', () => {
  it('says nothing: its peers find out by keepalive, its ports are free for the next process', () => {
    const hosts = new TwoHosts();
    busy(hosts);
    hosts.processB.crash();
    expect([hosts.processB.isAlive, hosts.processB.usage]).toEqual([false, NOTHING]);
    hosts.clock.advance(20_000);
    expect(hosts.news()).toEqual([]);
    hosts.clock.advance(10_000);
    expect(hosts.news().map((event) => event.replace(/^\d+ /, ''))).toEqual([
      'near broken: no answer from the other side',
    ]);
    expect(hosts.clock.pending).toBe(0);
    expect(bindsAgain(hosts, hosts.world.process(B))).toBe(true);
  });

  it('takes all of its processes down, one that was started without a name included', () => {
    const hosts = new TwoHosts();
    const other = hosts.world.process(B);
    const unnamed = hosts.world.host(B);
    expect(hosts.world.host(B)).toBe(unnamed);
    hosts.note(unnamed.resolve('localhost'), () => 'resolved');
    hosts.processB.crash();
    hosts.clock.advance(100);
    expect([other.isAlive, hosts.events]).toEqual([false, []]);
    const again = hosts.world.host(B);
    hosts.note(again.resolve('localhost'), () => 'resolved');
    hosts.clock.advance(0);
    expect(hosts.events).toEqual(['100 resolved']);
  });

  it('answers neither connects nor datagrams while it is down, both when it is up', () => {
    const hosts = new TwoHosts();
    const from = hosts.now(hosts.a.bind({ host: A, port: 4_000 }));
    hosts.processB.crash();
    hosts.note(hosts.a.connect({ host: B, port: 5_000 }, 1_000), () => 'connected');
    from.send(Buffer.from('lost'), { host: B, port: 4_000 });
    hosts.clock.advance(2_000);
    expect(hosts.news()).toEqual(['1000 no answer within 1 s']);
    const process = hosts.world.process(B);
    hosts.note(hosts.now(process.network.bind({ host: B, port: 4_000 })).datagrams, () => 'datagram');
    hosts.note(hosts.a.connect({ host: B, port: 5_000 }, 1_000), () => 'connected');
    from.send(Buffer.from('found'), { host: B, port: 4_000 });
    hosts.clock.advance(100);
    expect(hosts.news()).toEqual(['2010 datagram', '2020 connection refused']);
  });

  it('answers what belongs to an old connection by RST when it is up again', () => {
    const hosts = new TwoHosts();
    const { near } = hosts.connected();
    hosts.processB.crash();
    near.write(Buffer.from('retransmitted'));
    hosts.clock.advance(3_000);
    expect([hosts.news(), near.queuedBytes]).toEqual([[], 13]);
    hosts.world.process(B);
    hosts.clock.advance(20);
    expect(hosts.news()).toEqual([]);
    hosts.clock.advance(5_000);
    expect(hosts.news().map((event) => event.replace(/^\d+ /, ''))).toEqual([
      'near broken: reset by the other side',
    ]);
    expect(hosts.clock.pending).toBe(0);
  });

  it('loses what is under way to it, and its sender knows: it is retransmitted in order with all behind it', () => {
    const hosts = new TwoHosts();
    const { near } = hosts.connected();
    near.write(Buffer.from('one'));
    hosts.clock.advance(5);
    near.write(Buffer.from('two'));
    hosts.processB.crash();
    expect(near.queuedBytes).toBe(0);
    hosts.clock.advance(6);
    expect(near.queuedBytes).toBe(6);
    // No keepalive while something waits to be acknowledged: only the retransmission gives up.
    hosts.clock.advance(900_000);
    expect(hosts.news()).toEqual([]);
    hosts.clock.advance(200_000);
    expect(hosts.news().at(0)).toContain('near broken: no answer from the other side');
  });

  it('gets nothing again that was on its way from a connection that is gone itself', () => {
    const hosts = new TwoHosts();
    const { near } = hosts.connected();
    near.write(Buffer.from('one'));
    hosts.processB.crash();
    hosts.world.halfOpen(A, B);
    hosts.clock.advance(100);
    expect([hosts.events, hosts.clock.pending]).toEqual([['30 near broken: reset by the other side'], 0]);
  });

  it('has sent what is under way from it', () => {
    const hosts = new TwoHosts();
    const { far } = hosts.connected();
    far.write(Buffer.from('last words'));
    hosts.processB.crash();
    hosts.clock.advance(100);
    expect(hosts.events).toEqual(['40 near got last words']);
  });

  it('is found at once by a keepalive that is asked when it is up again', () => {
    const hosts = new TwoHosts();
    hosts.connected();
    hosts.processB.crash();
    hosts.clock.advance(5_000);
    hosts.world.process(B);
    hosts.clock.advance(11_000);
    expect(hosts.events.map((event) => event.replace(/^\d+ /, ''))).toEqual([
      'near broken: reset by the other side',
    ]);
  });

  it('says nothing more of what a process killed before had left to its kernel', () => {
    let isCut = false;
    const hosts = new TwoHosts({ isCut: () => isCut });
    const { far } = hosts.connected();
    isCut = true;
    far.write(Buffer.from('left to the kernel'));
    hosts.processB.kill();
    hosts.world.process(B).crash();
    hosts.world.process(B);
    isCut = false;
    hosts.clock.advance(14_000);
    expect(hosts.events).toEqual([]);
    hosts.clock.advance(2_000);
    expect(hosts.events.map((event) => event.replace(/^\d+ /, ''))).toEqual([
      'near broken: reset by the other side',
    ]);
  });
});
