/**
 * What is wrong with a neighbour, on real sockets: said in the Command window once of each neighbour and kind
 * (the kinds one by one are in test/actors/faults.test.ts), and in the log with the field and the bytes.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startMember, startRoomServer } from '../tools/program.ts';
import { setScene } from '../tools/raw.ts';
import { closeBehindTest } from '../tools/teardown.ts';
import { handshake, handshakeOk, LOOPBACK, poke, text } from '../tools/wire.ts';
import { CAROL, dialAndSend, setLinkedScene } from './linked-scene.ts';

const FAULT =
  /has no msgID|is not the hash|no [SP] within|for room|not in the member list|refused us|; the contract wants|out of turn|before the handshake|no end mark/;

/** A file of a log, and its entries when it is read. */
async function logFile() {
  const folder = await mkdtemp(join(tmpdir(), 'p2pchat-faults-'));
  closeBehindTest(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'peer.log');
  const entries = async (): Promise<Record<string, unknown>[]> => {
    const lines = (await readFile(path, 'utf8')).trim().split('\n');
    return lines.map((line) => JSON.parse(line));
  };
  return { path, entries };
}

describe('what is wrong with a neighbour', () => {
  test('is said once, and named in the log by field and bytes', async () => {
    const log = await logFile();
    const { alice, toBob, carols } = await setLinkedScene({ words: ['--log', log.path] });
    const bad = text(CAROL, 1, 'hello').replace(':1:5:', ':1:9:');
    for (let count = 0; count < 3; count += 1) carols.write(bad);
    carols.write(text(CAROL, 2, 'behind'));
    await toBob.waitForText(':behind::\r\n');
    await alice.sync();
    const words =
      /^\[cmd\] msgLength of T from carol \(127\.0\.0\.1:9\) is "9"; the contract wants 5, the number of bytes of the content\. Bytes: "T:room1:\d+:carol:1:9:hello::\\r\\n"$/;
    expect(alice.count(words)).toBe(1);
    expect(alice.count(FAULT)).toBe(1);
    const entries = await log.entries();
    const told = entries.filter(({ type }) => type === 'fault');
    const shown = bad.replace('\r', '^M').replace('\n', '^J');
    expect(told).toEqual([
      expect.objectContaining({
        level: 'warn',
        neighbour: 'carol (127.0.0.1:9)',
        field: 'msgLength',
        bytes: shown,
      }),
    ]);
    const dropped = entries.filter(({ msg }) => msg === 'dropped');
    expect(dropped.length).toBeGreaterThan(0);
    for (const each of dropped)
      expect(each).toMatchObject({ kind: 'malformed', field: 'msgLength', bytes: shown });
    expect(JSON.stringify(entries)).not.toMatch(/toString|undefined/);
  });

  test('in its P', async () => {
    const { alice, server } = await setScene();
    const bob = { user: 'bob', ip: LOOPBACK, port: 7_001 };
    server.members = [...server.members, bob];
    const short = `P:room1:bob:${LOOPBACK}:7001::\r\n`;
    for (let count = 0; count < 2; count += 1) {
      const link = await dialAndSend(alice.port, short);
      await link.waitForText(handshakeOk());
      const elsewhere = await dialAndSend(alice.port, handshake(bob, 0, 'other'));
      await elsewhere.until('its end', () => elsewhere.end);
      const stranger = await dialAndSend(
        alice.port,
        handshake({ user: 'stranger', ip: LOOPBACK, port: 7_002 }),
      );
      await stranger.until('its end', () => stranger.end);
    }
    await alice.sync();
    expect(alice.lines.filter((line) => FAULT.test(line))).toEqual([
      '[cmd] P from 127.0.0.1:7001 has no msgID. Bytes: "P:room1:bob:127.0.0.1:7001::\\r\\n"',
      '[cmd] P for room other; ours is room1, from bob (127.0.0.1:7001).',
      '[cmd] stranger: not in the member list (P from 127.0.0.1:7002).',
    ]);
  });

  test('in its answer, or where there is none', async () => {
    const scene = await setScene({
      others: ['bob', 'carol'],
      limits: { handshakeTimeoutMs: 300, keepaliveMs: 200 },
    });
    const { alice, server, others } = scene;
    const linked = others.find(({ accepted }) => accepted.length > 0);
    const other = others.find((each) => each !== linked);
    if (!linked || !other) throw new Error('nobody is linked');
    const where = (port: number) => `\\(127\\.0\\.0\\.1:${port}\\)`;
    linked.onHandshake = (connection) => connection.write('F:who are you?::\r\n');
    other.onHandshake = () => {};
    for (const link of linked.accepted) link.reset();
    await alice.waitFor(
      new RegExp(`^\\[cmd\\] ${linked.user} ${where(linked.port)} refused us: "who are you\\?"\\. `),
    );
    await alice.waitFor(new RegExp(`^\\[cmd\\] ${other.user} ${where(other.port)}: no S within 300 ms\\.$`));
    const accepted = other.accepted.length;
    await other.until('more dials', () => other.accepted.length > accepted + 1);
    await alice.sync();
    expect(alice.count(FAULT)).toBe(2);
    expect(server.requests.length).toBeGreaterThan(0);
  });

  test('is nothing in a room of five', async () => {
    const server = await startRoomServer();
    const names = ['ann', 'bob', 'carol', 'dora', 'eve'];
    const peers = [];
    for (const name of names) peers.push(await startMember({ server: server.port, name }));
    for (const peer of peers) await peer.waitFor('[cmd] JOINED → CONNECTED.');
    for (const [at, peer] of peers.entries()) peer.send(`message of ${names[at]}`);
    for (const peer of peers)
      for (const name of names) await peer.waitFor(`[msg] ${name}: message of ${name}`);
    for (const [at, peer] of peers.entries())
      await peer.ask(`/poke ${names[(at + 1) % 5]}`, /answered the poke/);
    for (const peer of peers) await peer.sync();
    expect(peers.flatMap(({ lines }) => lines.filter((line) => FAULT.test(line)))).toEqual([]);
  });
});

test('a datagram for another room is told once, with its bytes', async () => {
  const { alice, others } = await setScene({ others: ['bob'] });
  const [bob] = others;
  for (let count = 0; count < 3; count += 1) bob?.udp.send(poke('bob', 'room2'), alice.port);
  bob?.udp.send(poke('bob'), alice.port);
  await alice.waitFor('[msg] bob pokes you!');
  await alice.sync();
  expect(
    alice.count(/^\[cmd\] K for room room2; ours is room1, from bob \(.*\)\. Bytes: "K:room2:bob::\\r\\n"$/),
  ).toBe(1);
});
