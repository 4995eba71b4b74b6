/**
 * Goal: programs that say more on their links than the protocol asks for are heard, every message of theirs
 * once, and what they say reaches others in the protocol's own form (PROTOCOL.md, "Other implementations on
 * the wire"). Each test has the bytes of one such program.
 */
import assert from 'node:assert/strict';
import { expect, test } from 'vitest';
import { OTHER_KINDS } from '../../../src/simulation/others/other-duplicates.ts';
import { OtherPeer } from '../../../src/simulation/others/other-peer.ts';
import { textsIn } from '../tools/mended-links.ts';
import { droppedBy, linkedWith, RawMember } from '../tools/raw.ts';
import { handshake, PeerWorld, PORT, ROOM, SERVER } from '../tools/world.ts';

const NUL = '\u0000';
const IP = '10.0.2.1';

/** A peer in a room with a program that speaks in bytes, and with a witness that it passes messages on to. */
function roomOfThree() {
  const world = new PeerWorld();
  const self = world.join('self');
  const witness = new RawMember(world, 'witness', '10.0.2.2').join();
  const heard = witness.link(self);
  const other = new RawMember(world, 'other', IP).join();
  return { world, self, other, heard };
}

test('a program in C writes the NUL of its strings after each frame', () => {
  const { world, self, other, heard } = roomOfThree();
  const link = world.raw(IP, self);
  link.send(`${handshake('other', IP)}${NUL}`);
  for (const id of [1, 2, 3]) link.send(`${other.text(id, `message ${id}`)}${NUL}`);
  expect(linkedWith(self, 'backward')).toContain('other');
  expect(self.texts()).toEqual(['other: message 1', 'other: message 2', 'other: message 3']);
  expect(textsIn(heard)).toEqual(['1:message 1', '2:message 2', '3:message 3']);
  expect(heard.received).not.toContain(NUL);
  expect(droppedBy(self, 'other')).toEqual({});
});

test.each([1, 2, 3, 4, 5, 6, 7, 20, 50, 90])(
  'a program in C leaves the last %i bytes of an older frame before its NUL, 300 times',
  (length) => {
    const { world, self, other } = roomOfThree();
    const link = world.raw(IP, self);
    link.send(`${handshake('other', IP)}${NUL}`);
    const stale = other.text(1, 'what was said before, and is longer than what is said now'.repeat(2));
    const frames = Array.from({ length: 300 }, (_, at) => other.text(at + 1, `message ${at + 1}`));
    for (const frame of frames.slice(0, 150)) link.send(`${frame}${stale.slice(-length)}${NUL}`);
    // Cut where the network likes.
    for (const frame of frames.slice(150)) {
      link.send(frame + stale.slice(-length));
      link.send(NUL);
    }
    expect(self.texts()).toHaveLength(300);
    expect(droppedBy(self, 'other').malformed ?? 0).toBe(0);
    expect(linkedWith(self, 'backward')).toContain('other');
  },
);

test.each([
  ['a line end', '\r\n'],
  ['a line', 'hello\r\n'],
  ['a frame of its own', 'Q:other:1'],
])('a message behind %s without an end mark is heard', (_, garbage) => {
  const { self, other, heard } = roomOfThree();
  const link = other.link(self);
  link.send(garbage + other.text(1, 'first'));
  link.send(other.text(2, 'second'));
  expect(self.texts()).toEqual(['other: first', 'other: second']);
  expect(textsIn(heard)).toEqual(['1:first', '2:second']);
  expect(droppedBy(self, 'other')).toEqual({ malformed: 1 });
});

test('a length in characters is read, and passed on in bytes', () => {
  const { self, other, heard } = roomOfThree();
  const content = Buffer.from('Grüße aus Köln', 'utf8').toString('latin1');
  const right = other.text(1, content);
  const link = other.link(self);
  link.send(right.replace(`:${content.length}:`, ':14:'));
  expect(heard.received).toContain(right);
  expect(self.texts()).toHaveLength(1);
});

test('a message that overtakes the S is shown once the link is up', () => {
  const world = new PeerWorld();
  const self = world.join('self');
  const other = new RawMember(world, 'other', IP).join().listen();
  other.answer = `${other.text(1, 'hello')}S:1::\r\n`;
  world.clock.advance(30_000);
  expect(linkedWith(self, 'forward')).toEqual(['other']);
  expect(self.texts()).toEqual(['other: hello']);
});

test('a P without a msgID is answered', () => {
  const { world, self, other } = roomOfThree();
  const link = world.raw(IP, self);
  link.send(`P:${ROOM}:other:${IP}:${PORT}::\r\n`);
  expect(link.received).toMatch(/^S:0::\r\n/);
  link.send(other.text(1, 'hello'));
  expect(self.texts()).toEqual(['other: hello']);
});

test('an S that repeats the msgID of our P says nothing of what its sender has said', () => {
  const world = new PeerWorld();
  const self = world.join('self');
  const witness = new RawMember(world, 'witness', '10.0.2.2').join();
  witness.link(self);
  for (const content of ['one', 'two', 'three']) world.say(self, content);
  const other = new RawMember(world, 'other', IP).join().listen();
  other.answer = 'S:3::\r\n';
  world.clock.advance(30_000);
  other.accepted.at(-1)?.write(other.text(1, 'my first') + other.text(2, 'my second'));
  world.clock.advance(10_000);
  expect(self.texts().slice(3)).toEqual(['other: my first', 'other: my second']);
});

test('a TEXT with one more field costs itself, and is told once', () => {
  const { self, other } = roomOfThree();
  const link = other.link(self);
  for (const id of [1, 2, 3]) link.send(other.text(id, 'odd').replace(':odd::', ':odd:more::'));
  link.send(other.text(4, 'even'));
  expect(self.texts()).toEqual(['other: even']);
  expect(self.lines().filter((line) => line.startsWith('msgLength of T from other'))).toEqual([
    `msgLength of T from other (${IP}:${PORT}) is "3"; the contract wants 8, the number of bytes of the content, ` +
      `or no field behind it. Bytes: ${JSON.stringify(other.text(1, 'odd').replace(':odd::', ':odd:more::'))}`,
  ]);
});

test('who keeps one number for what it has heard hears us: the first T after a handshake is one more, and none is left out', () => {
  const world = new PeerWorld();
  const self = world.join('self');
  const other = new RawMember(world, 'other', IP).join().listen();
  world.clock.advance(30_000);
  const ids = (bytes: string) => [...bytes.matchAll(/T:[^:]*:\d+:self:(\d+):/g)].map(([, id]) => Number(id));
  const counted = (bytes: string) => Number(/^P:(?:[^:]*:){4}(\d+)::/.exec(bytes)?.[1]);
  for (const content of ['one', 'two', 'three']) world.say(self, content);
  other.accepted.at(-1)?.connection.end();
  world.clock.advance(30_000);
  for (const content of ['four', 'five']) world.say(self, content);
  const [first, second] = other.accepted.map(({ received }) => received);
  assert(first !== undefined && second !== undefined);
  expect([counted(first), ids(first)]).toEqual([0, [1, 2, 3]]);
  expect([counted(second), ids(second)]).toEqual([3, [4, 5]]);
  // The same where the other side dials, and S tells the number.
  const link = new RawMember(world, 'third', '10.0.2.3').join().link(self);
  expect(link.received).toMatch(/^S:5::/);
  world.say(self, 'six');
  expect(ids(link.received)).toEqual([6]);
});

test('a member that passes our messages back to us is heard, and ours are shown once', () => {
  const { world, self, other, heard } = roomOfThree();
  const link = other.link(self);
  world.say(self, 'mine');
  link.send((/T:.*mine::\r\n/.exec(link.received)?.[0] ?? '') + other.text(1, 'and mine'));
  expect(self.texts()).toEqual(['self: mine', 'other: and mine']);
  expect(textsIn(heard)).toEqual(['1:mine', '1:and mine']);
});

test('who does not understand a K of 71 bytes leaves the poke unanswered, which is told', () => {
  const long = 'n'.repeat(32);
  const world = new PeerWorld();
  const self = world.join('self');
  const network = world.network.host(IP);
  const options = {
    network,
    clock: world.clock,
    roomServer: SERVER,
    room: ROOM,
    user: long,
    ip: IP,
    port: PORT,
  };
  const short = new OtherPeer({ ...options, duplicates: OTHER_KINDS.exact.create(), habit: 'short pokes' });
  short.start();
  world.clock.advance(30_000);
  const poke = (bytes: string) =>
    network.bind({ host: '0.0.0.0', port: 0 }).subscribe((socket) => {
      socket.datagrams.subscribe((datagram) => answers.push(datagram.bytes.toString('latin1')));
      socket.send(Buffer.from(bytes), { host: IP, port: PORT });
    });
  const answers: string[] = [];
  poke(`K:${'r'.repeat(32)}:${long}::\r\n`);
  world.clock.advance(100);
  expect(answers).toEqual([]);
  poke(`K:${ROOM}:${long}::\r\n`);
  world.clock.advance(100);
  expect(answers).toEqual(['A::\r\n']);
  // Ours reads all of it, and waits for no answer for ever.
  self.peer.send({ type: 'POKE', name: long });
  world.clock.advance(10_000);
  expect(self.lines().join('\n')).toMatch(/answered the poke|has not answered the poke/);
  short.quit();
});

const STEP_MS = 10;
const STEPS_MAX = 6_000;

/** Lets time pass, a minute at most, until this is so. */
function advanceUntil(world: PeerWorld, isSo: () => boolean): void {
  for (let step = 0; !isSo(); step += 1) {
    assert(step < STEPS_MAX, 'it has not come within a minute');
    world.clock.advance(STEP_MS);
  }
}

/** Who is dialled first has just answered the P with this; the other one will answer as members do. */
function refusedFirst(answer: string) {
  const world = new PeerWorld();
  const self = world.join('self');
  const members = ['10.0.2.1', '10.0.2.2'].map((ip, at) => new RawMember(world, `m${at}`, ip).join());
  for (const member of members) member.listen().answer = answer;
  const wasGreeted = ({ accepted }: RawMember) => accepted.some(({ received }) => received !== '');
  advanceUntil(world, () => members.some(wasGreeted));
  const [refusing, other] = members.toSorted((one, two) => Number(wasGreeted(two)) - Number(wasGreeted(one)));
  assert(refusing && other);
  other.answer = 'S:0::\r\n';
  return { world, self, refusing, other };
}

const REFUSAL = 'F:you are not in my list::\r\n';

test('who answers a P with F, and leaves the connection open, is given up after 300 ms', () => {
  const { world, self, refusing, other } = refusedFirst(REFUSAL);
  world.clock.advance(250);
  expect(linkedWith(self, 'forward')).toEqual([]);
  world.clock.advance(200);
  expect(linkedWith(self, 'forward')).toEqual([other.name]);
  expect(refusing.accepted[0]?.isClosed).toBe(true);
});

test('an S that is sent with the F welcomes nobody', () => {
  const { world, self, other } = refusedFirst(`${REFUSAL}S:0::\r\n`);
  world.clock.advance(100);
  expect(linkedWith(self, 'forward')).toEqual([other.name]);
});

test('an S that comes later than the F is a welcome', () => {
  const { world, self, refusing } = refusedFirst(REFUSAL);
  world.clock.advance(150);
  refusing.accepted[0]?.write('S:4::\r\n');
  world.clock.advance(500);
  expect(linkedWith(self, 'forward')).toEqual([refusing.name]);
});
