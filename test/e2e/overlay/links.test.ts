/**
 * Links between peers on the wire: both sides of the handshake, whom a peer dials, and flooding. One real
 * member; its room server and its neighbours are bare sockets of the test.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freePort } from '../tools/ports.ts';
import { PeerProgram, startPeer } from '../tools/program.ts';
import {
  dial,
  type RawConnection,
  type RawPeer,
  type SceneOptions,
  setScene,
  startRawPeer,
  startRawRoomServer,
} from '../tools/raw.ts';
import { closeBehindTest } from '../tools/teardown.ts';
import { type Address, handshake, handshakeOk, hid, join, poke, ringFrom, text } from '../tools/wire.ts';

const CAROL: Address = { user: 'carol', ip: '127.0.0.1', port: 9 };
const DORA: Address = { user: 'dora', ip: '127.0.0.1', port: 10 };
/** Far longer than any test. */
const NEVER_MS = 600_000;
/** On no list. */
const NOBODY: Address = { user: 'nobody', ip: '127.0.0.1', port: 11 };

/** A connection that has sent this. */
async function dialAndSend(port: number, frames: string): Promise<RawConnection> {
  const connection = await dial(port);
  connection.write(frames);
  return connection;
}

describe('handshake, receiving side', () => {
  test('a member gets S at once, in whatever pieces its P comes', async () => {
    const { alice, server, others } = await setScene({ others: ['bob', 'eve'] });
    const caller = others.find(({ accepted }) => accepted.length === 0);
    if (!caller) throw new Error('both were dialled');
    const link = await dial(alice.port);
    link.writeBytewise(handshake(caller));
    await link.waitForText('\r\n');
    expect(link.chunks).toEqual(['S:0::\r\n']);
    await alice.waitFor(`[cmd] Backward link from ${caller.user} (127.0.0.1:${caller.port}).`);
    expect(server.requests).toEqual([join(alice.address)]);
  });

  test('somebody unknown costs a J; listed then: S', async () => {
    const { alice, server } = await setScene();
    server.members = [CAROL, alice.address];
    const link = await dialAndSend(alice.port, handshake(CAROL));
    await link.waitForText('\r\n');
    expect(link.chunks).toEqual([handshakeOk(0)]);
    expect(server.requests).toEqual([join(alice.address), join(alice.address)]);
    await alice.waitFor('[cmd] JOINED → CONNECTED.');
  });

  test('somebody unknown costs a J; not listed then: closed without an answer', async () => {
    const { alice, server } = await setScene();
    const links = [handshake(CAROL), handshake({ ...alice.address, user: 'bob', port: 9 })];
    for (const [index, frame] of links.entries()) {
      const link = await dialAndSend(alice.port, frame);
      expect(await link.waitForEnd()).toBe('FIN');
      expect(link.received).toBe('');
      expect(server.requests.length).toBe(index + 2);
    }
    expect(await alice.state()).toBe('JOINED');
  });

  test('another room, or ourselves: closed without an answer and without a J', async () => {
    const { alice, server } = await setScene({ limits: { handshakeTimeoutMs: NEVER_MS } });
    for (const frame of [handshake(CAROL, 0, 'room2'), handshake(alice.address)]) {
      const link = await dialAndSend(alice.port, frame);
      expect(await link.waitForEnd()).toBe('FIN');
      expect(link.received).toBe('');
    }
    expect(server.requests.length).toBe(1);
    expect(await alice.state()).toBe('JOINED');
  });

  test('nothing, or anything but a handshake: closed after a while, and nothing of it is shown', async () => {
    const { alice, server } = await setScene({ limits: { handshakeTimeoutMs: 100 } });
    const firsts = [
      '',
      'P:room1:carol',
      'P:room1:carol:127.0.0.1::\r\n',
      text(CAROL, 1, 'hello'),
      'GET / HTTP/1.1\r\n\r\n'.repeat(100),
    ];
    const links = await Promise.all(firsts.map((first) => dialAndSend(alice.port, first)));
    for (const link of links) {
      expect(await link.waitForEnd()).toBe('FIN');
      expect(link.received).toBe('');
    }
    expect(server.requests.length).toBe(1);
    expect(alice.messages).toEqual([]);
    expect(await alice.state()).toBe('JOINED');
  });

  test('before Join nobody is let in', async () => {
    const peer = await startPeer({ server: await freePort(), name: 'alice' });
    const link = await dialAndSend(peer.port, handshake(CAROL));
    await link.waitForEnd();
    expect(link.received).toBe('');
  });

  test('what follows the P in the same segment is not lost', async () => {
    const { alice, server } = await setScene();
    server.members = [CAROL, alice.address];
    await dialAndSend(alice.port, handshake(CAROL) + text(CAROL, 1, 'early') + text(CAROL, 2, 'bird'));
    await alice.waitFor('[msg] carol: bird');
    expect(alice.messages).toEqual(['[msg] carol: early', '[msg] carol: bird']);
  });
});

/** A name with which a peer on this port has as many of the others before it in the ring as behind it. */
function nameInTheMiddle(port: number, others: readonly Address[]): string {
  const isBefore = (self: Address, other: Address) => BigInt(hid(other)) < BigInt(hid(self));
  for (let index = 0; ; index += 1) {
    const self = { user: `self${index}`, ip: '127.0.0.1', port };
    if (others.filter((other) => isBefore(self, other)).length === Math.floor(others.length / 2))
      return self.user;
  }
}

describe('the forward link', () => {
  test('is dialled in the order of the ring, without those that have a backward link', async () => {
    const server = await startRawRoomServer();
    const raws = await Promise.all(['r1', 'r2', 'r3', 'r4', 'r5', 'r6'].map((user) => startRawPeer(user)));
    const port = await freePort();
    const self = { user: nameInTheMiddle(port, raws), ip: '127.0.0.1', port };
    const ring = ringFrom(self, raws);
    const [linked, closing, silent, lying, good, unneeded] = ring as [
      RawPeer,
      RawPeer,
      RawPeer,
      RawPeer,
      RawPeer,
      RawPeer,
    ];
    const dialled: string[] = [];
    const record = (raw: RawPeer, react: (connection: RawConnection) => void) => {
      raw.onHandshake = (connection) => {
        dialled.push(raw.user);
        react(connection);
      };
    };
    record(linked, (connection) => connection.write(handshakeOk()));
    record(closing, (connection) => connection.close());
    record(silent, () => {});
    record(lying, (connection) => connection.write(text(lying, 1, 'no handshake')));
    record(good, (connection) => connection.write(handshakeOk(7)));
    record(unneeded, (connection) => connection.write(handshakeOk()));

    // At first the one behind us in the ring is alone with us, and it was faster.
    server.members = [self];
    const limits = { handshakeTimeoutMs: 200, stableLinkMs: 0 };
    const peer = await startPeer({ server: server.port, port, name: self.user, room: 'room1', limits });
    await peer.waitFor('[cmd] NAMED → JOINED.');
    server.members = [linked, self];
    await linked.link(port);
    await peer.waitFor('[cmd] JOINED → CONNECTED.');
    // Then the others come, the server's order being none of the ring's.
    server.members = [...raws, self];
    await dialAndSend(port, handshake(NOBODY));
    await peer.waitFor(`[cmd] Forward link to ${good.user} (127.0.0.1:${good.port}).`);
    expect(dialled).toEqual([closing, silent, lying, good].map(({ user }) => user));
    expect(good.accepted[0]?.received).toBe(handshake(self, 0));

    // Lost, it is looked for again from the start; there is never more than one.
    dialled.length = 0;
    record(closing, (connection) => connection.write(handshakeOk()));
    good.accepted[0]?.close();
    await peer.waitFor(/^\[cmd\] Forward link to .* lost: the other side closed it\.$/);
    await peer.waitFor(`[cmd] Forward link to ${closing.user} (127.0.0.1:${closing.port}).`);
    expect(dialled).toEqual([closing.user]);
    expect((await peer.answers('/links')).filter((line) => line.includes('forward'))).toHaveLength(1);
  });

  test('everybody has failed: told, and tried again after a pause', async () => {
    const { alice, others } = await setScene({
      others: ['bob'],
      limits: { searchRetryMs: 100, stableLinkMs: 0 },
    });
    const [bob] = others;
    if (!bob) throw new Error('no bob');
    bob.onHandshake = (connection) => connection.close();
    bob.accepted[0]?.close();
    await alice.waitFor('[cmd] CONNECTED → JOINED.');
    await alice.waitFor('[cmd] No forward link: bob could not be reached. Trying again in 100 ms.');
    await bob.until('some more attempts', () => bob.accepted.length >= 4);
    bob.onHandshake = (connection) => connection.write(handshakeOk());
    await alice.waitForCount(2, `[cmd] Forward link to bob (127.0.0.1:${bob.port}).`);
    expect(alice.count(/^\[cmd\] No forward link: bob/)).toBe(1);
    await alice.waitForCount(2, '[cmd] JOINED → CONNECTED.');
  });
});

/** alice with a forward link to bob and backward links from carol and dora. */
async function setLinkedScene(options: SceneOptions = {}) {
  const scene = await setScene({ ...options, others: ['bob'] });
  const { alice, server, others } = scene;
  const [bob] = others;
  if (!bob) throw new Error('no bob');
  server.members = [...server.members, CAROL, DORA];
  const toBob = await bob.forwardLink();
  const carols = await dialAndSend(alice.port, handshake(CAROL));
  await carols.waitForText(handshakeOk());
  // The list that she was found on has dora, too.
  const doras = await dialAndSend(alice.port, handshake(DORA));
  await doras.waitForText(handshakeOk());
  return { ...scene, bob, toBob, carols, doras };
}

/** What came over a link behind its handshake. */
function floodedTo({ chunks }: RawConnection): string[] {
  return chunks.slice(1);
}

describe('flooding', () => {
  test('the same bytes go to every link but the one they came from and the origin', async () => {
    const { alice, bob, toBob, carols, doras } = await setLinkedScene();
    const frames = [
      text(CAROL, 1, 'from carol herself'),
      text(DORA, 5, 'of dora, through carol'),
      text(bob, 0, 'of bob, through carol'),
      text(CAROL, 2, 'a:b :: and ::\r\n in the midst::\r\n'),
      text(CAROL, 3, ''),
      text(CAROL, 4, 'end'),
    ];
    for (const frame of frames) carols.write(frame);
    await doras.waitForText(':end::\r\n');
    await toBob.waitForText(':end::\r\n');
    // A write that has waited may come together with the next: it is the bytes that count.
    expect(floodedTo(doras).join('')).toBe(frames.filter((_, index) => index !== 1).join(''));
    expect(floodedTo(toBob).join('')).toBe(frames.filter((_, index) => index !== 2).join(''));
    doras.write(text(DORA, 6, 'back'));
    await carols.waitForText(':back::\r\n');
    expect(floodedTo(carols)).toEqual([text(DORA, 6, 'back')]);
    expect(alice.messages).toEqual([
      '[msg] carol: from carol herself',
      '[msg] dora: of dora, through carol',
      '[msg] bob: of bob, through carol',
      '[msg] carol: a:b :: and ::^M^J in the midst::^M^J',
      '[msg] carol: ',
      '[msg] carol: end',
      '[msg] dora: back',
    ]);
  });

  test('frames may come byte by byte; each goes on as one write', async () => {
    const { carols, doras } = await setLinkedScene();
    const frames = [text(CAROL, 1, '::\r\n'), text(CAROL, 2, 'x'.repeat(499))];
    for (const frame of frames) {
      carols.writeBytewise(frame);
      await doras.waitForText(frame);
    }
    expect(floodedTo(doras)).toEqual(frames);
  });

  test('many frames in one segment are all shown and forwarded, in order', async () => {
    const { alice, toBob, carols } = await setLinkedScene();
    const frames = Array.from({ length: 100 }, (_, index) => text(CAROL, index + 1, `number ${index}`));
    carols.write(frames.join(''));
    await toBob.waitForText(frames.at(-1) ?? '');
    expect(floodedTo(toBob).join('')).toBe(frames.join(''));
    await alice.waitFor('[msg] carol: number 99');
    expect(alice.messages).toEqual(frames.map((_, index) => `[msg] carol: number ${index}`));
  });

  test('a duplicate and a message for another room are dropped with an error line each', async () => {
    const { alice, toBob, carols, doras } = await setLinkedScene();
    carols.write(text(CAROL, 1, 'once'));
    await toBob.waitForText(':once::\r\n');
    doras.write(text(CAROL, 1, 'once'));
    await alice.waitFor(
      '[cmd] Dropped a duplicate message: TEXT room1 carol msgID 1, 4 bytes, from dora (127.0.0.1:10).',
    );
    carols.write(text(CAROL, 2, 'elsewhere', 'room2'));
    await alice.waitFor(
      '[cmd] Dropped a message for another room: ' +
        'TEXT room2 carol msgID 2, 9 bytes, from carol (127.0.0.1:9).',
    );
    // It has not used up the ID in our room.
    carols.write(text(CAROL, 2, 'here'));
    await toBob.waitForText(':here::\r\n');
    expect(floodedTo(toBob).join('')).toBe(text(CAROL, 1, 'once') + text(CAROL, 2, 'here'));
    await alice.waitFor('[msg] carol: here');
    expect(alice.messages).toEqual(['[msg] carol: once', '[msg] carol: here']);
  });

  test('our own message that a cycle brings back is a duplicate', async () => {
    const { alice, toBob, carols } = await setLinkedScene();
    alice.send('round');
    await carols.waitForText(':round::\r\n');
    carols.write(text(alice.address, 1, 'round'));
    await alice.waitFor(/^\[cmd\] Dropped a duplicate message: TEXT room1 alice msgID 1/);
    alice.send('and round');
    await toBob.waitForText(':and round::\r\n');
    const sent = text(alice.address, 1, 'round') + text(alice.address, 2, 'and round');
    expect(floodedTo(toBob).join('')).toBe(sent);
    await alice.sync();
    expect(alice.messages).toEqual(['[msg] alice: round', '[msg] alice: and round']);
  });

  test('drops of one kind are gathered: one line at once, then one with the count', async () => {
    const { alice, carols } = await setLinkedScene({ limits: { droppedNoticeMs: 300 } });
    for (let index = 0; index < 6; index += 1) carols.write(text(CAROL, 1, 'again'));
    await alice.waitFor(/^\[cmd\] Dropped 4 × duplicate message, the last: TEXT room1 carol msgID 1/);
    expect(alice.count(/^\[cmd\] Dropped/)).toBe(2);
    expect(alice.messages).toEqual(['[msg] carol: again']);
  });

  test('a message of somebody unknown is shown and forwarded, and costs one J', async () => {
    const { alice, server, toBob, carols } = await setLinkedScene();
    const requests = server.requests.length;
    carols.write(text(NOBODY, 1, 'who am I?'));
    carols.write(text(NOBODY, 2, 'indeed'));
    await toBob.waitForText(text(NOBODY, 2, 'indeed'));
    await alice.waitFor('[msg] nobody: indeed');
    await server.waitForRequests(requests + 1);
    await alice.ask('/list', '[cmd] Rooms: room1.');
    expect(server.requests.slice(requests)).toEqual([join(alice.address), 'L::\r\n']);
    expect(alice.messages).toEqual(['[msg] nobody: who am I?', '[msg] nobody: indeed']);
  });

  test('a link that is cut in the midst of a frame is only lost', async () => {
    const { alice, toBob, carols, doras } = await setLinkedScene();
    carols.write(text(CAROL, 1, 'never whole').slice(0, -6));
    carols.reset();
    // With bytes before it, the system may report a reset as an end.
    await alice.waitFor(/^\[cmd\] Backward link from carol \(127\.0\.0\.1:9\) lost: /);
    doras.write(text(DORA, 1, 'whole'));
    await toBob.waitForText(':whole::\r\n');
    expect(floodedTo(toBob)).toEqual([text(DORA, 1, 'whole')]);
  });
});

describe('hostile bytes from the network', () => {
  // ESC, BEL, NUL, C1 (as a byte and in UTF-8), DEL, a bidi override, a forged line.
  const override = Buffer.from('\u202e').toString('latin1');
  const hostile = `\x1b[31m\x07\x00\x9b2J\xc2\x9b1m\x7f${override}\r\n[msg] boss: hi\n`;
  const dangerous = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

  async function attack(words: readonly string[]) {
    const scene = await setLinkedScene({ words, limits: { repeatsMax: 0 } });
    const { alice, server, carols } = scene;
    carols.write(text(CAROL, 1, hostile));
    carols.write(text({ ...CAROL, user: 'e\x1bvil' }, 2, 'under a hostile name'));
    carols.write(text(CAROL, 3, 'elsewhere', 'r\x1b[2J'));
    carols.write(`${hostile}::\r\n`);
    await dialAndSend(alice.port, `P:room1:${hostile}:127.0.0.1:9:0::\r\n`);
    const { udp } = scene.bob;
    udp.send(`K:room1:${hostile}::\r\n`, alice.port);
    udp.send(poke('bob'), alice.port);
    server.answer = () => `F:${hostile}::\r\n`;
    alice.send('/list');
    carols.write(text(CAROL, 9, 'the last one'));
    return scene;
  }

  test('never reach the terminal or the log as they are', async () => {
    const directory = await mkdtemp(joinPath(tmpdir(), 'p2pchat-e2e-'));
    closeBehindTest(() => rm(directory, { recursive: true }));
    const path = joinPath(directory, 'log');
    const { alice } = await attack(['--log', path]);
    await alice.waitFor('[msg] carol: the last one');
    await alice.waitFor('[msg] bob pokes you!');
    await alice.waitFor(/^\[cmd\] The room server refused the LIST: \^\[\[31m/);
    alice.end();
    expect(await alice.ended()).toEqual({ code: 0, signal: null });
    const written = alice.output.toString('utf8');
    expect(written.split('\n').filter((line) => dangerous.test(line))).toEqual([]);
    expect(alice.lines.filter((line) => !/^\[(msg|cmd)\] /.test(line))).toEqual([]);
    expect(alice.messages.filter((line) => line.startsWith('[msg] boss'))).toEqual([]);
    expect(alice.messages[0]).toMatch(
      /^\[msg\] carol: \^\[\[31m\^G\^@.*\\u\{202e\}\^M\^J\[msg\] boss: hi\^J$/,
    );

    const log = await readFile(path, 'utf8');
    expect(log.split('\n').filter((line) => dangerous.test(line))).toEqual([]);
    const entries = log
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(entries).toContainEqual(
      expect.objectContaining({ direction: 'out', bytes: expect.stringContaining('J:room1:alice:') }),
    );
  });

  test('--json: every line is an object with window, type and time; strings read back exactly', async () => {
    const { alice } = await attackAsJson();
    const notices = alice.lines.map((line): Record<string, unknown> => JSON.parse(line));
    for (const notice of notices) {
      expect(notice).toMatchObject({
        window: expect.stringMatching(/^(message|command)$/),
        type: expect.any(String),
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      });
    }
    expect(notices[0]).toMatchObject({ window: 'command', type: 'listening', port: alice.port });
    expect(notices).toContainEqual(
      expect.objectContaining({
        window: 'message',
        type: 'text',
        user: 'carol',
        content: Buffer.from(hostile, 'latin1').toString('utf8'),
        own: false,
        msgId: 1,
      }),
    );
    expect(alice.lines.filter((line) => dangerous.test(line))).toEqual([]);
  });

  async function attackAsJson() {
    const server = await startRawRoomServer();
    const port = await freePort();
    server.members = [{ user: 'alice', ip: '127.0.0.1', port }, CAROL];
    const alice = new PeerProgram(port, {
      server: server.port,
      name: 'alice',
      room: 'room1',
      words: ['--json'],
    });
    await alice.waitFor(/"type":"joined"/);
    const link = await dialAndSend(port, handshake(CAROL) + text(CAROL, 1, hostile) + text(CAROL, 2, 'last'));
    await alice.waitFor(/"content":"last"/);
    link.close();
    alice.end();
    await alice.ended();
    return { alice };
  }
});
