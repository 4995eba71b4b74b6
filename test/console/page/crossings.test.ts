/** Goal: each frame that two peers tell of is one frame, whatever was lost before it. */
import { describe, expect, test } from 'vitest';
import type { ConsoleFrame } from '../../../src/console/feed/messages.ts';
import { FramePairs } from '../../../src/console/page/crossings/frame-pairs.ts';
import type { Frame } from '../../../src/protocol/frames.ts';
import { consoleFrame, member, partyOf, text } from './made-up.ts';

const alice = member('alice', 5_001);
const bob = member('bob', 5_002);
const way = { from: 'alice', to: 'bob' };
const hello: Frame = { kind: 'HANDSHAKE', room: 'tea', ...alice, msgId: 0 };

/** Tells of halves; what comes back is the one that each has met. */
function pairs() {
  const book = new FramePairs<string>();
  const half = (direction: 'in' | 'out', frame: Frame, via: string, item: string, atMs = 0) => {
    const rest: Partial<ConsoleFrame> = { direction, via, atMs };
    return book.meet(consoleFrame(frame, partyOf(bob), rest), way, item);
  };
  return {
    out: (frame: Frame, via: string, item: string, atMs?: number) => half('out', frame, via, item, atMs),
    in: (frame: Frame, via: string, item: string, atMs?: number) => half('in', frame, via, item, atMs),
  };
}

describe('the two halves of a frame', () => {
  test('find each other, whichever is told of first', () => {
    const peer = pairs();
    expect(peer.out(text(alice, 1, 'x'), 'forward-1', 'one')).toBeUndefined();
    expect(peer.in(text(alice, 1, 'x'), 'backward-7', 'two')).toBe('one');
    expect(peer.in(text(alice, 2, 'x'), 'backward-7', 'three')).toBeUndefined();
    expect(peer.out(text(alice, 2, 'x'), 'forward-1', 'four')).toBe('three');
  });

  test('belong to one frame: what is met is met no more', () => {
    const peer = pairs();
    peer.out(text(alice, 1, 'x'), 'forward-1', 'one');
    expect(peer.in(text(alice, 1, 'x'), 'backward-1', 'two')).toBe('one');
    expect(peer.in(text(alice, 1, 'x'), 'backward-1', 'three')).toBeUndefined();
  });

  test('a handshake that was lost is not taken for the one of a later link', () => {
    const peer = pairs();
    peer.out(hello, 'forward-1', 'lost');
    peer.out(hello, 'forward-2', 'second');
    expect(peer.in(hello, 'backward-1', 'came')).toBe('second');
  });

  test('the same bytes over two links: each stays on its own', () => {
    const peer = pairs();
    peer.out(hello, 'forward-1', 'a');
    peer.in(hello, 'backward-1', 'b');
    peer.out(hello, 'forward-2', 'c');
    peer.in(hello, 'backward-2', 'd');
    peer.out(text(alice, 1, 'x'), 'forward-1', 'old link');
    peer.out(text(alice, 1, 'x'), 'forward-2', 'new link');
    expect(peer.in(text(alice, 1, 'x'), 'backward-2', 'e')).toBe('new link');
    expect(peer.in(text(alice, 1, 'x'), 'backward-1', 'f')).toBe('old link');
  });

  test('a restarted peer uses the name of a link again', () => {
    const peer = pairs();
    peer.out(hello, 'forward-1', 'a');
    peer.in(hello, 'backward-1', 'b');
    peer.out(hello, 'forward-1', 'after the restart');
    expect(peer.in(hello, 'backward-2', 'c')).toBe('after the restart');
    peer.out(text(alice, 1, 'x'), 'forward-1', 'text');
    expect(peer.in(text(alice, 1, 'x'), 'backward-2', 'd')).toBe('text');
  });

  test('a datagram that was lost is not taken for a later one', () => {
    const peer = pairs();
    const poke: Frame = { kind: 'POKE', room: 'tea', user: 'alice' };
    peer.out(poke, 'datagram', 'lost', 0);
    peer.out(poke, 'datagram', 'second', 60_000);
    expect(peer.in(poke, 'datagram', 'came', 60_020)).toBe('second');
  });

  test('what the log names as the cause is the other half, whatever the order says', () => {
    const book = new FramePairs<string>();
    const poke: Frame = { kind: 'POKE', room: 'tea', user: 'alice' };
    const tell = (item: string, rest: Partial<ConsoleFrame>) =>
      book.meet(consoleFrame(poke, partyOf(bob), { via: 'datagram', atMs: 0, ...rest }), way, item);
    tell('first', { direction: 'out', serial: 11 });
    tell('second', { direction: 'out', serial: 12 });
    expect(tell('overtook', { direction: 'in', serial: 13, causedBy: 12 })).toBe('second');
    expect(tell('of one that is not kept', { direction: 'in', serial: 14, causedBy: 3 })).toBeUndefined();
    expect(tell('came later', { direction: 'in', serial: 15, causedBy: 11 })).toBe('first');
  });
});
