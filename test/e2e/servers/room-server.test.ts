/**
 * Peer and room server on the wire: exact requests, one at a time, KEEPALIVE, stray errors, loss and return
 * of the connection. The room server is a script of the test except where its own behaviour is meant.
 */
import { describe, expect, test } from 'vitest';
import { startMember, startPeer, startRoomServer } from '../tools/program.ts';
import { dial, setScene, startRawRoomServer } from '../tools/raw.ts';
import { handshake, handshakeOk, join, LIST, members } from '../tools/wire.ts';

/** A KEEPALIVE that does not come while a test runs. */
const NEVER_MS = 600_000;
const STRAY = 'F:JOIN message - Wrong format!!::\r\n';
const STRAY_SHOWN = '[cmd] The room server answered JOIN with: JOIN message - Wrong format!!';

/** Makes a peer send J: somebody whom it does not know wants to link. */
async function knockAt(port: number): Promise<void> {
  const stranger = await dial(port);
  stranger.write(handshake({ user: 'stranger', ip: '127.0.0.1', port: 9 }));
}

describe('requests', () => {
  test('L and J are exactly these bytes, one write each; localhost means IPv4', async () => {
    const server = await startRawRoomServer();
    const peer = await startPeer({ server: server.port, serverHost: 'localhost' });
    await peer.ask('/list', '[cmd] Rooms: room1.');
    peer.send('/user alice');
    server.members = [{ user: 'alice', ip: '127.0.0.1', port: peer.port }];
    await peer.ask('/join room1', '[cmd] NAMED → JOINED.');
    await peer.ask('/list', '[cmd] Rooms: room1.');
    expect(server.requests).toEqual(['L::\r\n', `J:room1:alice:127.0.0.1:${peer.port}::\r\n`, 'L::\r\n']);
    expect(server.connections.length).toBe(1);
  });

  test('--advertise is the address in J', async () => {
    const server = await startRawRoomServer();
    const peer = await startPeer({
      server: server.port,
      name: 'alice',
      room: 'room1',
      words: ['--advertise', '127.0.0.5'],
    });
    await server.waitForRequests(1);
    expect(server.requests).toEqual([`J:room1:alice:127.0.0.5:${peer.port}::\r\n`]);
  });

  test('replies may come in any number of pieces', async () => {
    const server = await startRawRoomServer();
    server.answer = (request) => {
      server.connection.writeBytewise(server.goodAnswer(request));
      return null;
    };
    const peer = await startPeer({ server: server.port, name: 'alice' });
    await peer.ask('/list', '[cmd] Rooms: room1.');
    const others = Array.from({ length: 40 }, (_, index) => ({
      user: `u${index}`,
      ip: '10.0.0.1',
      port: index + 1,
    }));
    server.members = [{ user: 'alice', ip: '127.0.0.1', port: peer.port }, ...others];
    expect(await peer.ask('/join room1', /Joined/)).toMatch(
      /\. 41 members: alice \(.*\), u0 \(10\.0\.0\.1:1\), /,
    );
  });

  test('two requests are never outstanding, and a waiting J serves everyone', async () => {
    // "poke unanswered" comes after 4 periods of the KEEPALIVE: the time in which nothing may be sent.
    const { alice, server } = await setScene({
      others: ['bob'],
      limits: { keepaliveMs: 100, pokeAnswerMs: 400 },
    });
    await server.waitForRequests(3);
    for (const held of [LIST, join(alice.address)]) {
      const since = alice.lines.length;
      let heldAt: number | undefined;
      server.answer = (request, index) => {
        if (request !== held) return server.goodAnswer(request);
        heldAt ??= index;
        return null;
      };
      if (held === LIST) alice.send('/list');
      const at = await server.until(`${held} is outstanding`, () => heldAt);
      alice.send('/list');
      alice.send('/list');
      await knockAt(alice.port);
      await knockAt(alice.port);
      alice.send('/poke bob');
      await alice.waitFor(/^\[cmd\] bob has not answered the poke/, since);
      expect(server.requests.slice(at)).toEqual([held]);

      server.answer = (request) => server.goodAnswer(request);
      server.connection.write(server.goodAnswer(held));
      await server.waitForRequests(at + 3);
      expect(server.requests.slice(at + 1, at + 3).sort()).toEqual([join(alice.address), LIST]);
      await alice.waitFor('[cmd] Rooms: room1.', since);
    }
    expect(server.connections.length).toBe(1);
  });
});

describe('KEEPALIVE', () => {
  test('is the same J again and again, on the same connection', async () => {
    const { alice, server } = await setScene({ limits: { keepaliveMs: 50 } });
    await server.waitForRequests(6);
    expect(server.requests.slice(0, 6)).toEqual(Array.from({ length: 6 }, () => join(alice.address)));
    expect(server.connections.length).toBe(1);
  });

  test('does not begin before Join', async () => {
    const server = await startRawRoomServer();
    const peer = await startPeer({ server: server.port, name: 'alice', limits: { keepaliveMs: 20 } });
    await peer.ask('/list', '[cmd] Rooms: room1.');
    await peer.ask('/list', '[cmd] Rooms: room1.');
    // Some round trips to a process that starts meanwhile: several periods.
    const other = await startPeer({ server: server.port });
    await other.ask('/list', '[cmd] Rooms: room1.');
    await peer.ask('/list', '[cmd] Rooms: room1.');
    expect(server.requests).toEqual([LIST, LIST, LIST, LIST]);
  });

  test('each M replaces the member list, and the user is told what has changed', async () => {
    const { alice, server } = await setScene({ limits: { keepaliveMs: 50 } });
    const dora = { user: 'dora', ip: '127.0.0.1', port: 9 };
    server.members = [dora, alice.address];
    await alice.waitFor('[cmd] dora (127.0.0.1:9) joined the room. It has 2 members.');
    server.members = [alice.address];
    await alice.waitFor('[cmd] dora (127.0.0.1:9) left the room. You are alone in it.');
    expect(alice.count(/ joined the room\./)).toBe(1);
  });

  test('keeps a member listed while a silent one expires', async () => {
    const server = await startRoomServer({ roomServer: { monitorMs: 200, memberExpiryMs: 1_000 } });
    const alice = await startMember({ server: server.port, name: 'alice', limits: { keepaliveMs: 150 } });
    for (const user of ['ghost1', 'ghost2']) {
      const ghost = await dial(server.port);
      ghost.write(join({ user, ip: '127.0.0.1', port: 9 }));
      await alice.waitFor(`[cmd] ${user} (127.0.0.1:9) joined the room. It has 2 members.`);
      await alice.waitFor(`[cmd] ${user} (127.0.0.1:9) left the room. You are alone in it.`);
      expect(await ghost.waitForEnd()).toBe('FIN');
    }
    const visitor = await dial(server.port);
    const carol = { user: 'carol', ip: '127.0.0.1', port: 10 };
    visitor.write(join(carol));
    await visitor.waitForText(members([carol, alice.address]));
    expect(server.count(/ expired room1: alice/)).toBe(0);
    expect(server.count(/ joined room1: alice/)).toBe(1);
  });
});

describe('a stray F to a J', () => {
  async function setStrayScene(limits = {}) {
    return setScene({
      others: ['bob'],
      limits: { keepaliveMs: NEVER_MS, repeatDelayMs: 100, pokeAnswerMs: 500, ...limits },
    });
  }

  test('is shown and the J repeated, at most 3 times; the room is not left', async () => {
    const { alice, server } = await setStrayScene();
    await alice.waitFor('[cmd] JOINED → CONNECTED.');
    server.answer = () => STRAY;
    await knockAt(alice.port);
    await alice.waitFor(STRAY_SHOWN);
    expect(alice.lines.filter((line) => line.startsWith(STRAY_SHOWN))).toEqual([
      ...Array.from({ length: 3 }, () => `${STRAY_SHOWN} Asking again in 100 ms.`),
      STRAY_SHOWN,
    ]);
    // No fifth one within 5 times the pause.
    await alice.ask('/poke bob', /^\[cmd\] bob has not answered/);
    expect(server.requests).toEqual(Array.from({ length: 5 }, () => join(alice.address)));
    expect(await alice.state()).toBe('CONNECTED');
  });

  test('waits before it repeats', async () => {
    const { alice, server } = await setStrayScene({ repeatDelayMs: NEVER_MS });
    server.answer = () => STRAY;
    await knockAt(alice.port);
    await alice.waitFor(`${STRAY_SHOWN} Asking again in 600 s.`);
    await alice.ask('/poke bob', /^\[cmd\] bob has not answered/);
    expect(server.requests.length).toBe(2);
  });

  test('is forgotten with the next M; an M that follows an F is taken', async () => {
    const { alice, server, others } = await setStrayScene();
    const [bob] = others;
    const eve = { user: 'eve', ip: '127.0.0.1', port: 9 };
    const frank = { user: 'frank', ip: '127.0.0.1', port: 10 };
    let strays = 2;
    server.answer = (request) => (strays-- > 0 ? STRAY : server.goodAnswer(request));
    server.members = [alice.address, ...others, eve];
    await knockAt(alice.port);
    await alice.waitFor(/^\[cmd\] eve \(127\.0\.0\.1:9\) joined the room/);
    // Again as many repeats as at first.
    strays = 3;
    server.members = [alice.address, ...others, eve, frank];
    await knockAt(alice.port);
    await alice.waitFor(/^\[cmd\] frank \(127\.0\.0\.1:10\) joined the room/);
    expect(alice.count(`${STRAY_SHOWN} Asking again in 100 ms.`)).toBe(5);
    server.answer = () => STRAY + members([alice.address, ...others]);
    await knockAt(alice.port);
    await alice.waitFor(/^\[cmd\] eve \(.*\), frank \(.*\) left the room\. It has 2 members\./);
    // Nothing has been lost by it: the next J is answered as ever, and a member is let in.
    server.answer = (request) => server.goodAnswer(request);
    const link = await dial(alice.port);
    link.write(handshake({ user: 'bob', ip: '127.0.0.1', port: bob?.port ?? 0 }));
    await link.waitForText(handshakeOk());
  });
});

describe('the connection to the room server', () => {
  test('lost: the user is told, the peer joins again by itself, links stay, chat goes on', async () => {
    const { alice, server, others } = await setScene({
      others: ['bob'],
      limits: { reconnectMinMs: 100, jitterRatio: 0 },
    });
    const link = await others[0]?.forwardLink();
    server.connection.close();
    await alice.waitFor(
      '[cmd] Connection to the room server lost: the other side closed it. ' +
        'Links to members stay; reconnecting in 100 ms.',
    );
    alice.send('still here');
    await link?.waitForText(':1:10:still here::\r\n');
    await alice.waitFor(`[cmd] Connected to the room server 127.0.0.1:${server.port} again.`);
    await server.waitForRequests(2);
    expect(server.requests).toEqual([join(alice.address), join(alice.address)]);
    expect(server.connections.length).toBe(2);
    server.connection.reset();
    // Behind an M, the system may report the reset as an end.
    await alice.waitForCount(2, /^\[cmd\] Connection to the room server lost: /);
    await server.waitForRequests(3);
    expect(link?.end).toBeUndefined();
    expect(await alice.state()).toBe('CONNECTED');
  });

  test('a J that is never answered is a lost connection; what comes first on the next one is J', async () => {
    const { alice, server } = await setScene({
      limits: { keepaliveMs: NEVER_MS, replyTimeoutMs: 100, reconnectMinMs: 50 },
    });
    server.answer = (request, index) => (index === 1 ? null : server.goodAnswer(request));
    await knockAt(alice.port);
    await alice.waitFor(/^\[cmd\] Connection to the room server lost: it has not answered within 0\.1 s\./);
    alice.send('/list');
    await alice.waitFor('[cmd] Rooms: room1.');
    expect(server.requests.slice(2)).toEqual([join(alice.address), LIST]);
    expect(await server.connections[0]?.waitForEnd()).toBe('FIN');
  });
});
