/**
 * Attacks on what is bounded in total, over real sockets of this computer: whatever strangers do, who is a
 * member gets its link and its answer, and the room server is asked now and then.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PEER_LIMITS } from '../../src/limits/peer.ts';
import { dial, openUdp, type RawConnection, type Scene, setScene, startRawPeer } from '../e2e/tools/raw.ts';
import { closeBehindTest } from '../e2e/tools/teardown.ts';
import { handshake, handshakeOk, poke, ROOM, text } from '../e2e/tools/wire.ts';

const { pendingHandshakesMax, freshListsMax, freshListMs, pokesPerSecondMax } = PEER_LIMITS;
/** So long that nothing in these tests comes of KEEPALIVE. */
const QUIET = { keepaliveMs: 60_000 };

function stranger(at: number) {
  return { user: `stranger${at}`, ip: '127.0.0.1', port: 1_000 + at };
}

/** As many connections as are let in twice over. */
async function knock({ alice }: Scene, hello: (at: number) => string | null): Promise<RawConnection[]> {
  const connections: RawConnection[] = [];
  for (let at = 0; at < 2 * pendingHandshakesMax; at += 1) {
    const connection = await dial(alice.port);
    const words = hello(at);
    if (words !== null) connection.write(words);
    connections.push(connection);
  }
  return connections;
}

test.each([
  ['say nothing', () => null],
  ['claim one name', () => handshake(stranger(1))],
  ['claim a name each', (at: number) => handshake(stranger(at))],
] as const)('connections that %s do not keep a member out, however many they are', async (_, hello) => {
  const scene = await setScene({ others: ['bob'], limits: QUIET });
  const { alice, server } = scene;
  // Nobody is told who is a member: all that claim a name go on waiting.
  server.answer = () => null;
  const carol = await startRawPeer('carol');
  const flood = await knock(scene, hello);
  const link = await dial(alice.port);
  link.write(handshake(carol));
  server.answer = (request) => server.goodAnswer(request);
  server.members = [carol, ...server.members];
  // The J that is under way is answered; another one may follow.
  server.connection.write(server.goodAnswer('J'));
  await link.waitForText(handshakeOk());
  expect(flood.filter(({ received }) => received !== '')).toEqual([]);
});

test('who was linked before stays linked and is heard while connections flood in', async () => {
  const scene = await setScene({ others: ['bob'], limits: QUIET });
  const { alice, others } = scene;
  const [bob] = others;
  if (!bob) throw new Error('there is no bob');
  const link = await bob.forwardLink();
  const flood = knock(scene, () => null);
  link.write(text(bob, 1, 'through the flood'));
  await alice.waitFor('[msg] bob: through the flood');
  await flood;
  expect(link.end).toBeUndefined();
});

test.each([
  ['without a number', `P:${ROOM}:bob:127.0.0.1:5000::\r\n`],
  ['with an address that is none', `P:${ROOM}:bob:1.2.3:5000:0::\r\n`],
  ['with a name that is none', `P:${ROOM}:b b:127.0.0.1:5000:0::\r\n`],
  ['with nothing', 'P::\r\n'],
  ['for another room', 'P:elsewhere:bob:127.0.0.1:5000:0::\r\n'],
])('a handshake %s frees its place at once', async (_, frame) => {
  // Whatever is waited for in this test is far shorter than the time for a handshake.
  const { alice } = await setScene({ limits: { ...QUIET, handshakeTimeoutMs: 60_000 } });
  const connection = await dial(alice.port);
  connection.write(frame);
  expect(await connection.waitForEnd()).toBe('FIN');
  expect(connection.received).toBe('');
});

test('ever new names in messages, handshakes and pokes cost a few J at once and one more in 2 s', async () => {
  const { alice, server, others } = await setScene({ others: ['bob'], limits: QUIET });
  const [bob] = others;
  if (!bob) throw new Error('there is no bob');
  const link = await bob.forwardLink();
  const udp = await openUdp();
  const before = server.requests.length;
  const begunMs = performance.now();
  for (let at = 0; performance.now() - begunMs < 2 * freshListMs; at += 1) {
    link.write(text(stranger(at), 1, `I am number ${at}`));
    udp.send(poke(stranger(at).user), alice.port);
    if (at % 10 === 0) (await dial(alice.port)).write(handshake(stranger(at)));
    await alice.waitFor(`[msg] stranger${at}: I am number ${at}`);
  }
  const passedMs = performance.now() - begunMs;
  const asked = server.requests.length - before;
  expect(asked).toBeGreaterThanOrEqual(freshListsMax);
  expect(asked).toBeLessThanOrEqual(freshListsMax + 1 + passedMs / freshListMs);
  // A newcomer is believed all the same, within the time of a handshake.
  const carol = await startRawPeer('carol');
  server.members = [carol, ...server.members];
  await carol.link(alice.port);
});

test('pokes of a member are answered while others poke without end from its own address', async () => {
  const { alice, others } = await setScene({ others: ['bob'], limits: QUIET });
  const [bob] = others;
  if (!bob) throw new Error('there is no bob');
  const udp = await openUdp();
  for (let at = 0; at < 2_000; at += 1) udp.send(poke('nobody'), alice.port);
  await udp.waitForDatagrams(pokesPerSecondMax);
  // The system drops datagrams that find the queue full.
  const pokes = setInterval(() => bob.udp.send(poke('bob'), alice.port), 250);
  closeBehindTest(() => clearInterval(pokes));
  await bob.udp.waitForDatagrams(1);
  expect(udp.datagrams.length).toBeLessThanOrEqual(3 * pokesPerSecondMax);
});

test('a flood of datagrams and of duplicates makes a log of bounded size', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'p2pchat-flood-'));
  closeBehindTest(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'log');
  const { alice, others } = await setScene({ others: ['bob'], words: ['--log', path] });
  const [bob] = others;
  if (!bob) throw new Error('there is no bob');
  const link = await bob.forwardLink();
  const udp = await openUdp();
  const begunMs = performance.now();
  const frame = text(bob, 1, 'again and again');
  for (let round = 0; round < 20; round += 1) {
    link.write(frame.repeat(1_000));
    for (let at = 0; at < 200; at += 1) udp.send('x'.repeat(1_000), alice.port);
    bob.udp.send(poke('bob'), alice.port);
    link.write(text(bob, round + 2, `round ${round}`));
    await alice.waitFor(`[msg] bob: round ${round}`);
  }
  const seconds = 1 + (performance.now() - begunMs) / 1_000;
  alice.send('/quit');
  await alice.ended();
  expect(statSync(path).size).toBeLessThan(seconds * 2_000_000);
});
