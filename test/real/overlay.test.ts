/** What the overlay holds out against, over real sockets: once each; the many cases are in test/actors. */
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type LivePeer, LiveRoom, lines, linksOf, ROOM } from './live-room.ts';

let room: LiveRoom;

async function openRoom(...limits: ConstructorParameters<typeof LiveRoom>): Promise<LiveRoom> {
  room = await new LiveRoom(...limits).open();
  return room;
}

afterEach(() => room.close());

function isLinked(one: LivePeer, way: 'forward to' | 'backward from', other: LivePeer): boolean {
  return linksOf(one).includes(`${way} ${other.name}`);
}

describe('over real sockets', () => {
  test('failback: a forward link that was cut comes back when the way is whole again', async () => {
    await openRoom();
    const first = await room.join('first');
    const second = await room.join('second');
    await room.until('second → first', () => isLinked(second, 'forward to', first));
    const third = await room.join('third', (ring) => ring[0] === first.name);
    await room.until('third → first', () => isLinked(third, 'forward to', first));
    await room.allListed();
    await room.chat('before');

    await room.way(third, first, 'cut');
    await room.way(first, third, 'cut');
    await room.until('third → second', () => isLinked(third, 'forward to', second));
    await room.chat('cut off');

    await room.way(third, first, 'whole');
    await room.until('third → first again', () => isLinked(third, 'forward to', first));
    await room.until('second is let go', () => !isLinked(second, 'backward from', third));
    expect(linksOf(third).filter((link) => link.startsWith('forward'))).toHaveLength(1);
    expect(lines(third).filter((line) => line.startsWith('Forward link back to'))).toHaveLength(1);
    await room.chat('whole again');
    expect(room.doubled()).toEqual([]);
  });

  test('both ends dial at once: one link is left, it carries the chat, nothing is doubled or lost', async () => {
    await openRoom();
    room.dialTogether(2);
    const one = await room.join('one');
    const other = await room.join('other');
    await room.until('one link', () => linksOf(one).length === 1 && linksOf(other).length === 1);
    for (let count = 0; count < 20; count += 1) await room.chat(`message ${count}`);
    expect([linksOf(one).length, linksOf(other).length]).toEqual([1, 1]);
    expect(room.doubled()).toEqual([]);
  });

  test('a slow consumer is dropped, and holds nobody up', async () => {
    await openRoom({ linkQueueMaxBytes: 200_000, silenceMs: 600_000 });
    const first = await room.join('first');
    const second = await room.join('second');
    const third = await room.join('third');
    await room.until('all linked', () => room.peers.every((peer) => linksOf(peer).length > 0));
    await room.allListed();
    const slow = await SlowMember.join(room, first);
    const dropped = () => first.peer.status().counters['slow consumers dropped'] ?? 0;

    const said: string[] = [];
    for (let batch = 0; batch < 400 && dropped() === 0; batch += 1) {
      for (let count = 0; count < 50; count += 1) {
        const text = `${said.length} ${'x'.repeat(480)}`;
        second.peer.send({ type: 'SEND', text });
        said.push(`${second.name}: ${text}`);
      }
      // The chat goes on at its pace while the slow one's queue fills.
      await room.until(`batch ${batch} is there`, () =>
        [first, third].every(({ texts }) => texts.length === said.length),
      );
    }
    expect(dropped()).toBe(1);
    await room.until('the user is told', () =>
      lines(first).some((line) => line.includes('does not read fast enough')),
    );
    expect(linksOf(first)).not.toContain(`backward from ${slow.name}`);
    expect(first.texts).toEqual(said);
    expect(third.texts).toEqual(said);
    await room.chat('afterwards');
    expect(room.doubled()).toEqual([]);
  });
});

/** A member by bare sockets that links to a peer and reads no more. */
class SlowMember {
  readonly name = 'slow';
  readonly #sockets: readonly Socket[];

  private constructor(sockets: readonly Socket[]) {
    this.#sockets = sockets;
  }

  static async join(room: LiveRoom, to: LivePeer): Promise<SlowMember> {
    const address = 'slow:127.0.1.99:5000';
    const listed = await exchange(room.server.address, `J:${ROOM}:${address}::\r\n`, 'M:');
    const link = await exchange({ host: to.ip, port: to.port }, `P:${ROOM}:${address}:0::\r\n`, 'S:');
    link.pause();
    const member = new SlowMember([listed, link]);
    room.whenClosed(() => {
      for (const socket of member.#sockets) socket.destroy();
    });
    return member;
  }
}

/** Connects, says this, and resolves when the answer begins to come. */
function exchange(to: { host: string; port: number }, request: string, answer: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(to);
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`${to.host}:${to.port} has closed`)));
    socket.on('data', (bytes) => {
      if (bytes.toString('latin1').startsWith(answer)) resolve(socket);
    });
    socket.write(request);
  });
}
