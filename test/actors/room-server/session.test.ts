import { describe, expect, test } from 'vitest';
import { linkedWith, members, RawMember, requestsIn, ScriptedServer, traceOf } from '../tools/raw.ts';
import { PeerWorld, PORT, ROOM } from '../tools/world.ts';

const SELF_IP = '10.0.1.1';
const JOIN = `J:${ROOM}:self:${SELF_IP}:${PORT}::\r\n`;
const LIST = 'L::\r\n';
const STRAY = 'F:JOIN message - Wrong format!!::\r\n';
const OTHER = { name: 'other', ip: '10.0.9.1' };

function startedAtScriptedServer() {
  const world = new PeerWorld();
  const server = new ScriptedServer(world);
  const self = world.start('self', SELF_IP);
  const frames = traceOf(world, self);
  const requests = () => requestsIn(frames).map(({ bytes }) => bytes);
  return { world, server, self, frames, requests };
}

function joinedAtScriptedServer() {
  const started = startedAtScriptedServer();
  started.self.peer.send({ type: 'JOIN', room: ROOM });
  started.world.clock.advance(10);
  started.server.reply(members(started.self));
  expect(started.self.peer.status().state).toBe('JOINED');
  return started;
}

describe('KEEPALIVE', () => {
  test('is the same J every 20 s, each answered before the next, and each in one piece', () => {
    const { world, server, self, frames } = joinedAtScriptedServer();
    for (let times = 0; times < 5; times += 1) {
      world.clock.advance(19_990);
      server.reply(members(self));
    }
    const requests = requestsIn(frames);
    expect(requests.map(({ bytes }) => bytes)).toEqual(Array(6).fill(JOIN));
    const gapsMs = requests.slice(2).map(({ atMs }, at) => atMs - (requests[at + 1]?.atMs ?? 0));
    expect(gapsMs).toEqual(Array(4).fill(20_000));
    expect(server.requests).toEqual(Array(6).fill(JOIN));
  });

  test('that is answered by F is told and repeated after 1 s, at most three times; the room is not left', () => {
    const { world, server, self, requests } = joinedAtScriptedServer();
    world.clock.advance(20_000);
    for (let times = 0; times < 4; times += 1) {
      expect(requests()).toHaveLength(2 + times);
      server.reply(STRAY);
      world.clock.advance(980);
      expect(requests()).toHaveLength(2 + times);
      world.clock.advance(100);
    }
    expect(requests()).toHaveLength(5);
    expect(self.lines().filter((line) => line.includes('Asking again in 1 s'))).toHaveLength(3);
    expect(self.peer.status().state).toBe('JOINED');
    // The next KEEPALIVE comes in its time, and when it is answered, three repeats are there again.
    world.clock.advance(20_000);
    expect(requests()).toHaveLength(6);
    server.reply(members(OTHER, self));
    expect(self.peer.status().members).toHaveLength(2);
    world.clock.advance(20_000);
    server.reply(STRAY);
    world.clock.advance(1_000);
    expect(requests()).toHaveLength(8);
  });

  test('survives an M that follows the F', () => {
    const { world, server, self, requests } = joinedAtScriptedServer();
    world.clock.advance(20_000);
    server.reply(`${STRAY}${members(OTHER, self)}`);
    expect(
      self.peer
        .status()
        .members.map(({ user }) => user)
        .sort(),
    ).toEqual(['other', 'self']);
    world.clock.advance(1_000);
    expect(requests()).toHaveLength(3);
    server.reply(members(self));
    expect(self.peer.status().members.map(({ user }) => user)).toEqual(['self']);
    expect(self.peer.status().roomServer.state).toBe('connected');
  });

  test('takes replies in any pieces', () => {
    const { world, server, self } = joinedAtScriptedServer();
    world.clock.advance(20_000);
    for (const character of members(OTHER, self)) server.reply(character);
    expect(self.peer.status().members).toHaveLength(2);
  });
});

describe('requests', () => {
  test('queue up behind the one that is outstanding: never two, each kind once', () => {
    const { world, server, self, requests } = joinedAtScriptedServer();
    world.clock.advance(20_000);
    expect(requests()).toEqual([JOIN, JOIN]);
    for (let times = 0; times < 10; times += 1) self.peer.send({ type: 'LIST' });
    const strangers = [1, 2, 3].map((at) => world.raw(`10.0.9.${at}`, self));
    for (const [at, link] of strangers.entries()) {
      link.send(`P:${ROOM}:stranger:10.0.9.${at + 1}:${PORT}:0::\r\n`);
    }
    expect(requests()).toHaveLength(2);
    server.reply(members(self));
    expect(requests()).toEqual([JOIN, JOIN, LIST]);
    server.reply('G:room:another::\r\n');
    expect(requests()).toEqual([JOIN, JOIN, LIST, JOIN]);
    server.reply(members(self));
    expect(requests()).toHaveLength(4);
    expect(self.lines()).toContain('Rooms: room, another.');
    expect(strangers.map(({ isClosed }) => isClosed)).toEqual([true, true, true]);
  });

  test('of a List before Join go over a connection of their own accord, and Join uses the same one', () => {
    const { world, server, self, requests } = startedAtScriptedServer();
    self.peer.send({ type: 'LIST' });
    self.peer.send({ type: 'JOIN', room: ROOM });
    world.clock.advance(10);
    expect(requests()).toEqual([LIST]);
    server.reply('G::\r\n');
    expect(requests()).toEqual([LIST, JOIN]);
    server.reply(members(self));
    expect(self.peer.status().state).toBe('JOINED');
    expect(server.connections).toHaveLength(1);
  });

  test('to List that are answered by F are told, and the KEEPALIVE that waited is sent', () => {
    const { world, server, self, requests } = joinedAtScriptedServer();
    world.clock.advance(15_000);
    self.peer.send({ type: 'LIST' });
    world.clock.advance(6_000);
    expect(requests()).toEqual([JOIN, LIST]);
    server.reply('F:LIST message - Wrong format!!::\r\n');
    expect(self.lines().filter((line) => line.includes('LIST message - Wrong format'))).toHaveLength(1);
    expect(requests()).toEqual([JOIN, LIST, JOIN]);
    expect(self.peer.status().state).toBe('JOINED');
  });

  test('to Join that are answered by F are refused once, and the name may be changed for the next', () => {
    const { world, server, self, requests } = startedAtScriptedServer();
    self.peer.send({ type: 'JOIN', room: ROOM });
    world.clock.advance(10);
    server.reply('F:JOIN message - Conflict HashID!!::\r\n');
    expect(self.peer.status().state).toBe('NAMED');
    expect(self.lines().filter((line) => line.includes('Conflict HashID'))).toHaveLength(1);
    world.clock.advance(30_000);
    expect(requests()).toEqual([JOIN]);
    self.peer.send({ type: 'USER', name: 'selma' });
    self.peer.send({ type: 'JOIN', room: ROOM });
    world.clock.advance(10);
    expect(requests().at(-1)).toBe(`J:${ROOM}:selma:${SELF_IP}:${PORT}::\r\n`);
  });
});

describe('a room server that does not answer', () => {
  test('a J of a member is given up after 10 s, and asked again over a new connection', () => {
    const { world, server, self, requests } = joinedAtScriptedServer();
    world.clock.advance(29_800);
    expect(requests()).toHaveLength(2);
    expect(server.connections.map(({ isClosed }) => isClosed)).toEqual([false]);
    world.clock.advance(2_000);
    expect(self.lines().join('\n')).toContain('it has not answered within 10 s');
    expect(server.connections.map(({ isClosed }) => isClosed)).toEqual([true, false]);
    expect(requests()).toEqual([JOIN, JOIN, JOIN]);
    server.reply(members(OTHER, self));
    expect(self.peer.status()).toMatchObject({ state: 'JOINED', roomServer: { state: 'connected' } });
    expect(self.peer.status().members).toHaveLength(2);
  });

  test('a Join is given up after 10 s: told, NAMED again, nothing left open', () => {
    const { world, server, self, requests } = startedAtScriptedServer();
    self.peer.send({ type: 'JOIN', room: ROOM });
    world.clock.advance(9_900);
    expect(self.peer.status().pending).toEqual(['JOIN']);
    world.clock.advance(1_000);
    expect(self.peer.status()).toMatchObject({ state: 'NAMED', pending: [] });
    expect(server.connections.map(({ isClosed }) => isClosed)).toEqual([true]);
    expect(requests()).toEqual([JOIN]);
    expect(self.peer.status().counters['connections open']).toBe(0);
  });

  test('keeps links and chat going, and is not asked more often than its back-off says', () => {
    const { world, server, self, requests } = joinedAtScriptedServer();
    const raw = new RawMember(world, OTHER.name, OTHER.ip);
    const link = world.raw(raw.ip, self);
    link.send(`P:${ROOM}:${raw.name}:${raw.ip}:${PORT}:0::\r\n`);
    server.reply(members(OTHER, self));
    expect(linkedWith(self)).toEqual(['other']);
    const before = requests().length;
    world.clock.advance(600_000);
    // 10 s for the answer and 20 to 30 s of pause, after a quicker beginning.
    expect(requests().length - before).toBeLessThanOrEqual(25);
    expect(requests().length - before).toBeGreaterThan(10);
    link.send(raw.text(1, 'still here'));
    world.say(self, 'me too');
    expect(self.texts()).toEqual(['other: still here', 'self: me too']);
    expect(link.received).toContain(':me too::\r\n');
  });

  test('nor ever sends FIN is left behind all the same', () => {
    const { world, self } = joinedAtScriptedServer();
    world.powerOff('10.0.0.1');
    world.clock.advance(60_000);
    self.peer.send({ type: 'QUIT' });
    world.clock.advance(1_000);
    expect(self.isOver).toBe(true);
  });
});

describe('what is no reply', () => {
  test.each([
    ['a G that nobody asked for', 'G:room::\r\n'],
    ['an S', 'S:0::\r\n'],
    ['an A', 'A::\r\n'],
    ['a P', `P:${ROOM}:other:10.0.9.1:${PORT}:0::\r\n`],
    ['bytes that are no frame', 'nonsense::\r\n'],
    ['an M without a number', 'M:x:self::\r\n'],
  ])('changes nothing, and the request stays outstanding: %s', (_, bytes) => {
    const { world, server, self, requests } = joinedAtScriptedServer();
    world.clock.advance(20_000);
    server.reply(bytes.repeat(3));
    self.peer.send({ type: 'LIST' });
    world.clock.advance(100);
    expect(requests()).toEqual([JOIN, JOIN]);
    server.reply(members(OTHER, self));
    expect(self.peer.status().members).toHaveLength(2);
    expect(requests()).toEqual([JOIN, JOIN, LIST]);
  });
});
