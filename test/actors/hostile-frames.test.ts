import { describe, expect, test } from 'vitest';
import { droppedBy, linkedWith, RawMember, requestsIn, shown, traceOf } from './tools/raw.ts';
import { handshake, PeerWorld, PORT, type TestPeer, text } from './tools/world.ts';

/** A peer with a quiet neighbour, which must hear nothing that is dropped, and with a hostile one. */
function besideHostile(direction: 'forward' | 'backward') {
  const world = new PeerWorld();
  const self = world.join('self');
  const hostile = new RawMember(world, 'hostile', '10.0.9.1').join();
  if (direction === 'forward') hostile.listen();
  const dialled = direction === 'backward' ? hostile.link(self) : undefined;
  world.clock.advance(30_000);
  const witness = new RawMember(world, 'witness', '10.0.9.2').join().link(self);
  expect(linkedWith(self, direction)).toContain('hostile');
  const send = (bytes: string) => {
    const connection = dialled?.connection ?? hostile.accepted[0]?.connection;
    connection?.write(Buffer.from(bytes, 'latin1'));
    world.clock.advance(20);
  };
  const isClosed = () => dialled?.isClosed ?? hostile.accepted[0]?.isClosed;
  const received = () => dialled?.received ?? hostile.accepted[0]?.received ?? '';
  return { world, self, hostile, witness, send, isClosed, received };
}

const ADDRESS = '10.0.9.1';

describe.each(['forward', 'backward'] as const)('over a %s link', (direction) => {
  test.each([
    ['a second handshake', handshake('hostile', ADDRESS), 'unexpected'],
    ['a handshake in the name of somebody else', handshake('witness', '10.0.9.2'), 'unexpected'],
    ['an S that nobody asked for', 'S:0::\r\n', 'unexpected'],
    ['an S with a high msgID', 'S:9007199254740991::\r\n', 'unexpected'],
    ['a J', `J:room:hostile:${ADDRESS}:${PORT}::\r\n`, 'unexpected'],
    ['an M', `M:1:hostile:${ADDRESS}:${PORT}::\r\n`, 'unexpected'],
    ['a G', 'G:room::\r\n', 'unexpected'],
    ['an F', 'F:go away::\r\n', 'unexpected'],
    ['an L', 'L::\r\n', 'unexpected'],
    ['a D', `D:room:self:10.0.1.1:${PORT}::\r\n`, 'unexpected'],
    ['a K', 'K:room:hostile::\r\n', 'unexpected'],
    ['an A', 'A::\r\n', 'unexpected'],
    ['a message of another room', text('hostile', ADDRESS, 1, 'not for you', 'elsewhere'), 'wrong room'],
    ['a message that claims our own HID', text('self', '10.0.1.1', 1, 'I said that'), 'own name'],
    ['a message that claims our own HID with a high ID', text('self', '10.0.1.1', 99, 'me'), 'own name'],
    ['a duplicate', text('hostile', ADDRESS, 1, 'hello').repeat(2), 'duplicate'],
    ['bytes that are no frame', 'nonsense::\r\n', 'malformed'],
    [
      'a message whose length is wrong',
      text('hostile', ADDRESS, 1, 'hello').replace(':5:', ':4:'),
      'malformed',
    ],
  ])('%s is dropped, counted as that, and neither shown nor forwarded', (what, bytes, kind) => {
    const { self, witness, send, isClosed, received, world } = besideHostile(direction);
    const before = { received: received(), members: self.peer.status().members };
    const frames = traceOf(world, self);
    send(bytes);
    expect(droppedBy(self, 'hostile')).toEqual({ [kind]: 1 });
    expect(self.peer.status().counters[`dropped: ${kind}`]).toBe(1);
    expect(droppedBy(self, 'witness')).toEqual({});
    const isHello = what === 'a duplicate';
    expect(self.texts()).toEqual(isHello ? ['hostile: hello'] : []);
    expect(self.notices.filter(({ type }) => type === 'poked')).toEqual([]);
    expect(witness.received.split('T:room:').length - 1).toBe(isHello ? 1 : 0);
    expect(received()).toBe(before.received);
    expect(self.peer.status().members).toEqual(before.members);
    expect(requestsIn(frames)).toEqual([]);
    expect(isClosed()).toBe(false);
    send(text('hostile', ADDRESS, 50, 'and now for something good'));
    expect(self.texts().at(-1)).toBe('hostile: and now for something good');
  });

  test('all of them together, a thousand times, leave the link and what is between them alone', () => {
    const { self, witness, send, isClosed } = besideHostile(direction);
    for (let id = 1; id <= 1_000; id += 1) {
      send(
        [
          handshake('hostile', ADDRESS),
          'S:0::\r\n',
          text('self', '10.0.1.1', id, 'me'),
          text('hostile', ADDRESS, id, `good ${id}`),
          text('hostile', ADDRESS, id, `good ${id}`),
          text('hostile', ADDRESS, id, 'elsewhere', 'elsewhere'),
        ].join(''),
      );
    }
    expect(isClosed()).toBe(false);
    expect(droppedBy(self, 'hostile')).toEqual({
      unexpected: 2_000,
      'own name': 1_000,
      duplicate: 1_000,
      'wrong room': 1_000,
    });
    expect(Object.values(shown(self))).toEqual(Array(1_000).fill(1));
    expect(witness.received.split('T:room:').length - 1).toBe(1_000);
    // 20 s of it cost the user a line per kind in 10 s.
    const told = self.notices.filter((notice) => notice.type === 'dropped');
    expect(told.length).toBeLessThanOrEqual(4 * 4);
  });
});

describe('before the handshake', () => {
  test.each([
    ['a message', text('hostile', ADDRESS, 1, 'let me in'), 'unexpected'],
    ['an S', 'S:0::\r\n', 'unexpected'],
    ['a J', `J:room:hostile:${ADDRESS}:${PORT}::\r\n`, 'unexpected'],
    ['a K', 'K:room:hostile::\r\n', 'unexpected'],
    ['bytes that are no frame', 'nonsense::\r\n', 'malformed'],
  ])('%s is dropped and counted, never shown, and the handshake may still come', (_, bytes, kind) => {
    const world = new PeerWorld();
    const self = world.join('self');
    const hostile = new RawMember(world, 'hostile', ADDRESS).join();
    const link = world.raw(ADDRESS, self);
    link.send(bytes.repeat(3));
    expect(self.peer.status().counters[`dropped: ${kind}`]).toBe(3);
    expect(self.texts()).toEqual([]);
    expect([link.isClosed, link.received]).toEqual([false, '']);
    link.send(handshake('hostile', ADDRESS) + hostile.text(2, 'hello'));
    expect(link.received).toBe('S:0::\r\n');
    expect(self.texts()).toEqual(['hostile: hello']);
  });

  test('where we have dialled, a P and what else comes before the S are dropped; a message that overtakes it waits for it', () => {
    const world = new PeerWorld();
    const self = world.join('self');
    const hostile = new RawMember(world, 'hostile', ADDRESS).join().listen();
    hostile.answer = `${handshake('hostile', ADDRESS)}${hostile.text(1, 'early')}nonsense::\r\nS:0::\r\n${hostile.text(2, 'in time')}`;
    world.clock.advance(30_000);
    expect(linkedWith(self, 'forward')).toEqual(['hostile']);
    expect(self.texts()).toEqual(['hostile: early', 'hostile: in time']);
    expect(self.peer.status().counters).toMatchObject({ 'dropped: unexpected': 1, 'dropped: malformed': 1 });
  });
});

test('our own messages that a cycle brings back are duplicates, not somebody else in our name', () => {
  const { world, self, send, isClosed } = besideHostile('backward');
  world.say(self, 'mine');
  send(text('self', '10.0.1.1', 1, 'mine'));
  send(text('self', '10.0.1.1', 1, 'forged'));
  send(text('self', '10.0.1.1', 2, 'forged as well'));
  expect(droppedBy(self, 'hostile')).toEqual({ duplicate: 2, 'own name': 1 });
  expect(self.texts()).toEqual(['self: mine']);
  expect(isClosed()).toBe(false);
});

/** Everything that a neighbour may do wrong, in one go. */
function misdeeds(to: TestPeer, id: number): string[] {
  return [
    handshake('hostile', ADDRESS, { msgId: id % 3 }),
    handshake('alice', '10.0.1.1'),
    'S:0::\r\n',
    text(to.name, to.ip, id + 1_000, 'I am you'),
    text('nobody', '10.66.0.1', id, 'who am I'),
    text('hostile', ADDRESS, id, 'elsewhere', 'elsewhere'),
    text('hostile', ADDRESS, 1, `content ${id}`),
    'K:room:hostile::\r\nA::\r\n',
    'nonsense::\r\n',
    `T:room:1:u:1:99999:${'x'.repeat(50)}`,
  ];
}

/** A member that misbehaves towards everybody over every link, on half-open connections, and by datagrams. */
class HostileMember extends RawMember {
  misbehave(world: PeerWorld, peers: readonly TestPeer[], id: number): void {
    for (const end of this.accepted) {
      const to = peers.find(({ ip }) => ip === end.connection.remote.host);
      if (to && !end.isClosed) end.write(misdeeds(to, id).join(''));
    }
    for (const peer of peers) {
      const link = world.raw(ADDRESS, peer);
      for (const frame of [handshake('hostile', ADDRESS), ...misdeeds(peer, id)]) {
        if (!link.isClosed) link.send(frame, 1);
      }
      // Some of its connections it resets, some it leaves open without a word.
      if (id % 3 === 0) link.connection.destroy();
    }
    world.network
      .host(ADDRESS)
      .bind({ host: '0.0.0.0', port: 0 })
      .subscribe((socket) => {
        for (const { ip } of [...peers, ...peers, ...peers]) {
          socket.send(Buffer.from('K:room:nobody::\r\n'), { host: ip, port: PORT });
        }
      });
  }
}

test('one of five peers misbehaves in every way at once: the other four exchange 100 messages exactly once', () => {
  const world = new PeerWorld();
  const peers = ['alice', 'bob', 'carol', 'dave'].map((name) => world.join(name));
  const hostile = new HostileMember(world, 'hostile', ADDRESS).join().listen();
  world.clock.advance(30_000);
  for (let said = 1; said <= 25; said += 1) {
    for (const { peer } of peers) peer.send({ type: 'SEND', text: `number ${said}` });
    hostile.misbehave(world, peers, said);
    world.clock.advance(500);
  }
  world.clock.advance(60_000);
  const expected = peers.flatMap(({ name }) =>
    Array.from({ length: 25 }, (_, at) => `${name}: number ${at + 1}`),
  );
  for (const peer of peers) {
    const heard = peer.texts().filter((line) => line.includes(': number '));
    expect(heard.sort(), peer.name).toEqual([...expected].sort());
    expect(peer.texts().filter((line) => /elsewhere|I am you/.test(line))).toEqual([]);
    expect(peer.peer.status().counters['connections open'], peer.name).toBeLessThanOrEqual(40);
    expect(peer.peer.status().counters['dropped: own name'], peer.name).toBeGreaterThan(20);
  }
  hostile.leave();
  for (const end of hostile.accepted) end.connection.destroy();
  world.quitAll();
  expect(peers.map(({ isOver }) => isOver)).toEqual([true, true, true, true]);
});

test('a message goes neither back over the link that it came from nor to the one who said it', () => {
  const { self, witness, send, received } = besideHostile('backward');
  const before = received();
  send(text('somebody', '10.0.9.7', 1, 'from far away') + text('witness', '10.0.9.2', 1, 'from next door'));
  expect(self.texts()).toEqual(['somebody: from far away', 'witness: from next door']);
  expect(received()).toBe(before);
  expect(witness.received).toContain('from far away');
  expect(witness.received).not.toContain('from next door');
});
