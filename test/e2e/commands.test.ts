/** The assignment's lists for User, List and Join, over real processes and sockets. */
import { describe, expect, test } from 'vitest';
import { freePort } from './tools/ports.ts';
import { type PeerProgram, Program, startMember, startPeer, startRoomServer } from './tools/program.ts';
import { startRawRoomServer } from './tools/raw.ts';
import { hid, join, members } from './tools/wire.ts';

const NAME_RULE = 'one word of 1 to 32 printable ASCII characters without ":"';
const LONGEST_NAME = 'n'.repeat(32);

/** A peer in START whose room server does not exist. */
async function startAlone(): Promise<PeerProgram> {
  return startPeer({ server: await freePort() });
}

function address(peer: PeerProgram): string {
  return `${peer.address.user} (127.0.0.1:${peer.port})`;
}

describe('User', () => {
  test('an empty name is refused', async () => {
    const peer = await startAlone();
    expect(await peer.answers('/user')).toEqual([`[cmd] Give a name: ${NAME_RULE}.`]);
    expect(await peer.answers('/user   ')).toEqual([`[cmd] Give a name: ${NAME_RULE}.`]);
    expect(await peer.state()).toBe('START');
  });

  test('a malformed name is refused', async () => {
    const peer = await startAlone();
    for (const name of ['a:b', 'two words', `${LONGEST_NAME}n`, 'zoë']) {
      expect(await peer.answers(`/user ${name}`)).toEqual([
        `[cmd] "${name}" can't be a name: use ${NAME_RULE}.`,
      ]);
    }
    expect(await peer.state()).toBe('START');
  });

  test('a name is registered, and changed before Join as often as wanted; J has the last one', async () => {
    const server = await startRawRoomServer();
    const peer = await startPeer({ server: server.port });
    expect(await peer.answers('/user alice')).toEqual(['[cmd] Your name is alice.', '[cmd] START → NAMED.']);
    expect(await peer.answers(`/USER ${LONGEST_NAME}`)).toEqual([`[cmd] Your name is ${LONGEST_NAME}.`]);
    expect(await peer.answers('/user a:b')).toEqual([`[cmd] "a:b" can't be a name: use ${NAME_RULE}.`]);
    expect(await peer.answers('/user Alice-2')).toEqual(['[cmd] Your name is Alice-2.']);
    peer.send('/join room1');
    await server.waitForRequests(1);
    expect(server.requests).toEqual([join({ user: 'Alice-2', ip: '127.0.0.1', port: peer.port })]);
  });

  test('after Join the name is fixed', async () => {
    const server = await startRoomServer();
    const alice = await startMember({ server: server.port, name: 'alice' });
    expect(await alice.answers('/user bob')).toEqual([
      '[cmd] You are in a room as alice: the name can be changed only before joining.',
    ]);
    expect(await alice.ask('/status', /^\[cmd\] Name/)).toMatch(/ alice$/);
  });

  test('what is typed behind a Join waits for its answer, so that scripts can be piped in', async () => {
    const server = await startRawRoomServer();
    server.answer = () => null;
    const peer = await startPeer({ server: server.port, name: 'alice' });
    peer.send('/join room1\n/user bob\n/join room2\nhello');
    await server.waitForRequests(1);
    server.connection.write(members([peer.address]));
    await peer.waitFor('[msg] alice: hello');
    expect(peer.lines.filter((line) => line.startsWith('[cmd] You are in '))).toEqual([
      '[cmd] You are in a room as alice: the name can be changed only before joining.',
      '[cmd] You are in room1 already; quit and start again to join another room.',
    ]);
    expect(server.requests).toEqual([join(peer.address)]);
  });
});

describe('List', () => {
  test('shows the rooms, newest first, or that there are none, in START, NAMED and JOINED', async () => {
    const server = await startRoomServer();
    const peer = await startPeer({ server: server.port });
    await peer.ask('/list', '[cmd] There are no rooms yet.');
    peer.send('/user alice');
    await peer.ask('/list', '[cmd] There are no rooms yet.');
    await startMember({ server: server.port, name: 'bob', room: 'old' });
    await startMember({ server: server.port, name: 'carol', room: 'new' });
    await peer.ask('/list', '[cmd] Rooms: new, old.');
    expect(await peer.state()).toBe('NAMED');
    await peer.ask('/join mine', '[cmd] NAMED → JOINED.');
    await peer.ask('/list', '[cmd] Rooms: mine, new, old.');
  });

  test("shows the server's error", async () => {
    const server = await startRawRoomServer();
    server.answer = () => 'F:LIST message - Wrong format!!::\r\n';
    const peer = await startPeer({ server: server.port });
    await peer.ask('/list', '[cmd] The room server refused the LIST: LIST message - Wrong format!!');
    server.answer = () => 'G:one:two::\r\n';
    await peer.ask('/list', '[cmd] Rooms: one, two.');
    expect(server.connections.length).toBe(1);
  });

  test('an unreachable server is one sentence, and can be asked again', async () => {
    const port = await freePort();
    const peer = await startPeer({ server: port });
    const sentence =
      `[cmd] Cannot reach the room server 127.0.0.1:${port}: connection refused. ` +
      'Check its address, and that it is running.';
    await peer.ask('/list', sentence);
    await startRoomServer({}, port);
    await peer.ask('/list', '[cmd] There are no rooms yet.');
    expect(peer.lines.slice(1)).toEqual([sentence, '[cmd] There are no rooms yet.']);
  });

  test('a server that closes, or says nothing, instead of answering is one sentence', async () => {
    const server = await startRawRoomServer();
    server.answer = () => null;
    const peer = await startPeer({ server: server.port, limits: { replyTimeoutMs: 100 } });
    const sentence = (why: string) =>
      `[cmd] Cannot reach the room server 127.0.0.1:${server.port}: ${why}. ` +
      'Check its address, and that it is running.';
    await peer.ask('/list', sentence('it has not answered within 0.1 s'));
    server.answer = () => {
      server.connection.close();
      return null;
    };
    await peer.ask('/list', sentence('the other side closed it'));
    expect(peer.lines.length).toBe(3);
  });
});

describe('List in a room', () => {
  test('an unreachable server is one sentence, and the room is not left', async () => {
    const server = await startRoomServer();
    const alice = await startMember({ server: server.port, name: 'alice' });
    server.signal('SIGKILL');
    await alice.waitFor(/^\[cmd\] Connection to the room server lost/);
    await alice.ask('/list', /^\[cmd\] Cannot reach the room server .*: connection refused\. /);
    expect(await alice.state()).toBe('JOINED');
    expect(alice.count(/Cannot reach .* Check its address/)).toBe(1);
  });
});

describe('Join', () => {
  test('without a name it asks for one; without a room, or with a malformed one, too', async () => {
    const peer = await startAlone();
    expect(await peer.answers('/join room1')).toEqual(['[cmd] Choose a name first: /user NAME.']);
    await peer.answers('/user alice');
    expect(await peer.answers('/join')).toEqual([`[cmd] Give a room: ${NAME_RULE}.`]);
    for (const room of ['a:b', 'two words', 'r'.repeat(33)]) {
      expect(await peer.answers(`/join ${room}`)).toEqual([
        `[cmd] "${room}" can't be a room: use ${NAME_RULE}.`,
      ]);
    }
    expect(await peer.state()).toBe('NAMED');
  });

  test('creates a room, or joins an existing one, and shows the member list', async () => {
    const server = await startRoomServer();
    const alice = await startMember({ server: server.port, name: 'alice' });
    expect(alice.lines.slice(3, 5)).toEqual([
      `[cmd] Joined room1 as ${address(alice)}. 1 member: ${address(alice)}.`,
      '[cmd] NAMED → JOINED.',
    ]);
    const bob = await startMember({ server: server.port, name: 'bob' });
    expect(bob.lines[3]).toBe(
      `[cmd] Joined room1 as ${address(bob)}. 2 members: ${address(bob)}, ${address(alice)}.`,
    );
    await bob.waitFor('[cmd] JOINED → CONNECTED.');
    await alice.waitFor(`[cmd] ${address(bob)} joined the room. It has 2 members.`);
    await alice.waitFor('[cmd] JOINED → CONNECTED.');
  });

  test('a second Join is refused, whatever the room', async () => {
    const server = await startRoomServer();
    const alice = await startMember({ server: server.port, name: 'alice' });
    const refusal = ['[cmd] You are in room1 already; quit and start again to join another room.'];
    expect(await alice.answers('/join room1')).toEqual(refusal);
    expect(await alice.answers('/join room2')).toEqual(refusal);
    await alice.ask('/list', '[cmd] Rooms: room1.');
  });

  test("the server's F leaves the peer where it was, and Join can be tried again", async () => {
    const server = await startRawRoomServer();
    server.answer = () => 'F:JOIN message - Conflict HashID!!::\r\n';
    const peer = await startPeer({ server: server.port, name: 'alice' });
    await peer.ask('/join room1', '[cmd] The room server refused the JOIN: JOIN message - Conflict HashID!!');
    expect(await peer.state()).toBe('NAMED');
    peer.send('/user bob');
    server.answer = () => members([{ user: 'bob', ip: '127.0.0.1', port: peer.port }]);
    await peer.ask('/join room2', /^\[cmd\] Joined room2 as bob /);
    expect(server.requests[1]).toBe(`J:room2:bob:127.0.0.1:${peer.port}::\r\n`);
  });

  test('an unreachable server is one sentence, and Join can be tried again', async () => {
    const port = await freePort();
    const peer = await startPeer({ server: port, name: 'alice' });
    await peer.ask('/join room1', /^\[cmd\] Cannot reach the room server .*: connection refused\. /);
    expect(await peer.state()).toBe('NAMED');
    expect(peer.count(/Cannot reach/)).toBe(1);
    await startRoomServer({}, port);
    await peer.ask('/join room1', '[cmd] NAMED → JOINED.');
  });

  test('/members shows name, address and hash ID of each', async () => {
    const server = await startRoomServer();
    const alice = await startMember({ server: server.port, name: 'alice' });
    const [count, , row] = await alice.answers('/members');
    expect(count).toBe('[cmd] 1 member of room1, in the order of the ring:');
    expect(row?.split(/ +/)).toEqual([
      '[cmd]',
      'alice',
      `127.0.0.1:${alice.port}`,
      hid(alice.address),
      'you',
    ]);
  });
});

test('/invite shows a line that others join with, as it stands', async () => {
  const server = await startRoomServer();
  const alice = await startMember({ server: server.port, name: 'alice' });
  const lines = await alice.answers('/invite');
  const command = lines.map((line) => /^\[cmd\] p2pchat (.*)$/.exec(line)?.[1]).find((found) => found);
  const bob = new Program([...(command ?? '').split(' '), '--name', 'bob']);
  await bob.waitFor(/^\[cmd\] Joined room1 as bob/);
  await alice.waitFor(/bob .* joined the room/);
});
