/** The socket /console: what a page is told, what it may say, and what it can't do to the peer. */
import { describe, expect, test } from 'vitest';
import type { ControlAction } from '../../../src/console/feed/messages.ts';
import { CONSOLE_LIMITS } from '../../../src/console/limits.ts';
import { toMember } from '../../../src/overlay/member.ts';
import { NoNameError } from '../../../src/words/refusals.ts';
import { closeBehindTest } from '../../e2e/tools/teardown.ts';
import { ALICE, BOB, CONNECTED, FakePeer, said } from '../../terminal/fake-peer.ts';
import { Client, openAtLast, pageHeaders } from '../client.ts';
import { type Message, ROOM_SERVER, type Stage, setStage } from '../stage.ts';

type Page = Client<Message>;

/** What stands in everything that a page is told of an entry. */
const STAMP = {
  serial: expect.any(Number),
  causedBy: null,
  peer: 'peer-1',
  atMs: expect.any(Number),
};

function base64(frame: string): string {
  return Buffer.from(frame, 'latin1').toString('base64');
}

function notices(page: Page) {
  return page.of('notices').flatMap((message) => message.notices);
}

function frames(page: Page) {
  return page.of('frames').flatMap((message) => message.frames);
}

/** A frame that comes to the peer. */
function receive({ arrive }: Stage, bytes: string, via = 'forward-1', remote = '127.0.0.1:5002'): void {
  arrive(bytes, via, remote);
}

describe('a page is told', () => {
  test('first what it looks at', async () => {
    const { page } = await setStage();
    const [hello] = (await page()).messages;
    expect(hello).toEqual({
      type: 'hello',
      version: '1.2.3',
      log: expect.any(String),
      isDemo: false,
      isRecording: false,
      roomServer: ROOM_SERVER,
      peers: [{ id: 'peer-1', label: 'peer 1', isRunning: true, isSplitOff: false }],
      keeps: { notices: 2_000, frames: 10_000, drops: 2_000, changes: 5_000, happenings: 50_000 },
    });
  });

  test('the status and the member list, again when they change and not when they do not', async () => {
    const stage = await setStage();
    const page = await stage.page();
    await page.until('START', () => page.of('status')[0]?.status.state === 'START');
    stage.peer.notices.next({ window: 'command', type: 'state', from: 'JOINED', to: 'CONNECTED' });
    stage.peer.become(CONNECTED);
    await page.until('members', () => page.of('members').length === 2);
    expect(page.of('members')[1]).toEqual({
      type: 'members',
      ...STAMP,
      members: CONNECTED.members,
    });
    const { members: _members, counters: _counters, ...status } = CONNECTED;
    expect(page.of('status').at(-1)).toEqual({
      type: 'status',
      ...STAMP,
      status: { ...status, links: status.links.map(({ dropped: _, ...link }) => link) },
    });
    const count = page.of('status').length;
    stage.peer.become(CONNECTED);
    stage.peer.notices.next(said('bob', 'hi'));
    await page.until('the text', () => notices(page).some(({ text }) => text === 'hi'));
    expect(page.of('status').length).toBe(count);
  });

  test('notices as the windows show them', async () => {
    const stage = await setStage();
    const page = await stage.page();
    stage.peer.notices.next(said('bob', '<b>hi</b>'));
    stage.peer.notices.next({ ...said('alice', 'mine'), own: true } as ReturnType<typeof said>);
    stage.peer.notices.next({ window: 'message', type: 'poked', user: 'bob' });
    const error = new NoNameError();
    stage.peer.notices.next({ window: 'command', type: 'refused', command: 'join', input: 'tea', error });
    await page.until('four notices', () => notices(page).length === 4);
    expect(notices(page)).toEqual([
      {
        ...STAMP,
        windows: ['message'],
        type: 'text',
        text: '<b>hi</b>',
        speaker: 'bob',
        isOwn: false,
      },
      {
        ...STAMP,
        windows: ['message'],
        type: 'text',
        text: 'mine',
        speaker: 'alice',
        isOwn: true,
      },
      {
        ...STAMP,
        windows: ['message'],
        type: 'poked',
        text: 'bob pokes you!',
        speaker: null,
        isOwn: false,
      },
      {
        ...STAMP,
        windows: ['command'],
        type: 'refused',
        text: error.message,
        speaker: null,
        isOwn: false,
      },
    ]);
  });

  test('frames with who is at the other end, what they are, and their bytes', async () => {
    const stage = await setStage();
    const page = await stage.page();
    const members = [ALICE, BOB];
    stage.peer.notices.next({ window: 'command', type: 'joined', room: 'room1', self: ALICE, members });
    stage.peer.become({ ...CONNECTED, links: [] });
    receive(stage, 'G:room1::\r\n', 'room server', '127.0.0.1:32340');
    receive(stage, 'S:0::\r\n');
    receive(stage, 'P:room1:carol:10.0.0.3:5003:7::\r\n', 'backward-1', '10.0.0.3:40000');
    receive(stage, 'T:room1:42:carol:8:2:hi::\r\n', 'backward-1', '10.0.0.3:40000');
    receive(stage, 'A::\r\n', 'datagram', '127.0.0.9:9');
    receive(stage, 'nonsense::\r\n');
    await page.until('six frames', () => frames(page).length === 6);
    const seen = frames(page).map(({ kind, party, via, message }) => ({ kind, party, via, message }));
    const bob = { kind: 'member', hid: BOB.hid, user: 'bob' };
    const { hid } = toMember({ user: 'carol', ip: '10.0.0.3', port: 5003 });
    const carol = { kind: 'member', hid, user: 'carol' };
    expect(seen.map(({ kind, via }) => [kind, via])).toEqual([
      ['GROUPS', 'room server'],
      ['HANDSHAKE OK', 'forward-1'],
      ['HANDSHAKE', 'backward-1'],
      ['TEXT', 'backward-1'],
      ['ACK', 'datagram'],
      ['MALFORMED', 'forward-1'],
    ]);
    const address = { kind: 'address', address: '127.0.0.9:9' };
    expect(seen.map(({ party }) => party)).toEqual([
      { kind: 'room server' },
      bob,
      carol,
      carol,
      address,
      bob,
    ]);
    expect(seen.map(({ message }) => message).filter((message) => message !== null)).toEqual([
      { originHid: '42', msgId: 8 },
    ]);
    const [groups] = frames(page);
    expect(groups).toMatchObject({ peer: 'peer-1', direction: 'in', size: 11 });
    expect(Buffer.from(groups?.bytes ?? '', 'base64').toString()).toBe('G:room1::\r\n');
  });

  test('the beginning of a long frame, and its length', async () => {
    const stage = await setStage({ limits: { frameShownMaxBytes: 30 } });
    const page = await stage.page();
    const list = `M:1:${'alice:127.0.0.1:5001:'.repeat(10)}:\r\n`;
    receive(stage, list, 'room server', '127.0.0.1:32340');
    receive(stage, `T:room1:42:carol:8:100:${'x'.repeat(100)}::\r\n`);
    await page.until('both', () => frames(page).length === 2);
    expect(
      frames(page).map(({ kind, size, bytes }) => [kind, size, Buffer.from(bytes, 'base64').length]),
    ).toEqual([
      ['MEMBERS', list.length, 30],
      ['TEXT', 127, 30],
    ]);
    expect(frames(page)[1]?.message).toEqual({ originHid: '42', msgId: 8 });
  });

  test('what was dropped', async () => {
    const stage = await setStage();
    const page = await stage.page();
    const drop = { kind: 'duplicate', via: 'forward-1', what: 'TEXT room1 …' } as const;
    stage.peer.trace.next({ type: 'dropped', ...drop });
    await page.until('the drop', () => page.of('drops').length === 1);
    expect(page.of('drops')[0]?.drops).toEqual([{ ...STAMP, ...drop }]);
  });

  test('all of a moment in one message', async () => {
    const stage = await setStage();
    const page = await stage.page();
    await page.until('the status', () => page.of('status').length === 1);
    for (let number = 0; number < 100; number += 1) stage.peer.notices.next(said('bob', `text ${number}`));
    await page.until('all notices', () => notices(page).length === 100);
    expect(page.of('notices').length).toBe(1);
  });

  test('when it comes back: what has happened before, the newest of it, in bounded pieces', async () => {
    const stage = await setStage({ limits: { noticesMax: 30, framesMax: 5, entriesPerBatchMax: 10 } });
    const first = await stage.page();
    for (let number = 1; number <= 40; number += 1) stage.peer.notices.next(said('bob', `text ${number}`));
    for (let number = 1; number <= 7; number += 1) receive(stage, `S:${number}::\r\n`);
    const isAll = (page: Page) => () =>
      notices(page).at(-1)?.text === 'text 40' && frames(page).at(-1)?.bytes === base64('S:7::\r\n');
    await first.until('the last', isAll(first));
    first.close();
    await first.ended();
    const second = await stage.page();
    await second.until('the last', isAll(second));
    expect(notices(second).map(({ text }) => text)).toEqual(
      Array.from({ length: 30 }, (_, at) => `text ${at + 11}`),
    );
    for (const message of second.of('notices')) expect(message.notices.length).toBeLessThanOrEqual(10);
    expect(frames(second)).toHaveLength(5);
    // How much is missing is said.
    const gaps = second.of('gaps').flatMap((message) => message.gaps);
    expect(gaps.map(({ of, missing }) => [of, missing])).toEqual([
      ['notices', 10],
      ['frames', 2],
    ]);
  });

  test('when its peer has ended, and when another one takes its place', async () => {
    const stage = await setStage();
    const page = await stage.page();
    stage.peer.terminate();
    await page.until('the end', () => page.of('peers').at(-1)?.peers[0]?.isRunning === false);
    expect(notices(page).at(-1)?.text).toBe('Goodbye.');
    const next = new FakePeer();
    stage.follow(next);
    next.start();
    next.notices.next(said('bob', 'again'));
    await page.until('its words', () => notices(page).at(-1)?.text === 'again');
    expect(page.of('peers').at(-1)?.peers[0]).toMatchObject({ isRunning: true });
  });

  test('that the console ends, after the last of what has happened', async () => {
    const stage = await setStage();
    const page = await stage.page();
    stage.peer.terminate();
    await stage.web.close();
    expect(await page.ended()).toEqual({ code: 1001 });
    expect(notices(page).at(-1)?.text).toBe('Goodbye.');
    expect(page.of('peers').at(-1)?.peers[0]?.isRunning).toBe(false);
  });
});

describe('a page says', () => {
  test.each([
    { type: 'USER', name: 'alice' },
    { type: 'LIST' },
    { type: 'JOIN', room: 'tea' },
    { type: 'SEND', text: '' },
    { type: 'SEND', text: `${'é'.repeat(2_000)}\u2028` },
    { type: 'POKE', name: 'bob' },
    { type: 'QUIT' },
  ])('$type, and the peer gets it as it is', async (command) => {
    const stage = await setStage();
    const page = await stage.page();
    const commanded = new Promise((resolve) => {
      stage.peer.onCommand = resolve;
    });
    page.say({ type: 'command', peer: 'peer-1', command });
    expect(await commanded).toEqual(command);
  });

  test('something to a peer that has ended: it is told so', async () => {
    const stage = await setStage();
    const page = await stage.page();
    stage.peer.terminate();
    page.say({ type: 'command', peer: 'peer-1', command: { type: 'LIST' } });
    await page.until('the answer', () => notices(page).at(-1)?.text === 'This peer is not running.');
    expect(stage.peer.commands).toEqual([]);
  });

  test.each([
    ['no JSON', '{'],
    ['no object', 'null'],
    ['nothing', '{}'],
    ['an unknown type', '{"type":"eval","peer":"peer-1"}'],
    ['an unknown command', '{"type":"command","peer":"peer-1","command":{"type":"CRASH"}}'],
    ['a command of the machine', '{"type":"command","peer":"peer-1","command":{"type":"LINK_UP"}}'],
    ['a command without its field', '{"type":"command","peer":"peer-1","command":{"type":"SEND"}}'],
    ['a field of another type', '{"type":"command","peer":"peer-1","command":{"type":"SEND","text":1}}'],
    ['a field too many', '{"type":"command","peer":"peer-1","command":{"type":"LIST","__proto__x":1}}'],
    [
      'a field that is too long',
      JSON.stringify({ type: 'command', peer: 'peer-1', command: { type: 'SEND', text: 'x'.repeat(4_097) } }),
    ],
    ['an unknown peer', '{"type":"command","peer":"peer-2","command":{"type":"LIST"}}'],
    ['a peer that objects have', '{"type":"command","peer":"__proto__","command":{"type":"LIST"}}'],
    ['an unknown control', '{"type":"control","peer":"peer-1","action":"format"}'],
    ['a control outside the demo', '{"type":"control","peer":"peer-1","action":"kill"}'],
  ])('%s, and is closed; the peer and other pages do not notice', async (_, text) => {
    const stage = await setStage();
    const other = await stage.page();
    const page = await stage.page();
    page.sendRaw(text);
    expect(await page.ended()).toEqual({ code: 1008 });
    expect(stage.peer.commands).toEqual([]);
    stage.peer.notices.next(said('bob', 'still here'));
    await other.until('the text', () => notices(other).at(-1)?.text === 'still here');
  });

  test('what the peers of a demo are to suffer', async () => {
    const controls: [string, ControlAction][] = [];
    const stage = await setStage({
      control: { control: (peer, action) => void controls.push([peer, action]) },
    });
    const page = await stage.page();
    expect(page.of('hello')[0]?.isDemo).toBe(true);
    for (const action of ['kill', 'restart', 'split', 'heal'])
      page.say({ type: 'control', peer: 'peer-1', action });
    page.say({ type: 'control', peer: 'peer-9', action: 'kill' });
    expect(await page.ended()).toEqual({ code: 1008 });
    expect(controls.map(([, action]) => action)).toEqual(['kill', 'restart', 'split', 'heal']);
  });
});

describe('a page that', () => {
  test('gets the worst that can be said, as much of it as is kept, stays', async () => {
    const stage = await setStage();
    const most = CONSOLE_LIMITS.noticeMaxCharacters;
    const text = '\x01'.repeat(most + 10);
    for (let number = 0; number < 250; number += 1) stage.peer.notices.next(said('bob', text));
    const page = await stage.page();
    await page.until('the last', () => notices(page).length === 250 || page.isOver);
    expect(page.end).toBeUndefined();
    expect(notices(page)[0]?.text).toBe(`${text.slice(0, most - 1)}…`);
  });

  test('does not read is disconnected, and what it misses waits nowhere', async () => {
    const stage = await setStage({
      limits: { socketsMax: 2, stallMs: 200, entriesPerBatchMax: 50, pingMs: 60_000 },
    });
    const other = await stage.page();
    const page = await stage.page();
    page.stall();
    const text = 'x'.repeat(4_000);
    let count = 0;
    // Until the kernels' buffers are full, and the server's side with them.
    const talk = setInterval(() => {
      for (let number = 0; number < 50; number += 1) {
        count += 1;
        stage.peer.notices.next(said('bob', `${count} ${text}`));
      }
    }, 1);
    closeBehindTest(() => clearInterval(talk));
    await openAtLast(() => new Client(stage.entered.port, '/console', pageHeaders(stage.entered)));
    clearInterval(talk);
    page.resume();
    expect(await page.ended()).toEqual({ code: 1006 });
    expect(notices(page).length).toBeLessThan(count);
    await other.until('everything', () => notices(other).at(-1)?.text === `${count} ${text}`);
    expect(other.end).toBeUndefined();
  });

  test('is dead is found by its silence', async () => {
    const stage = await setStage({ limits: { socketsMax: 2, pingMs: 50, stallMs: 60_000 } });
    const other = await stage.page();
    const page = await stage.page();
    page.stall();
    await openAtLast(() => new Client(stage.entered.port, '/console', pageHeaders(stage.entered)));
    page.resume();
    expect(await page.ended()).toEqual({ code: 1006 });
    expect(other.end).toBeUndefined();
  });
});
