/**
 * Goal: a program that does not read makes the room wait, misses nothing up to a bound, and is told of more.
 */

import { Subject } from 'rxjs';
import { expect, test } from 'vitest';
import { ChatPeer, type Message } from '../../src/library/chat-peer.ts';
import { Stream } from '../../src/library/stream.ts';
import { UNREAD_MAX_CHARACTERS } from '../../src/limits/library.ts';
import { PEER_LIMITS } from '../../src/limits/peer.ts';
import { CONNECTED, FakePeer, said } from '../terminal/fake-peer.ts';

function chat(): { peer: FakePeer; program: ChatPeer; reading: AsyncIterator<Message>; told: string[] } {
  const peer = new FakePeer(CONNECTED);
  peer.start();
  const program = new ChatPeer(peer, new Subject<string>());
  const told: string[] = [];
  program.warnings.subscribe((sentence) => told.push(sentence));
  return { peer, program, reading: program.messages[Symbol.asyncIterator](), told };
}

test('past a mark the room waits for who does not read, and goes on when it has read', async () => {
  const { peer, reading } = chat();
  const text = 'x'.repeat(480);
  const count = Math.ceil(PEER_LIMITS.linkHighWaterBytes / text.length) + 1;
  for (let number = 0; number < count; number += 1) {
    expect(peer.flow.isBusy).toBe(number * text.length > PEER_LIMITS.linkHighWaterBytes);
    peer.notices.next(said('bob', text));
  }
  expect(peer.flow.isBusy).toBe(true);
  for (let number = 0; number < count; number += 1) expect((await reading.next()).value.text).toBe(text);
  expect(peer.flow.isBusy).toBe(false);
});

test('up to the bound nothing is missed; what is over it is left out, and its number told', async () => {
  const { peer, reading, told } = chat();
  const text = 'x'.repeat(UNREAD_MAX_CHARACTERS / 4);
  for (let number = 0; number < 6; number += 1) peer.notices.next(said('bob', text));
  expect(told).toEqual([]);
  for (let number = 0; number < 4; number += 1) expect((await reading.next()).done).toBe(false);
  expect(told).toEqual(['2 messages were left out: they were not read fast enough.']);
  peer.notices.next(said('bob', 'after'));
  expect((await reading.next()).value.text).toBe('after');
  expect(told).toHaveLength(1);
});

test('a loop that is left lets the room go on', async () => {
  const { peer, reading } = chat();
  while (!peer.flow.isBusy) peer.notices.next(said('bob', 'x'.repeat(100_000)));
  await reading.return?.();
  expect(peer.flow.isBusy).toBe(false);
  expect((await reading.next()).done).toBe(true);
});

test('a stream ends for a loop that waits, and after all that waits for it', async () => {
  const source = new Subject<number>();
  const stream = new Stream(source);
  const [late, early] = [stream[Symbol.asyncIterator](), stream[Symbol.asyncIterator]()];
  const asked = early.next();
  source.next(1);
  expect(await asked).toEqual({ done: false, value: 1 });
  const end = early.next();
  source.complete();
  expect((await end).done).toBe(true);
  expect(await late.next()).toEqual({ done: false, value: 1 });
  expect((await late.next()).done).toBe(true);
});
