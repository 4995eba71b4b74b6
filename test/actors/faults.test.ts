/**
 * Goal: what is wrong with a neighbour is said in the Command window, in one sentence with the wrong bytes,
 * once of each neighbour and kind; a room without faults says nothing, and a storm of strangers leaves the
 * window readable.
 */
import { describe, expect, test } from 'vitest';
import { describe as sentence } from '../../src/words/notices.ts';
import { RawMember, ScriptedServer } from './tools/raw.ts';
import { handshake, PeerWorld, PORT, ROOM, type TestPeer, text } from './tools/world.ts';

const IP = '10.0.2.1';
const BOB = `bob (${IP}:${PORT})`;
/** Longer than bytes are doubtful. */
const A_WHILE_MS = 1_000;

/** The faults that a peer has told, as its user reads them. */
function faultsOf(self: TestPeer): string[] {
  return self.notices.filter(({ type }) => type === 'fault').map(sentence);
}

function quoted(bytes: string): string {
  return `Bytes: ${JSON.stringify(bytes)}`;
}

/** A peer with a backward link from bob, who says what the test wants. */
function linkedWithBob() {
  const world = new PeerWorld();
  const self = world.join('self');
  const bob = new RawMember(world, 'bob', IP).join();
  const link = bob.link(self);
  return { world, self, bob, link };
}

describe('over a link', () => {
  const good = text('bob', IP, 1, 'hello');
  test.each([
    [
      'a T for another room',
      text('bob', IP, 1, 'hello', 'other'),
      `T for room other; ours is ${ROOM}, from ${BOB}. ${quoted(text('bob', IP, 1, 'hello', 'other'))}`,
    ],
    [
      'a nickname in place of the originHID',
      good.replace(/:\d{10,}:/, ':bob:'),
      `bob's originHID is not the hash of bob${IP}:${PORT}: it is "bob"; the contract wants `,
    ],
    [
      'a length in characters',
      text('bob', IP, 1, Buffer.from('Grüße', 'utf8').toString('latin1')).replace(':7:', ':5:'),
      `msgLength of T from ${BOB} is "5"; the contract wants 7, the number of bytes of the content.`,
    ],
    [
      'a msgID that is no number',
      good.replace(':1:5:', ':one:5:'),
      `msgID of T from ${BOB} is "one"; the contract wants a decimal number. Bytes: "T:`,
    ],
    [
      'a second P',
      handshake('bob', IP),
      `P from ${BOB} out of turn: a link carries T and nothing else. Bytes: "P:`,
    ],
    ['a K', `K:${ROOM}:bob::\r\n`, `K from ${BOB} out of turn: a link carries T and nothing else.`],
    [
      'an unknown frame',
      'Q:what:is:this::\r\n',
      `type of a frame from ${BOB} is "Q"; the contract wants a letter of L G J M F P S T K A D and ":" at the front. ${quoted('Q:what:is:this::\r\n')}`,
    ],
    [
      'an S that is none',
      'S:many::\r\n',
      `msgID of S from ${BOB} is "many"; the contract wants a decimal number. ${quoted('S:many::\r\n')}`,
    ],
    [
      'bytes without an end mark in front of a T',
      `Q:bob:1${good}`,
      `Bytes from ${BOB} have no end mark: the T behind them is read. ${quoted('Q:bob:1')}`,
    ],
    [
      'a frame that is too long',
      `F:${'x'.repeat(9_000)}::\r\n`,
      `A frame from ${BOB} is too long. Bytes: "F:xxx`,
    ],
  ])('%s', (_, bytes, words) => {
    const { world, self, link } = linkedWithBob();
    for (let count = 0; count < 3; count += 1) link.send(bytes);
    world.clock.advance(A_WHILE_MS);
    const [told, ...more] = faultsOf(self);
    expect(told).toContain(words);
    expect(more).toEqual([]);
    expect(self.lines().filter((line) => line.startsWith('Dropped a malformed'))).toEqual([]);
    // A new link of the same neighbour is no reason to say it again.
    const { members } = self.peer.status();
    expect(members.map(({ user }) => user)).toContain('bob');
    const again = new RawMember(world, 'bob', IP).link(self);
    again.send(bytes);
    world.clock.advance(A_WHILE_MS);
    expect(faultsOf(self)).toEqual([told]);
  });

  test('each kind once, and of each neighbour', () => {
    const { world, self, bob, link } = linkedWithBob();
    const carols = new RawMember(world, 'carol', '10.0.2.2').join().link(self);
    for (const from of [link, carols, link, carols]) from.send('S:many::\r\nQ:x::\r\n');
    link.send(bob.text(1, 'hello'));
    world.clock.advance(A_WHILE_MS);
    expect(faultsOf(self).map((line) => line.replace(/ is .*/, ''))).toEqual([
      `msgID of S from ${BOB}`,
      `msgID of S from carol (10.0.2.2:${PORT})`,
      `type of a frame from ${BOB}`,
      `type of a frame from carol (10.0.2.2:${PORT})`,
    ]);
  });

  test('our own messages that come back', () => {
    const { world, self, link } = linkedWithBob();
    world.clock.advance(15_000);
    world.say(self, 'mine');
    const mine = /T:.*mine::\r\n/.exec(link.received)?.[0] ?? '';
    expect(mine).not.toBe('');
    link.send(mine.repeat(2));
    expect(faultsOf(self)).toEqual([`${BOB} sends our own messages back to us. ${quoted(mine)}`]);
  });

  test('the rest of an older frame before a NUL is none', () => {
    const { world, self, bob, link } = linkedWithBob();
    for (let id = 1; id <= 5; id += 1) {
      link.send(`${bob.text(id, 'short')}xx::\r\n`);
      link.send('\u0000');
    }
    world.clock.advance(A_WHILE_MS);
    expect(faultsOf(self)).toEqual([]);
    expect(self.texts()).toHaveLength(5);
  });
});

describe('who dials us', () => {
  const unlisted = handshake('stranger', '10.0.7.7');
  test.each([
    [
      'P without a msgID',
      `P:${ROOM}:bob:${IP}:${PORT}::\r\n`,
      `P from ${IP}:${PORT} has no msgID. ${quoted(`P:${ROOM}:bob:${IP}:${PORT}::\r\n`)}`,
    ],
    [
      'P for another room',
      handshake('bob', IP).replace(`:${ROOM}:`, ':other:'),
      `P for room other; ours is ${ROOM}, from ${BOB}.`,
    ],
    ['P of nobody who is listed', unlisted, `stranger: not in the member list (P from 10.0.7.7:${PORT}).`],
    [
      'P of a member with another port',
      handshake('bob', IP).replace(`:${PORT}:`, ':5999:'),
      `bob: not in the member list, which has bob at ${IP}:${PORT} (P from ${IP}:5999).`,
    ],
    [
      'P with our own address',
      handshake('self', '10.0.1.1'),
      `P from self (10.0.1.1:${PORT}) has our own address.`,
    ],
    ['P with a port that is none', `P:${ROOM}:bob:${IP}:many:0::\r\n`, `port of P from ${IP}:`],
    ['T before the handshake', text('bob', IP, 1, 'early'), `before the handshake. Bytes: "T:`],
    ['nonsense', 'nonsense::\r\n', 'type of a frame from '],
    ['too much', `${'x'.repeat(2_000)}`, 'has sent more than 1024 bytes before its handshake.'],
    ['silence', '', 'no P within 5 s.'],
  ])('%s', (_, bytes, words) => {
    const world = new PeerWorld();
    const self = world.join('self');
    new RawMember(world, 'bob', IP).join();
    for (let count = 0; count < 2; count += 1) {
      const dialled = world.raw(IP, self);
      if (bytes !== '') dialled.send(bytes);
      world.clock.advance(6_000);
      dialled.close();
      world.clock.advance(100);
    }
    const told = faultsOf(self).filter((line) => line.includes(words));
    expect(told).toHaveLength(1);
    // What the same connection does besides, such as to say no P, is another kind.
    expect(new Set(faultsOf(self)).size).toBe(faultsOf(self).length);
  });

  test('P that names another address than it comes from, with --strict-source', () => {
    const world = new PeerWorld({ strictSource: true });
    const self = world.join('self');
    new RawMember(world, 'bob', IP).join();
    for (let count = 0; count < 2; count += 1) world.raw('10.0.3.3', self).send(handshake('bob', IP));
    expect(faultsOf(self)).toEqual([`P from ${BOB} comes from 10.0.3.3 (--strict-source).`]);
  });

  test('more connections in a second than are let in', () => {
    const world = new PeerWorld();
    const self = world.join('self');
    for (let count = 0; count < 9; count += 1) world.raw(IP, self);
    expect(faultsOf(self)).toHaveLength(1);
    expect(faultsOf(self)[0]).toMatch(/^10\.0\.2\.1:\d+ connects more than 5 times in a second\.$/);
  });

  test('more connections without a handshake than may wait', () => {
    const world = new PeerWorld({ limits: { acceptsPerSecondMax: 0 } });
    const self = world.join('self');
    for (let count = 0; count < 40; count += 1) world.raw(IP, self);
    expect(faultsOf(self)).toHaveLength(1);
    expect(faultsOf(self)[0]).toContain('has too many connections that wait for their handshake.');
  });
});

describe('whom we dial', () => {
  test.each([
    ['no answer to P', '', `${BOB}: no S within 5 s.`],
    ['F', 'F:not you::\r\n', `${BOB} refused us: "not you". Bytes: "F:not you::\\r\\n"`],
    ['an S that is none', 'S:x::\r\n', `msgID of S from ${BOB} is "x"; the contract wants a decimal number.`],
    ['another P in place of S', handshake('bob', IP), `P from ${BOB} before the handshake.`],
    ['S with an empty msgID', 'S:::\r\n', `msgID of S from ${BOB} is "";`],
  ])('%s', (_, answer, words) => {
    const world = new PeerWorld();
    const self = world.join('self');
    const bob = new RawMember(world, 'bob', IP).join().listen();
    bob.answer = answer;
    world.clock.advance(40_000);
    expect(bob.accepted.length).toBeGreaterThan(1);
    const told = faultsOf(self).filter((line) => line.includes(words));
    expect(told).toHaveLength(1);
    expect(new Set(faultsOf(self)).size).toBe(faultsOf(self).length);
  });

  test('an end in place of S', () => {
    const world = new PeerWorld();
    const self = world.join('self');
    const bob = new RawMember(world, 'bob', IP).join().listen();
    bob.answer = '';
    for (let at = 0; at < 4_000; at += 1) {
      world.clock.advance(10);
      for (const end of bob.accepted) if (end.received !== '' && !end.isClosed) end.connection.end();
    }
    expect(bob.accepted.length).toBeGreaterThan(1);
    expect(faultsOf(self)).toEqual([`${BOB} refused us: it has closed the connection in place of S.`]);
  });

  test('no S, where another member has answered meanwhile', () => {
    const world = new PeerWorld();
    const others = ['10.0.2.1', '10.0.2.2', '10.0.2.3'].map((ip, at) =>
      new RawMember(world, `m${at}`, ip).join().listen(),
    );
    const self = world.start('self');
    self.peer.send({ type: 'JOIN', room: ROOM });
    for (const other of others) other.answer = '';
    const greeted = () => others.filter(({ accepted }) => accepted.some(({ received }) => received !== ''));
    for (let at = 0; at < 1_000 && greeted().length === 0; at += 1) world.clock.advance(10);
    const silent = greeted()[0];
    for (const other of others) if (other !== silent) other.answer = 'S:0::\r\n';
    world.clock.advance(20_000);
    expect(faultsOf(self)).toHaveLength(1);
    expect(faultsOf(self)[0]).toMatch(
      new RegExp(`^${silent?.name} \\(.*\\): no S within \\d(\\.\\d)? s\\.$`),
    );
  });
});

describe('datagrams', () => {
  test.each([
    [
      'K for another room',
      'K:other:bob::\r\n',
      /^K for room other; ours is room, from bob \(10\.0\.2\.1:\d+\)\. Bytes: "K:other:bob::/,
    ],
    ['K without a name', `K:${ROOM}::\r\n`, /^K from 10\.0\.2\.1:\d+ has no user\. Bytes: "K:room::/],
    [
      'T',
      text('bob', IP, 1, 'hello'),
      /^T from 10\.0\.2\.1:\d+ in a datagram: only K and A come so\. Bytes: "T:/,
    ],
    ['A that nobody waits for', 'A::\r\n', /^A from 10\.0\.2\.1:\d+ answers no poke\.$/],
    ['escapes', '\x1b[2J', /^type of a frame from 10\.0\.2\.1:\d+ is "\\u001b"; the contract wants a letter/],
  ])('%s', (_, bytes, words) => {
    const { world, self } = datagramsFrom();
    sendDatagrams(world, self, bytes, 3);
    world.clock.advance(100);
    expect(faultsOf(self)).toHaveLength(1);
    expect(faultsOf(self)[0]).toMatch(words);
  });

  test('more pokes in a second than are answered', () => {
    const { world, self } = datagramsFrom();
    sendDatagrams(world, self, `K:${ROOM}:bob::\r\n`, 20);
    world.clock.advance(100);
    expect(faultsOf(self)).toHaveLength(1);
    expect(faultsOf(self)[0]).toMatch(/^bob \(10\.0\.2\.1:\d+\) pokes more than 5 times in a second\.$/);
  });

  function sendDatagrams(world: PeerWorld, { ip: host }: TestPeer, bytes: string, count: number): void {
    const from = world.network.host(IP).bind({ host: '0.0.0.0', port: 0 });
    from.subscribe((socket) => {
      for (let sent = 0; sent < count; sent += 1)
        socket.send(Buffer.from(bytes, 'latin1'), { host, port: PORT });
    });
  }

  function datagramsFrom() {
    const world = new PeerWorld();
    const self = world.join('self');
    new RawMember(world, 'bob', IP).join();
    return { world, self };
  }
});

test('what the room server sends that is no reply', () => {
  const world = new PeerWorld();
  const server = new ScriptedServer(world);
  const self = world.start('self');
  self.peer.send({ type: 'JOIN', room: ROOM });
  world.clock.advance(10);
  for (let count = 0; count < 2; count += 1) server.reply(`${handshake('bob', IP)}M:x:y::\r\n`);
  expect(faultsOf(self).map((line) => line.replace(/Bytes: .*/, '').trim())).toEqual([
    'P from the room server is no reply.',
    'MSID of M from the room server is "x"; the contract wants a hash: 1 to 20 decimal digits.',
  ]);
});

test('five peers that do as the contract says tell no fault of each other', () => {
  const world = new PeerWorld();
  const peers = world.joinAll(5);
  world.clock.advance(30_000);
  for (const [at, peer] of peers.entries()) world.say(peer, `message ${at}`);
  for (const peer of peers) peer.peer.send({ type: 'POKE', name: peer.name === 'peer1' ? 'peer2' : 'peer1' });
  world.clock.advance(100_000);
  for (const peer of peers) expect(peer.texts()).toHaveLength(5);
  peers[2]?.peer.send({ type: 'QUIT' });
  world.clock.advance(60_000);
  for (const peer of peers) expect(faultsOf(peer)).toEqual([]);
});

test('a storm of strangers under ever new names costs a bounded number of lines, and hides no member', () => {
  const world = new PeerWorld({ limits: { acceptsPerSecondMax: 0, pendingHandshakesMax: 1_000 } });
  const self = world.join('self');
  const bob = new RawMember(world, 'bob', IP).join();
  const link = bob.link(self);
  for (let at = 0; at < 300; at += 1) {
    world
      .raw(`10.9.${at >> 8}.${at & 255}`, self)
      .send(handshake(`stranger${at}`, `10.9.${at >> 8}.${at & 255}`));
    world.clock.advance(10);
  }
  // 16 at once, then one in 10 s.
  const ofStrangers = faultsOf(self).length;
  expect(ofStrangers).toBeGreaterThan(0);
  expect(ofStrangers).toBeLessThanOrEqual(16 + 1);
  link.send('S:many::\r\n');
  world.clock.advance(A_WHILE_MS);
  expect(faultsOf(self).at(-1)).toContain(`msgID of S from ${BOB}`);
});
