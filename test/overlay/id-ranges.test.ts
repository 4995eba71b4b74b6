/**
 * Goal: a set of message IDs that is exact while it may be, bounded always, and forgets no ID that it was
 * given.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { IdRanges } from '../../src/overlay/id-ranges.ts';

function rangesOf(maxRanges: number, ids: readonly number[]): IdRanges {
  const ranges = new IdRanges(maxRanges);
  for (const id of ids) ranges.add(id);
  return ranges;
}

function contained(ranges: IdRanges, upTo: number): number[] {
  return Array.from({ length: upTo + 1 }, (_, id) => id).filter((id) => ranges.has(id));
}

/** How many ranges these IDs make. */
function rangeCount(ids: ReadonlySet<number>): number {
  return [...ids].filter((id) => !ids.has(id - 1)).length;
}

test('holds nothing at first', () => {
  const ranges = new IdRanges(4);
  expect([ranges.max, contained(ranges, 3)]).toEqual([-1, []]);
});

test.each([
  ['in order', [1, 2, 3, 4]],
  ['from behind', [4, 3, 2, 1]],
  ['the gap last', [1, 2, 4, 3]],
  ['each twice', [1, 1, 2, 4, 4, 2, 3, 3, 1]],
])('holds what was added, %s, in a single range', (_, ids) => {
  const ranges = rangesOf(1, ids.slice(0, -1));
  ranges.add(ids.at(-1) as number);
  expect([ranges.max, contained(ranges, 9)]).toEqual([4, [1, 2, 3, 4]]);
});

test('holds the largest ID that a frame can carry', () => {
  const max = Number.MAX_SAFE_INTEGER;
  const ranges = rangesOf(3, [max, max - 2, 0]);
  expect([max, max - 1, max - 2, max - 3, 1, 0].map((id) => ranges.has(id))).toEqual([
    true,
    false,
    true,
    false,
    false,
    true,
  ]);
  expect(ranges.max).toBe(max);
});

test('an ID between two ranges makes one of them, which leaves place for another', () => {
  const ranges = rangesOf(3, [1, 3, 5, 4, 9]);
  expect(contained(ranges, 9)).toEqual([1, 3, 4, 5, 9]);
});

describe('where more ranges are needed than are allowed', () => {
  test.each([
    ['a new highest', [1, 4, 7, 10], [1, 2, 3, 4, 7, 10]],
    ['a new lowest', [4, 7, 10, 1], [1, 2, 3, 4, 7, 10]],
    ['one in between', [1, 4, 10, 7], [1, 2, 3, 4, 7, 10]],
    ['one after another', [1, 3, 5, 7, 9, 11], [1, 2, 3, 4, 5, 6, 7, 9, 11]],
  ])('the lowest gap is given up: %s', (_, ids, expected) => {
    expect(contained(rangesOf(3, ids), 12)).toEqual(expected);
  });

  test('a single range reaches from the lowest to the highest', () => {
    expect(contained(rangesOf(1, [5, 9, 2]), 12)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('for any IDs in any order', () => {
  const ids = fc.array(fc.oneof(fc.nat(12), fc.nat(60)), { maxLength: 60, size: 'max' });

  test('it is a plain set while the ranges suffice', () => {
    fc.assert(
      fc.property(ids, (stream) => {
        const [ranges, set] = [new IdRanges(61), new Set<number>()];
        for (const id of stream) {
          expect(ranges.has(id)).toBe(set.has(id));
          ranges.add(id);
          set.add(id);
          expect([ranges.max, contained(ranges, 61)]).toEqual([Math.max(...set), [...set].sort(byNumber)]);
        }
      }),
    );
  });

  test('it is a plain set in which the lowest gaps are filled, one whenever there would be a range too many', () => {
    fc.assert(
      fc.property(ids, fc.integer({ min: 1, max: 8 }), (stream, maxRanges) => {
        const [ranges, set] = [new IdRanges(maxRanges), new Set<number>()];
        for (const id of stream) {
          ranges.add(id);
          set.add(id);
          if (rangeCount(set) > maxRanges) fillLowestGap(set);
          expect(rangeCount(set)).toBeLessThanOrEqual(maxRanges);
          expect(contained(ranges, 61)).toEqual([...set].sort(byNumber));
        }
      }),
    );
  });
});

function fillLowestGap(set: Set<number>): void {
  let id = Math.min(...set);
  while (set.has(id)) id += 1;
  for (; !set.has(id); id += 1) set.add(id);
}

function byNumber(left: number, right: number): number {
  return left - right;
}
