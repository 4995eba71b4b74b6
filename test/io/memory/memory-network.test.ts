import { describe, expect, it } from 'vitest';
import { WireCapture } from '../../../src/capture/wire-capture.ts';
import { MemoryNetwork, type PathPolicy } from '../../../src/io/memory/memory-network.ts';
import { StepClock } from '../../../src/io/memory/step-clock.ts';
import type { Network } from '../../../src/io/network.ts';
import { NO_ANSWER_MESSAGE } from '../../../src/io/network-errors.ts';
import { describeNetwork } from '../compliance/network.ts';
import { A, B, place, TwoHosts } from './two-hosts.ts';

/** Runs the interface's tests over the network that a world gives one host or process. */
function describeMemory(
  name: string,
  networkOf: (world: MemoryNetwork) => Network,
  policy: Partial<PathPolicy> = {},
) {
  describeNetwork(name, async () => {
    const clock = new StepClock();
    return {
      network: networkOf(new MemoryNetwork({ clock, policy })),
      until: async (condition) => {
        while (!condition()) {
          if (!clock.runNext()) throw new Error('Nothing more will happen, and the condition does not hold.');
        }
      },
      tellsAcknowledgements: true,
      silentEndpoint: async () => ({ host: '10.9.9.9', port: 5_000 }),
      close: async () => {},
    };
  });
}

describeMemory('MemoryNetwork', (world) => world.host('10.0.0.1'));
describeMemory('the network of a process', (world) => world.process('10.0.0.1').network);
describeMemory('the network of a process that has been paused', (world) => {
  const process = world.process('10.0.0.1');
  process.pause();
  process.resume();
  return process.network;
});
describeMemory('a network whose wires are captured', (world) => {
  const capture = new WireCapture({ sink: () => {}, nowMs: () => 0, closeGraceMs: 500 });
  return capture.network(world.process('10.0.0.1').network, '10.0.0.1');
});
describeMemory(
  'a network of small segments that run together',
  (world) => world.process('10.0.0.1').network,
  {
    segmentBytes: () => 997,
    coalesces: () => true,
  },
);

describe('the time that things take', () => {
  it('is a round trip for a connect, and half a one more for the listener', () => {
    const hosts = new TwoHosts();
    const listener = hosts.now(hosts.b.listen({ host: '0.0.0.0', port: 5_000 }));
    hosts.note(listener.connections, (far) => `accepted ${place(far.remote)} at ${place(far.local)}`);
    hosts.note(hosts.a.connect({ host: B, port: 5_000 }, 1_000), (near) => `connected ${place(near.local)}`);
    hosts.clock.advance(1_000);
    expect(hosts.events).toEqual([
      '20 connected 10.0.0.1:49152',
      '30 accepted 10.0.0.1:49152 at 10.0.0.2:5000',
    ]);
  });

  it('is a round trip for a refusal, and the whole limit where no host is', () => {
    const hosts = new TwoHosts();
    hosts.note(hosts.a.connect({ host: B, port: 5_000 }, 1_000), () => 'connected');
    hosts.note(hosts.a.connect({ host: '10.0.0.3', port: 5_000 }, 1_000), () => 'connected');
    hosts.clock.advance(5_000);
    expect(hosts.events).toEqual(['20 connection refused', '1000 no answer within 1 s']);
    expect(hosts.clock.pending).toBe(0);
  });

  it('is the latency for bytes, FIN and RST, which keep their order', () => {
    const hosts = new TwoHosts();
    const { near, far } = hosts.connected();
    near.write(Buffer.from('one'));
    hosts.clock.advance(1);
    near.write(Buffer.from('two'));
    near.end();
    far.write(Buffer.from('crossing'));
    hosts.clock.advance(100);
    expect(hosts.events).toEqual([
      '40 far got one',
      '41 far got two',
      '41 near got crossing',
      '41 far ended',
      '51 near closed here',
    ]);
    expect(hosts.clock.pending).toBe(0);
  });

  it('never lets a faster segment overtake a slower one', () => {
    const latencies = [50, 5];
    let isOpen = false;
    const hosts = new TwoHosts({ latencyMs: () => (isOpen ? (latencies.shift() ?? 1) : 10) });
    const { near } = hosts.connected();
    isOpen = true;
    near.write(Buffer.from('slow'));
    near.write(Buffer.from('fast'));
    hosts.clock.advance(100);
    expect(hosts.events).toEqual(['80 far got slow', '80 far got fast']);
  });
});

describe('names and addresses', () => {
  it('come from the table, and are tried in turn, each for its share of the time', () => {
    const hosts = new TwoHosts({}, new Map([['server', ['10.0.0.9', B]]]));
    const addresses = hosts.now(hosts.a.resolve('server'));
    expect(addresses).toEqual(['10.0.0.9', B]);
    hosts.now(hosts.b.listen({ host: B, port: 5_000 }));
    hosts.note(hosts.a.connect({ host: 'server', port: 5_000 }, 1_000), ({ remote }) => place(remote));
    hosts.clock.advance(1_000);
    expect(hosts.events).toEqual(['520 10.0.0.2:5000']);
  });

  it('keep what listens on 127.0.0.1 to its own host', () => {
    const hosts = new TwoHosts();
    hosts.now(hosts.b.listen({ host: '127.0.0.1', port: 5_000 }));
    hosts.note(hosts.a.connect({ host: B, port: 5_000 }, 1_000), () => 'connected from a');
    hosts.note(hosts.a.connect({ host: '127.0.0.1', port: 5_000 }, 1_000), () => 'connected within a');
    hosts.note(hosts.b.connect({ host: '127.0.0.1', port: 5_000 }, 1_000), () => 'connected within b');
    hosts.clock.advance(1_000);
    expect(hosts.events).toEqual(['20 connection refused', '20 connection refused', '20 connected within b']);
  });

  it('give every connection a port of its own, and take it back', () => {
    const hosts = new TwoHosts();
    hosts.note(hosts.a.connect({ host: B, port: 5_000 }, 1_000), () => 'connected');
    hosts.clock.advance(5);
    const { local } = hosts.now(hosts.a.listen({ host: A, port: 0 }));
    expect(local.port).toBe(49_153);
    hosts.note(hosts.a.listen({ host: A, port: 49_152 }), () => 'listening');
    hosts.clock.advance(95);
    hosts.note(hosts.a.listen({ host: A, port: 49_152 }), () => 'listening');
    hosts.clock.advance(0);
    expect(hosts.events).toEqual(['5 port 49152 is in use (TCP)', '20 connection refused', '100 listening']);
  });

  it('take back the port of a connection when it is over', () => {
    const hosts = new TwoHosts();
    const { near } = hosts.connected();
    near.end();
    hosts.clock.advance(20);
    expect(hosts.now(hosts.a.listen(near.local)).local).toEqual(near.local);
  });

  it('let one port be two on two addresses, each closed for itself', () => {
    const hosts = new TwoHosts();
    const outer = hosts.now(hosts.a.listen({ host: A, port: 5_000 }));
    hosts.now(hosts.a.listen({ host: '127.0.0.1', port: 5_000 }));
    hosts.note(hosts.a.listen({ host: '0.0.0.0', port: 5_000 }), () => 'listening');
    outer.close();
    hosts.note(hosts.a.connect({ host: A, port: 5_000 }, 1_000), () => 'connected');
    hosts.note(hosts.a.connect({ host: '127.0.0.1', port: 5_000 }, 1_000), () => 'connected within a');
    hosts.clock.advance(100);
    expect(hosts.events).toEqual([
      '0 port 5000 is in use (TCP)',
      '20 connection refused',
      '20 connected within a',
    ]);
  });

  it('tell the receiver of a datagram by which address it was sent', () => {
    const hosts = new TwoHosts();
    const a = hosts.now(hosts.a.bind({ host: '0.0.0.0', port: 4_000 }));
    const b = hosts.now(hosts.b.bind({ host: '0.0.0.0', port: 4_000 }));
    for (const socket of [a, b]) {
      hosts.note(socket.datagrams, ({ bytes, from }) => `${bytes.toString()} from ${place(from)}`);
    }
    a.send(Buffer.from('out'), { host: B, port: 4_000 });
    a.send(Buffer.from('in'), { host: '127.0.0.1', port: 4_000 });
    hosts.clock.advance(10);
    expect(hosts.events).toEqual(['10 out from 10.0.0.1:4000', '10 in from 127.0.0.1:4000']);
  });
});

describe('a cut path', () => {
  it('leaves a connect without an answer, whichever direction is cut', () => {
    for (const cutFrom of [A, B]) {
      const hosts = new TwoHosts({ isCut: (from) => from === cutFrom });
      hosts.now(hosts.b.listen({ host: B, port: 5_000 }));
      hosts.note(hosts.a.connect({ host: B, port: 5_000 }, 1_000), () => 'connected');
      hosts.clock.advance(2_000);
      expect(hosts.events).toEqual(['1000 no answer within 1 s']);
    }
  });

  it('delays a connect that is healed in time', () => {
    let isCut = true;
    const hosts = new TwoHosts({ isCut: () => isCut });
    hosts.now(hosts.b.listen({ host: B, port: 5_000 }));
    hosts.note(hosts.a.connect({ host: B, port: 5_000 }, 5_000), () => 'connected');
    hosts.clock.advance(500);
    isCut = false;
    hosts.clock.advance(5_000);
    expect(hosts.events).toEqual(['1020 connected']);
  });

  it('holds bytes, in order, until it is healed, and drops datagrams', () => {
    let isCut = false;
    const hosts = new TwoHosts({ isCut: (from) => isCut && from === A });
    const { near, far } = hosts.connected();
    const socket = hosts.now(hosts.a.bind({ host: A, port: 4_000 }));
    const received = hosts.now(hosts.b.bind({ host: B, port: 4_000 }));
    hosts.note(received.datagrams, ({ bytes }) => `datagram ${bytes.toString()}`);
    near.write(Buffer.from('under way'));
    isCut = true;
    near.write(Buffer.from('held'));
    socket.send(Buffer.from('lost'), received.local);
    far.write(Buffer.from('other direction'));
    expect(near.queuedBytes).toBe(4);
    hosts.clock.advance(150);
    isCut = false;
    near.write(Buffer.from('behind'));
    socket.send(Buffer.from('passed'), received.local);
    hosts.clock.advance(1_000);
    expect(hosts.events).toEqual([
      '40 far got under way',
      '40 near got other direction',
      '190 datagram passed',
      '240 far got held',
      '240 far got behind',
    ]);
    expect(near.queuedBytes).toBe(0);
  });

  it('breaks a connection whose bytes have not got through for a quarter of an hour', () => {
    let isCut = false;
    const hosts = new TwoHosts({ isCut: () => isCut });
    const { near } = hosts.connected();
    isCut = true;
    near.write(Buffer.from('never'));
    hosts.clock.advance(900_000);
    expect(hosts.events.filter((event) => event.includes('near'))).toEqual([]);
    hosts.clock.advance(200_000);
    expect(hosts.events.at(-1)).toContain(`near broken: ${NO_ANSWER_MESSAGE}`);
    expect(hosts.clock.pending).toBe(0);
  });

  it('is found by keepalive where nothing waits to be acknowledged: 15 s of silence and ten questions', () => {
    let isCut = false;
    const hosts = new TwoHosts({ isCut: () => isCut });
    hosts.connected();
    hosts.clock.advance(3_600_000);
    expect(hosts.events).toEqual([]);
    isCut = true;
    hosts.clock.advance(24_000);
    expect(hosts.events).toEqual([]);
    hosts.clock.advance(17_000);
    expect(hosts.events.map((event) => event.replace(/^\d+ /, '')).sort()).toEqual([
      `far broken: ${NO_ANSWER_MESSAGE}`,
      `near broken: ${NO_ANSWER_MESSAGE}`,
    ]);
  });

  it('finds a connection that the other side has forgotten by keepalive, once the path is whole', () => {
    let isCut = false;
    const hosts = new TwoHosts({ isCut: () => isCut });
    const { near } = hosts.connected();
    isCut = true;
    near.destroy();
    hosts.clock.advance(10_000);
    isCut = false;
    hosts.clock.advance(15_000);
    expect(hosts.events.at(-1)).toMatch(/far broken: reset by the other side$/);
  });

  it('leaves the other side half open after a reset, until it writes', () => {
    let isCut = false;
    const hosts = new TwoHosts({ isCut: () => isCut });
    const { near, far } = hosts.connected();
    isCut = true;
    near.destroy();
    hosts.clock.advance(10_000);
    isCut = false;
    hosts.clock.advance(1_000);
    expect(hosts.events).toEqual(['30 near closed here']);
    far.write(Buffer.from('anybody there?'));
    hosts.clock.advance(20);
    expect(hosts.events.at(-1)).toBe('11050 far broken: reset by the other side');
  });

  it('is no reason for an ended connection to stay after its grace time', () => {
    let isCut = false;
    const hosts = new TwoHosts({ isCut: () => isCut });
    const { near } = hosts.connected();
    isCut = true;
    near.end();
    hosts.clock.advance(500);
    expect(hosts.events).toEqual(['530 near closed here']);
  });
});

it('resets a connection whose listener was closed while it was being established', () => {
  const hosts = new TwoHosts();
  const listener = hosts.now(hosts.b.listen({ host: B, port: 5_000 }));
  hosts.note(hosts.a.connect({ host: B, port: 5_000 }, 1_000), (near) => {
    hosts.noteEnd('near', near);
    return 'connected';
  });
  hosts.clock.advance(15);
  listener.close();
  hosts.clock.advance(1_000);
  expect(hosts.events).toEqual(['20 connected', '40 near broken: reset by the other side']);
});
