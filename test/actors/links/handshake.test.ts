import { describe, expect, test } from 'vitest';
import { linkedWith, members, RawMember, requestsIn, ScriptedServer, traceOf } from '../tools/raw.ts';
import { handshake, PeerWorld, PORT, ROOM, type TestPeer, text } from '../tools/world.ts';

const SELF_IP = '10.0.1.1';
const NEWCOMER = { name: 'newcomer', ip: '10.0.9.1' };

/** A peer that has joined at a room server which answers when the test says so. */
function joinedAtScriptedServer() {
  const world = new PeerWorld();
  const server = new ScriptedServer(world);
  const self = world.start('self', SELF_IP);
  self.peer.send({ type: 'JOIN', room: ROOM });
  world.clock.advance(10);
  server.reply(members(self));
  expect(self.peer.status().state).toBe('JOINED');
  const frames = traceOf(world, self);
  return { world, server, self, frames };
}

function knock(world: PeerWorld, self: TestPeer, { name, ip } = NEWCOMER) {
  const link = world.raw(ip, self);
  link.send(handshake(name, ip));
  return link;
}

describe('the handshake of a member', () => {
  test('is answered by S with the last msgID that we have used', () => {
    const world = new PeerWorld();
    const self = world.join('self');
    const raw = new RawMember(world, 'raw', '10.0.9.1').join();
    const other = new RawMember(world, 'other', '10.0.9.2').join();
    world.clock.advance(25_000);
    expect(raw.link(self).received).toBe('S:0::\r\n');
    for (let said = 0; said < 3; said += 1) world.say(self, 'hello');
    expect(other.link(self).received).toBe('S:3::\r\n');
  });

  test('that we dial is our P, exactly, with the last msgID that we have used', () => {
    const world = new PeerWorld();
    const self = world.join('self', SELF_IP);
    const raw = new RawMember(world, 'raw', '10.0.9.1').join().listen();
    world.clock.advance(25_000);
    for (let said = 0; said < 3; said += 1) world.say(self, 'hello');
    raw.accepted[0]?.connection.end();
    world.clock.advance(30_000);
    expect(raw.accepted.map(({ received }) => received.slice(0, received.indexOf('\n') + 1))).toEqual([
      `P:${ROOM}:self:${SELF_IP}:${PORT}:0::\r\n`,
      `P:${ROOM}:self:${SELF_IP}:${PORT}:3::\r\n`,
    ]);
  });

  test('and messages right behind it in the same segment lose nothing', () => {
    const world = new PeerWorld();
    const self = world.join('self');
    const raw = new RawMember(world, 'raw', '10.0.9.1').join();
    world.clock.advance(25_000);
    const link = world.raw(raw.ip, self);
    link.send(handshake(raw.name, raw.ip) + raw.text(1, 'one') + raw.text(2, 'two'));
    link.send(raw.text(3, 'three'));
    expect(self.texts()).toEqual(['raw: one', 'raw: two', 'raw: three']);
  });
});

describe('the handshake of somebody unknown', () => {
  test('is decided on a list that was asked for after it', () => {
    const { world, server, self, frames } = joinedAtScriptedServer();
    const link = knock(world, self);
    expect(requestsIn(frames).map(({ bytes }) => bytes)).toEqual([`J:${ROOM}:self:${SELF_IP}:${PORT}::\r\n`]);
    expect(link.received).toBe('');
    server.reply(members(NEWCOMER, self));
    expect(link.received).toBe('S:0::\r\n');
    expect(linkedWith(self, 'backward')).toEqual(['newcomer']);
  });

  test('is not refused by a list that was under way already', () => {
    const { world, server, self, frames } = joinedAtScriptedServer();
    world.clock.advance(20_000);
    expect(requestsIn(frames)).toHaveLength(1);
    const link = knock(world, self);
    expect(requestsIn(frames)).toHaveLength(1);
    server.reply(members(self));
    expect([link.received, link.isClosed]).toEqual(['', false]);
    expect(requestsIn(frames)).toHaveLength(2);
    server.reply(members(NEWCOMER, self));
    expect(link.received).toBe('S:0::\r\n');
    expect(linkedWith(self, 'backward')).toEqual(['newcomer']);
  });

  test('is refused, without an answer, when the fresh list does not have it', () => {
    const { world, server, self } = joinedAtScriptedServer();
    world.clock.advance(20_000);
    const link = knock(world, self);
    server.reply(members(self));
    expect(link.isClosed).toBe(false);
    server.reply(members(self));
    expect([link.received, link.isClosed]).toEqual(['', true]);
    expect(linkedWith(self)).toEqual([]);
  });

  test('is refused after 5 s when the room server does not answer', () => {
    const { world, self } = joinedAtScriptedServer();
    const link = knock(world, self);
    world.clock.advance(4_900);
    expect(link.isClosed).toBe(false);
    world.clock.advance(200);
    expect([link.received, link.isClosed]).toEqual(['', true]);
    expect(linkedWith(self)).toEqual([]);
  });

  test('that comes before our own J is answered waits for our list, and its messages wait with it', () => {
    const world = new PeerWorld();
    const server = new ScriptedServer(world);
    const self = world.start('self', SELF_IP);
    self.peer.send({ type: 'JOIN', room: ROOM });
    world.clock.advance(10);
    const link = world.raw(NEWCOMER.ip, self);
    link.send(handshake(NEWCOMER.name, NEWCOMER.ip) + text(NEWCOMER.name, NEWCOMER.ip, 1, 'welcome'));
    expect([link.received, link.isClosed]).toEqual(['', false]);
    server.reply(members(NEWCOMER, self));
    expect(link.received).toBe('S:0::\r\n');
    expect(self.texts()).toEqual(['newcomer: welcome']);
  });

  test.each([1, 30, 200])('who has just joined is linked at once, over %i ms of latency', (latencyMs) => {
    const world = new PeerWorld({ latencyMs });
    const first = world.join('first');
    world.clock.advance(5_000);
    const second = world.join('second');
    world.clock.advance(15 * latencyMs);
    expect(linkedWith(second)).toEqual(['first']);
    expect(linkedWith(first)).toEqual(['second']);
  });
});

describe('a handshake is refused, without an answer and at once', () => {
  test.each([
    ['for another room', handshake('raw', '10.0.9.1', { room: 'elsewhere' })],
    ['from our own address', handshake('self', SELF_IP)],
    ['from our own address under another name', handshake('raw', SELF_IP)],
  ])('%s', (_, bytes) => {
    const world = new PeerWorld();
    const self = world.join('self', SELF_IP);
    new RawMember(world, 'raw', '10.0.9.1').join();
    world.clock.advance(25_000);
    const frames = traceOf(world, self);
    const link = world.raw('10.0.9.1', self);
    link.send(bytes, 100);
    expect([link.received, link.isClosed]).toEqual(['', true]);
    expect(linkedWith(self)).toEqual([]);
    expect(requestsIn(frames)).toEqual([]);
  });

  test.each(['START', 'NAMED'])('by a peer that has joined nothing (%s)', (state) => {
    const world = new PeerWorld();
    const self = world.start('self');
    const peer = state === 'START' ? world.start('', '10.0.1.9') : self;
    expect(peer.peer.status().state).toBe(state);
    const link = world.raw('10.0.9.1', peer);
    world.clock.advance(1_000);
    expect([link.received, link.isClosed]).toEqual(['', true]);
  });
});

test('a peer that nobody answers is not dialled a second time before the others have been', () => {
  const world = new PeerWorld();
  const raws = ['one', 'two', 'three'].map((name, at) =>
    new RawMember(world, name, `10.0.9.${at + 1}`).join(),
  );
  for (const raw of raws) raw.listen().answer = '';
  world.join('self');
  world.clock.advance(11_000);
  expect(raws.map(({ accepted }) => accepted.length)).toEqual([1, 1, 1]);
  world.clock.advance(20_000);
  expect(Math.max(...raws.map(({ accepted }) => accepted.length))).toBeGreaterThan(1);
});
