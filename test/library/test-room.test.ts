/** Goal: the library's peers in a room in memory: what is heard, said, refused, and over. */
import { expect, onTestFinished, test } from 'vitest';
import type { ChatPeer, Message } from '../../src/index.ts';
import { createPeer, PeerClosedError, PokeUnansweredError, RefusalError } from '../../src/index.ts';
import { NotSettledError, TestRoom } from '../../src/library/testing.ts';

async function opened(): Promise<TestRoom> {
  const room = await TestRoom.open();
  onTestFinished(() => room[Symbol.asyncDispose]());
  return room;
}

async function taken<Value>(values: AsyncIterable<Value>, count: number): Promise<Value[]> {
  const all: Value[] = [];
  for await (const value of values) {
    all.push(value);
    if (all.length === count) break;
  }
  return all;
}

const textsOf = (messages: readonly Message[]) => messages.map(({ user, text }) => `${user}: ${text}`);

test('what one says all others hear, in order, and nobody hears himself', async () => {
  const room = await opened();
  const peers: ChatPeer[] = [];
  for (const name of ['ada', 'bob', 'cyd']) peers.push(await room.join(name));
  const [ada, bob, cyd] = peers as [ChatPeer, ChatPeer, ChatPeer];
  // What comes over a link that has just taken another one's place may be late.
  await room.advance(60_000);
  const own: Message[] = [];
  ada.messages.subscribe((message) => own.push(message));
  const heard = Promise.all([taken(bob.messages, 3), taken(cyd.messages, 3)]);
  for (const text of ['one', 'two', 'three']) {
    const { links, isKept } = await room.until(ada.send(text));
    expect(links).toBeGreaterThanOrEqual(1);
    expect(isKept).toBe(false);
  }
  for (const messages of await room.until(heard)) {
    expect(textsOf(messages)).toEqual(['ada: one', 'ada: two', 'ada: three']);
    expect(messages.map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(messages.every(({ isLate }) => !isLate)).toBe(true);
  }
  expect(own).toEqual([]);
});

test('what came before the first reader waits for it, and a loop may take its time', async () => {
  const room = await opened();
  const ada = await room.join('ada');
  const bob = await room.join('bob');
  await room.until(Promise.all(['one', 'two'].map((text) => ada.send(text))));
  await room.advance(1_000);
  const reading = bob.messages[Symbol.asyncIterator]();
  await room.until(ada.send('three'));
  await room.advance(1_000);
  const read = [await reading.next(), await reading.next(), await reading.next()];
  expect(read.map(({ value }) => value.text)).toEqual(['one', 'two', 'three']);
  await room.until(bob.close());
  expect((await reading.next()).done).toBe(true);
});

test('a text that cannot be sent is refused with its reason, and the next one goes out', async () => {
  const room = await opened();
  const ada = await room.join('ada');
  const bob = await room.join('bob');
  const heard = taken(bob.messages, 1);
  const refused = ada.send('é');
  const sent = ada.send('plain');
  await expect(room.until(refused)).rejects.toThrow(/not ASCII/);
  await expect(room.until(refused)).rejects.toBeInstanceOf(RefusalError);
  await room.until(sent);
  expect(textsOf(await room.until(heard))).toEqual(['ada: plain']);
});

test('who is alone is told that nobody has a text', async () => {
  const room = await opened();
  const ada = await room.join('ada');
  expect(await room.until(ada.send('hello?'))).toEqual({ links: 0, isKept: false });
});

test('a poke tells how long its answer took, and that none came', async () => {
  const room = await opened();
  const ada = await room.join('ada');
  const bob = await room.join('bob');
  const poked = taken(bob.pokes, 1);
  await room.advance(25_000);
  expect(await room.until(ada.poke('bob'))).toBeGreaterThan(0);
  expect(await room.until(poked)).toEqual([{ user: 'ada' }]);
  await expect(room.until(ada.poke('nobody'))).rejects.toBeInstanceOf(RefusalError);
  room.cut(ada, bob);
  await expect(room.until(ada.poke('bob'))).rejects.toBeInstanceOf(PokeUnansweredError);
});

test('members and states are told now and after each change', async () => {
  const room = await opened();
  const ada = await room.join('ada');
  const members: string[][] = [];
  const states: string[] = [];
  ada.members.subscribe((list) => members.push(list.map(({ user }) => user).sort()));
  ada.states.subscribe((state) => states.push(state));
  await room.join('bob');
  await room.advance(25_000);
  expect(members.at(0)).toEqual(['ada']);
  expect(members.at(-1)).toEqual(['ada', 'bob']);
  expect(states).toEqual(['JOINED', 'CONNECTED']);
  expect(await room.until(ada.rooms())).toEqual(['room']);
});

test('after its end everything is refused, and what waited is told so', async () => {
  const room = await opened();
  const surroundings = room.host();
  room.cut(await room.join('bob'));
  // Still on the list, and reached by nobody: the text waits for the end of the search.
  const ada = await room.until(
    createPeer({ surroundings, server: room.server, room: room.name, name: 'ada' }),
  );
  const waiting = ada.send('too late');
  const closing = ada.close();
  await expect(room.until(waiting)).rejects.toBeInstanceOf(PeerClosedError);
  await room.until(closing);
  await expect(ada.send('again')).rejects.toBeInstanceOf(PeerClosedError);
  await expect(ada.poke('bob')).rejects.toBeInstanceOf(PeerClosedError);
  await expect(ada.rooms()).rejects.toBeInstanceOf(PeerClosedError);
  expect(await taken(ada.members, 1)).toEqual([]);
  expect(ada.status.state).toBe('TERMINATED');
});

test('joining fails with the reason, and leaves nothing open', async () => {
  const room = await opened();
  const surroundings = room.host();
  const wrong = { surroundings, server: room.server, room: room.name, name: 'a:b' };
  await expect(room.until(createPeer(wrong))).rejects.toBeInstanceOf(RefusalError);
  const nowhere = { ...wrong, name: 'ada', server: '10.0.0.9:1' };
  await expect(room.until(createPeer(nowhere))).rejects.toThrow(/Cannot reach the room server/);
  const giving = createPeer({ ...nowhere, signal: AbortSignal.abort(new Error('enough')) });
  await expect(giving).rejects.toThrow('enough');
  const controller = new AbortController();
  const given = createPeer({ ...nowhere, signal: controller.signal });
  controller.abort(new Error('no patience'));
  await expect(room.until(given)).rejects.toThrow('no patience');
  // The port is free again each time.
  const peer = await room.until(createPeer({ ...wrong, name: 'ada', port: 5_000 }));
  await room.until(peer.close());
  await room.until((await room.until(createPeer({ ...wrong, name: 'ada', port: 5_000 }))).close());
});

test.each(['', 'localhost', 'localhost:', ':1', 'a:0', 'a:65536', 'a b:1', 'a:1:2'])(
  'an address %j of a room server is refused before anything starts',
  async (server) => {
    await expect(createPeer({ server, name: 'ada', room: 'room' })).rejects.toThrow(/HOST:PORT/);
  },
);

test('a broken link is mended, and what was said meanwhile comes late', async () => {
  const room = await opened();
  const ada = await room.join('ada');
  const bob = await room.join('bob');
  const heard = taken(bob.messages, 2);
  await room.until(ada.send('before'));
  // Who has said something is known from a process that has just been started.
  await room.until(bob.send('I hear you'));
  room.cut(ada, bob);
  await room.advance(1_000);
  const meanwhile = await room.until(ada.send('meanwhile'));
  expect(meanwhile.links).toBe(1);
  await room.advance(90_000);
  room.heal(ada, bob);
  const [first, second] = await room.until(heard);
  expect([first?.text, second?.text]).toEqual(['before', 'meanwhile']);
  expect(second?.isLate).toBe(true);
});

test('what never happens is told so after the time that it was given', async () => {
  const room = await opened();
  const ada = await room.join('ada');
  const never = taken(ada.messages, 1);
  const fromMs = room.nowMs;
  await expect(room.until(never, 5_000)).rejects.toBeInstanceOf(NotSettledError);
  expect(room.nowMs - fromMs).toBeLessThanOrEqual(5_000);
});
