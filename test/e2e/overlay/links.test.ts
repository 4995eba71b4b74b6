/**
 * Links between peers on the wire: both sides of the handshake, and whom a peer dials. One real member; its
 * room server and its neighbours are bare sockets of the test.
 */
import { describe, expect, test } from 'vitest';
import { freePort } from '../tools/ports.ts';
import { startPeer } from '../tools/program.ts';
import {
  dial,
  type RawConnection,
  type RawPeer,
  setScene,
  startRawPeer,
  startRawRoomServer,
} from '../tools/raw.ts';
import { type Address, handshake, handshakeOk, hid, join, ringFrom, text } from '../tools/wire.ts';
import { CAROL, dialAndSend, NOBODY } from './linked-scene.ts';

/** Far longer than any test. */
const NEVER_MS = 600_000;

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
