/**
 * Goal: a capture has every byte once, from whichever ends it is tapped, with the right addresses and
 * sequence numbers; and nothing behaves otherwise because of it.
 */
import { firstValueFrom } from 'rxjs';
import { describe, expect, it, test } from 'vitest';
import { fileHead, packetBlock } from '../../src/capture/pcapng.ts';
import { TcpStream } from '../../src/capture/tcp-stream.ts';
import { WireCapture } from '../../src/capture/wire-capture.ts';
import { MemoryNetwork } from '../../src/io/memory/memory-network.ts';
import { StepClock } from '../../src/io/memory/step-clock.ts';
import type { Connection, DatagramSocket, Listener, Network } from '../../src/io/network.ts';
import { createNodeNetwork } from '../../src/io/node/node-network.ts';
import { connectionsIn, packetsIn } from './read-capture.ts';

const A = '10.0.0.1';
const B = '10.0.0.2';
const PORT = 5_000;
const CLOSE_GRACE_MS = 500;
const HANDSHAKE = ['c S', 's SA', 'c A'];

/** Two hosts, whose processes are tapped or not. */
class Wires {
  readonly clock = new StepClock();
  readonly world = new MemoryNetwork({ clock: this.clock, latencyMs: 10 });
  readonly a = this.world.process(A);
  readonly b = this.world.process(B);
  readonly #blocks: Buffer[] = [];
  readonly #capture = new WireCapture({
    sink: (block) => this.#blocks.push(block),
    nowMs: () => this.clock.now(),
    closeGraceMs: CLOSE_GRACE_MS,
  });
  readonly #isTapped: string;

  /** @param isTapped such as `a`, `b` or `ab`. */
  constructor(isTapped: string) {
    this.#isTapped = isTapped;
  }

  get packets() {
    return packetsIn(Buffer.concat([fileHead(), ...this.#blocks]));
  }

  get connections() {
    return connectionsIn(this.packets);
  }

  network(who: 'a' | 'b'): Network {
    const { network, ip } = this[who];
    return this.#isTapped.includes(who) ? this.#capture.network(network, ip) : network;
  }

  /** What an observable gives when everything has happened. */
  now<Value>(give: (done: (value: Value) => void) => void): Value {
    let found: Value | undefined;
    give((value) => {
      found = value;
    });
    this.clock.advance(100);
    if (found === undefined) throw new Error('nothing came');
    return found;
  }

  /** A connection from a to b, both ends of which read. */
  connected(): { readonly client: Connection; readonly server: Connection } {
    const listener = this.now<Listener>((done) =>
      this.network('b').listen({ host: '0.0.0.0', port: PORT }).subscribe(done),
    );
    const ends = this.now<{ client: Connection; server: Connection }>((done) => {
      let client: Connection | undefined;
      this.network('a')
        .connect({ host: B, port: PORT }, 1_000)
        .subscribe((connection) => {
          client = connection;
          // At once, as a peer's handshake is: before the other end is there.
          connection.write(Buffer.from('first,'));
        });
      listener.connections.subscribe((server) => client && done({ client, server }));
    });
    for (const end of [ends.client, ends.server]) end.bytes.subscribe();
    return ends;
  }

  socket(who: 'a' | 'b'): DatagramSocket {
    return this.now<DatagramSocket>((done) =>
      this.network(who).bind({ host: '0.0.0.0', port: PORT }).subscribe(done),
    );
  }
}

describe.each(['a', 'b', 'ab'])('with a tap at %s', (tapped) => {
  it('has each byte once, and the ends as they came', () => {
    const wires = new Wires(tapped);
    const { client, server } = wires.connected();
    client.writeAll([Buffer.from('second'), Buffer.from(' half')]);
    wires.clock.advance(100);
    server.write(Buffer.from('an answer'));
    wires.clock.advance(100);
    client.end();
    wires.clock.advance(1_000);
    expect(wires.connections).toEqual([
      {
        ...{ client: expect.stringMatching(/^10\.0\.0\.1:/), server: `${B}:${PORT}` },
        ...{ fromClient: 'first,second half', fromServer: 'an answer' },
        marks: [...HANDSHAKE, 'c FA', 's FA'],
      },
    ]);
  });

  it('has a reset, from whoever sent it, and nothing behind it', () => {
    const wires = new Wires(tapped);
    const { client, server } = wires.connected();
    wires.clock.advance(100);
    server.destroy();
    client.write(Buffer.from('too late'));
    wires.clock.advance(1_000);
    client.write(Buffer.from('much too late'));
    const [connection] = wires.connections;
    expect(connection?.marks).toEqual([...HANDSHAKE, 's RA']);
    expect(connection?.fromClient).not.toContain('much');
  });

  it('has a datagram once, from its sender to whom it was sent', () => {
    const wires = new Wires(tapped);
    const [one, other] = [wires.socket('a'), wires.socket('b')];
    const back = (answer: string) => other.send(Buffer.from(answer), { host: A, port: PORT });
    one.datagrams.subscribe();
    other.datagrams.subscribe(() => back('A::\r\n'));
    for (let count = 0; count < 3; count += 1) one.send(Buffer.from('K:'), { host: B, port: PORT });
    wires.clock.advance(1_000);
    const sent = wires.packets.map(({ from, to, payload }) => `${from} ${to} ${payload}`);
    const poke = `${A}:${PORT} ${B}:${PORT} K:`;
    const answer = `${B}:${PORT} ${A}:${PORT} A::\r\n`;
    expect(sent.toSorted()).toEqual([poke, poke, poke, answer, answer, answer].toSorted());
  });
});

it('says nothing of the other side where that never closed', () => {
  const wires = new Wires('a');
  const { client } = wires.connected();
  wires.b.pause();
  client.end();
  wires.clock.advance(10_000);
  expect(wires.connections[0]?.marks).toEqual([...HANDSHAKE, 'c FA']);
});

it('has the end of a connection whose tapped process was killed', () => {
  const wires = new Wires('ab');
  wires.connected();
  wires.clock.advance(100);
  wires.a.kill();
  wires.clock.advance(1_000);
  expect(wires.connections[0]?.marks).toEqual([...HANDSHAKE, 'c FA', 's FA']);
});

it('tells the second connection between two ports from the first', () => {
  const wires = new Wires('b');
  const first = wires.connected();
  first.client.end();
  wires.clock.advance(1_000);
  const sequences = () => wires.packets.filter(({ flags }) => flags === 'S').map(({ sequence }) => sequence);
  const again = new Promise<Connection>((done) => {
    wires.network('a').connect({ host: B, port: PORT }, 1_000).subscribe(done);
  });
  wires.clock.advance(1_000);
  return again.then(() => {
    expect(new Set(sequences()).size).toBe(2);
  });
});

it('has times of the clock that it was given', () => {
  const wires = new Wires('ab');
  const { client } = wires.connected();
  wires.clock.advance(40_000 - wires.clock.now());
  client.write(Buffer.from('late'));
  expect(wires.packets.at(-1)?.timeMs).toBe(40_000);
});

it('cuts a write that is longer than a packet', () => {
  const wires = new Wires('a');
  const { client } = wires.connected();
  client.write(Buffer.alloc(200_000, 'x'));
  wires.clock.advance(1_000);
  expect(wires.connections[0]?.fromClient).toHaveLength(200_006);
});

it('goes on counting where the numbers begin again', () => {
  const [client, server] = [
    { host: A, port: 1 },
    { host: B, port: PORT },
  ] as const;
  // The number of a connection that begins less than a million bytes before 2^32.
  const stream = new TcpStream(client, server, 4_294);
  const packets = [...stream.opened(), ...stream.data('client', Buffer.alloc(1_000_000, 'x'))];
  const read = packetsIn(Buffer.concat([fileHead(), ...packets.map((packet) => packetBlock(packet, 0))]));
  expect(read.at(-1)?.sequence).toBeLessThan(read[0]?.sequence ?? 0);
  expect(connectionsIn(read)[0]?.fromClient).toHaveLength(1_000_000);
});

test('over real sockets, both ends in one process: each byte once', async () => {
  const blocks: Buffer[] = [];
  const capture = new WireCapture({
    sink: (block) => blocks.push(block),
    nowMs: () => performance.timeOrigin + performance.now(),
    closeGraceMs: CLOSE_GRACE_MS,
  });
  const network = capture.network(createNodeNetwork({ closeGraceMs: CLOSE_GRACE_MS }));
  const listener = await firstValueFrom(network.listen({ host: '127.0.0.1', port: 0 }));
  const accepting = firstValueFrom(listener.connections);
  const client = await firstValueFrom(network.connect(listener.local, 5_000));
  const server = await accepting;
  const echoed = firstValueFrom(client.bytes);
  server.bytes.subscribe((chunk) => server.write(chunk));
  client.write(Buffer.from('hello'));
  expect((await echoed).toString()).toBe('hello');
  client.end();
  await Promise.all([firstValueFrom(client.closed), firstValueFrom(server.closed)]);
  listener.close();
  const [connection] = connectionsIn(packetsIn(Buffer.concat([fileHead(), ...blocks])));
  expect(connection).toMatchObject({ fromClient: 'hello', fromServer: 'hello' });
  expect(connection?.server).toBe(`127.0.0.1:${listener.local.port}`);
  expect(connection?.marks).toEqual([...HANDSHAKE, 'c FA', 's FA']);
});
