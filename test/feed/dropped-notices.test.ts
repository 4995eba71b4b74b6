/**
 * Goal: the user is told of dropped frames at once, but never more than once per kind in 10 s, and of every
 * one.
 */
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { DroppedNotices } from '../../src/feed/dropped-notices.ts';
import { StepClock } from '../../src/io/memory/step-clock.ts';
import type { DropKind, Notice } from '../../src/words/notices.ts';

const PERIOD_MS = 10_000;

/** A notice in short, with its time. */
type Told = readonly [atMs: number, kind: string, count: number, last: string];

let clock: StepClock;
let told: Told[];
let notices: DroppedNotices;

function setUp(): void {
  clock = new StepClock();
  told = [];
  notices = new DroppedNotices(clock, PERIOD_MS, (notice: Notice) => {
    if (notice.type !== 'dropped') throw new Error(`a notice of ${notice.type}`);
    expect(notice.window).toBe('command');
    told.push([clock.now(), notice.kind, notice.count, notice.last]);
  });
}

function drop(kind: DropKind, last: string): void {
  notices.add(kind, () => last);
}

beforeEach(setUp);

describe('of one kind', () => {
  test('the first is told at once, the others at the end of the period with their count and the last case', () => {
    for (const last of ['a', 'b', 'c', 'd']) drop('duplicate', last);
    expect(told).toEqual([[0, 'duplicate', 1, 'a']]);
    clock.advance(PERIOD_MS - 1);
    expect(told).toHaveLength(1);
    clock.advance(1);
    expect(told).toEqual([
      [0, 'duplicate', 1, 'a'],
      [PERIOD_MS, 'duplicate', 3, 'd'],
    ]);
  });

  test('what comes after such a line waits for the end of the next period', () => {
    drop('duplicate', 'a');
    drop('duplicate', 'b');
    clock.advance(PERIOD_MS);
    drop('duplicate', 'c');
    expect(told).toHaveLength(2);
    clock.advance(PERIOD_MS);
    expect(told.at(-1)).toEqual([2 * PERIOD_MS, 'duplicate', 1, 'c']);
  });

  test('the next one after a period of silence is told at once again', () => {
    drop('malformed', 'a');
    clock.advance(PERIOD_MS);
    expect(clock.pending).toBe(0);
    clock.advance(5);
    drop('malformed', 'b');
    expect(told).toEqual([
      [0, 'malformed', 1, 'a'],
      [PERIOD_MS + 5, 'malformed', 1, 'b'],
    ]);
  });
});

test('kinds are told apart, each in its own period', () => {
  drop('duplicate', 'a');
  clock.advance(4_000);
  drop('wrong room', 'b');
  drop('duplicate', 'c');
  drop('wrong room', 'd');
  clock.advance(2 * PERIOD_MS);
  expect(told).toEqual([
    [0, 'duplicate', 1, 'a'],
    [4_000, 'wrong room', 1, 'b'],
    [PERIOD_MS, 'duplicate', 1, 'c'],
    [PERIOD_MS + 4_000, 'wrong room', 1, 'd'],
  ]);
});

test('one that is dropped because of such a line is counted, not told within it', () => {
  const counts: number[] = [];
  const looping: DroppedNotices = new DroppedNotices(clock, PERIOD_MS, (notice) => {
    if (notice.type !== 'dropped') return;
    counts.push(notice.count);
    if (counts.length < 3) looping.add('duplicate', () => 'again');
  });
  looping.add('duplicate', () => 'first');
  expect(counts).toEqual([1]);
  clock.advance(5 * PERIOD_MS);
  expect(counts).toEqual([1, 1, 1]);
});

test('stop leaves no timer and tells nothing more', () => {
  for (const kind of ['duplicate', 'malformed', 'duplicate', 'malformed'] as const) drop(kind, 'x');
  expect(clock.pending).toBe(2);
  notices.stop();
  expect(clock.pending).toBe(0);
  clock.advance(5 * PERIOD_MS);
  expect(told).toHaveLength(2);
});

test('for any drops: each is counted once, lines of a kind are a period apart, each names the last case', () => {
  const dropped = fc.record({
    kind: fc.constantFrom<DropKind>('duplicate', 'malformed', 'own name'),
    waitMs: fc.oneof(fc.constant(0), fc.nat(3_000), fc.constantFrom(PERIOD_MS - 1, PERIOD_MS, 25_000)),
  });
  fc.assert(
    fc.property(fc.array(dropped, { maxLength: 60, size: 'max' }), (stream) => {
      setUp();
      for (const [index, { kind, waitMs }] of stream.entries()) {
        clock.advance(waitMs);
        drop(kind, `${index}`);
      }
      clock.advance(2 * PERIOD_MS);
      expect(clock.pending).toBe(0);
      for (const kind of ['duplicate', 'malformed', 'own name']) {
        const cases = stream.flatMap((entry, index) => (entry.kind === kind ? [`${index}`] : []));
        const lines = told.filter((line) => line[1] === kind);
        let counted = 0;
        for (const [index, [atMs, , count, last]] of lines.entries()) {
          counted += count;
          expect(last).toBe(cases[counted - 1]);
          expect(atMs - (lines[index - 1]?.[0] ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(
            PERIOD_MS,
          );
        }
        expect(counted).toBe(cases.length);
      }
    }),
  );
});
