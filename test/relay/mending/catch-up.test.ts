/**
 * Goal: what is missing goes first, oldest first, at a pace that the link takes; what is new waits, in order.
 */
import { describe, expect, test } from 'vitest';
import { StepClock } from '../../../src/io/memory/step-clock.ts';
import { PEER_LIMITS } from '../../../src/limits/peer.ts';
import { shareOf } from '../../../src/protocol/batch.ts';
import { CatchUp } from '../../../src/relay/mending/catch-up.ts';
import { chunkOf } from '../texts.ts';

const LOW = 65_536;

function texts(from: number, to: number) {
  return chunkOf(...Array.from({ length: to - from + 1 }, (_, at) => ({ hid: '1', msgId: from + at })));
}

function stage(missing = texts(1, 20)) {
  const clock = new StepClock();
  const written: { readonly atMs: number; readonly what: (number | string)[] }[] = [];
  const queue = { bytes: 0 };
  const doneAt: number[] = [];
  const catchUp = new CatchUp(
    {
      clock,
      limits: PEER_LIMITS,
      queuedBytes: () => queue.bytes,
      writeTexts: (given) => written.push({ atMs: clock.now(), what: given.map(({ msgId }) => msgId) }),
      writeShare: (share) =>
        written.push({ atMs: clock.now(), what: share.frames().map(({ bytes }) => bytes.toString()) }),
      done: () => doneAt.push(clock.now()),
    },
    missing,
  );
  const all = () => written.flatMap(({ what }) => what);
  return { clock, written, queue, doneAt, catchUp, all };
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at + 1);
}

test('begins after 50 ms, and writes 8 frames every 5 ms, oldest first', () => {
  const { clock, written, doneAt, all } = stage();
  clock.advance(49);
  expect(written).toEqual([]);
  clock.advance(1);
  expect(written).toEqual([{ atMs: 50, what: upTo(8) }]);
  clock.advance(4);
  expect(written).toHaveLength(1);
  clock.advance(100);
  expect(written.map(({ atMs, what }) => [atMs, what.length])).toEqual([
    [50, 8],
    [55, 8],
    [60, 4],
  ]);
  expect(all()).toEqual(upTo(20));
  expect(doneAt).toEqual([60]);
  expect(clock.pending).toBe(0);
});

test('exactly one step and one frame more', () => {
  const eight = stage(texts(1, 8));
  eight.clock.advance(1_000);
  expect([eight.doneAt, eight.written.length]).toEqual([[50], 1]);
  const nine = stage(texts(1, 9));
  nine.clock.advance(1_000);
  expect([nine.doneAt, nine.all()]).toEqual([[55], upTo(9)]);
});

test('new messages wait, in order, until everything that is missing has gone', () => {
  const { clock, catchUp, all } = stage();
  catchUp.hold(shareOf(Buffer.from('new 1')), 5);
  clock.advance(52);
  catchUp.hold(shareOf(Buffer.from('newer 2')), 7);
  expect(catchUp.heldBytes).toBe(12);
  clock.advance(1_000);
  expect(all()).toEqual([...upTo(20), 'new 1', 'newer 2']);
  expect(catchUp.heldBytes).toBe(0);
});

test('is done after the last new message has been written, so that none overtakes', () => {
  const clock = new StepClock();
  const order: string[] = [];
  const catchUp = new CatchUp(
    {
      clock,
      limits: PEER_LIMITS,
      queuedBytes: () => 0,
      writeTexts: () => order.push('missing'),
      writeShare: () => order.push('new'),
      done: () => order.push('done'),
    },
    texts(1, 1),
  );
  catchUp.hold(shareOf(Buffer.from('x')), 1);
  clock.advance(100);
  expect(order).toEqual(['missing', 'new', 'done']);
});

test('waits while more than the low-water mark is queued, and goes on at it', () => {
  const { clock, queue, all, doneAt } = stage();
  queue.bytes = LOW + 1;
  clock.advance(10_000);
  expect(all()).toEqual([]);
  queue.bytes = LOW;
  clock.advance(5);
  expect(all()).toEqual(upTo(8));
  queue.bytes = LOW + 1;
  clock.advance(10_000);
  expect([all(), doneAt]).toEqual([upTo(8), []]);
  queue.bytes = 0;
  clock.advance(10);
  expect(all()).toEqual(upTo(20));
  expect(doneAt).toHaveLength(1);
});

test('what turns out to be missing later goes behind what is still to be written, before anything new', () => {
  const { clock, catchUp, all } = stage(texts(1, 10));
  catchUp.hold(shareOf(Buffer.from('new')), 3);
  clock.advance(50);
  catchUp.add(texts(11, 13));
  clock.advance(1_000);
  expect(all()).toEqual([...upTo(13), 'new']);
});

describe('stopped', () => {
  test.each([0, 50, 55])('after %i ms it writes nothing any more, and leaves no timer', (ms) => {
    const { clock, catchUp, written, doneAt } = stage();
    catchUp.hold(shareOf(Buffer.from('new')), 3);
    clock.advance(ms);
    const before = written.length;
    catchUp.stop();
    expect([clock.pending, catchUp.heldBytes]).toEqual([0, 0]);
    clock.advance(10_000);
    expect([written.length, doneAt]).toEqual([before, []]);
  });
});
