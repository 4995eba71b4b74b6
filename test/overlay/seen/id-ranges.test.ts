/**
 * Goal: a set of message IDs that is bounded, has no ID that it was not given, and is not led astray by IDs
 * that somebody forges.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { IdRanges } from '../../../src/overlay/seen/id-ranges.ts';

function rangesOf(maxRanges: number, ids: readonly number[]): IdRanges {
  const ranges = new IdRanges(maxRanges);
  for (const id of ids) ranges.add(id);
  return ranges;
}

function contained(ranges: IdRanges, upTo: number): number[] {
  return Array.from({ length: upTo + 1 }, (_, id) => id).filter((id) => ranges.has(id));
}

test('holds nothing at first', () => {
  const ranges = new IdRanges(4);
  expect([ranges.last, contained(ranges, 3)]).toEqual([-1, []]);
});

test.each([
  ['in order', [1, 2, 3, 4]],
  ['from behind', [4, 3, 2, 1]],
  ['the gap last', [1, 2, 4, 3]],
  ['each twice', [1, 1, 2, 4, 4, 2, 3, 3, 1]],
])('holds what was added, %s, in a single range', (_, ids) => {
  const ranges = rangesOf(2, ids.slice(0, -1));
  ranges.add(ids.at(-1) as number);
  expect([ranges.last, contained(ranges, 9)]).toEqual([4, [1, 2, 3, 4]]);
});

test('holds the largest ID that a frame can carry', () => {
  const max = Number.MAX_SAFE_INTEGER;
  const ranges = rangesOf(3, [max, max - 2, 0]);
  const asked = [max, max - 1, max - 2, max - 3, 1, 0];
  expect(asked.map((id) => ranges.has(id))).toEqual([true, false, true, false, false, true]);
});

test('tells how long the run up to an ID is', () => {
  const ranges = rangesOf(3, [3, 4, 5, 9]);
  expect([2, 3, 4, 5, 6, 8, 9, 10].map((id) => ranges.runUpTo(id))).toEqual([0, 0, 0, 3, 0, 0, 1, 0]);
});

describe('the last ID that the origin has come to', () => {
  const FAR = 2 ** 50;

  test.each([
    ['one far ahead of a run', [1, 2, 3, FAR], 3],
    ['many far ahead of a run', [1, 2, 3, ...Array.from({ length: 70 }, (_, index) => FAR + 2 * index)], 3],
    ['one far ahead, and then the run goes on', [1, 2, FAR, 3, 4], 4],
    ['a gap as a break leaves it', [1, 2, 3, 60_000, 120_000], 120_000],
    ['a lower one that comes late', [5, 6, 7, 2], 7],
    ['a run of others that is no longer than its own', [1, 2, 3, FAR, FAR + 1, FAR + 2], 3],
  ])('is not moved by an ID far from its own: %s', (_, ids, expected) => {
    expect(rangesOf(64, ids).last).toBe(expected);
  });

  test('is near what the origin itself has told, however much somebody forges', () => {
    const forged = Array.from({ length: 1_000 }, (_, index) => FAR + index);
    const ranges = rangesOf(64, [1, 2, ...forged]);
    expect(ranges.last).toBe(FAR + 999);
    ranges.told(2);
    expect(ranges.last).toBe(2);
    ranges.add(3);
    expect(ranges.last).toBe(3);
    ranges.told(3);
    expect(ranges.last).toBe(3);
  });

  test('is none where nothing near what it has told was seen', () => {
    const ranges = rangesOf(64, [FAR]);
    ranges.told(5);
    expect(ranges.last).toBe(-1);
    ranges.add(6);
    expect(ranges.last).toBe(6);
  });
});

test('an ID between two ranges makes one of them, which leaves place for another', () => {
  const ranges = rangesOf(3, [1, 3, 5, 4, 9]);
  expect(contained(ranges, 9)).toEqual([1, 3, 4, 5, 9]);
});

describe('where more ranges are needed than are allowed', () => {
  test.each([
    ['of equal ones the one that grew longest ago', [1, 4, 7, 10], [4, 7, 10]],
    ['also where it is the highest', [10, 7, 4, 1], [1, 4, 7]],
    ['a smaller one', [4, 5, 1, 8, 9, 12, 13], [4, 5, 8, 9, 12, 13]],
    ['the new one', [1, 2, 4, 5, 7, 8, 10], [1, 2, 4, 5, 7, 8]],
    ['not a run that has just begun', [1, 3, 5, 7, 20, 9, 21, 11, 13, 22], [11, 13, 20, 21, 22]],
  ])('the smallest is forgotten: %s', (_, ids, expected) => {
    expect(contained(rangesOf(3, ids), 30)).toEqual(expected);
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
          expect([ranges.last, contained(ranges, 61)]).toEqual([Math.max(...set), [...set].sort(byNumber)]);
        }
      }),
    );
  });

  test('it has no ID that it was not given, and those of its largest ranges', () => {
    fc.assert(
      fc.property(ids, fc.integer({ min: 1, max: 8 }), (stream, maxRanges) => {
        const [ranges, set] = [new IdRanges(maxRanges), new Set<number>()];
        for (const id of stream) {
          const before = contained(ranges, 61);
          ranges.add(id);
          set.add(id);
          const after = new Set(contained(ranges, 61));
          expect([...after].filter((known) => !set.has(known))).toEqual([]);
          const forgotten = [...before, id].filter((known) => !after.has(known));
          expect(rangesIn(after).length).toBeLessThanOrEqual(maxRanges);
          // One range at most, and none is smaller.
          expect(rangesIn(new Set(forgotten)).length).toBeLessThanOrEqual(1);
          if (forgotten.length > 0) expect(rangesIn(after).length).toBe(maxRanges);
          for (const kept of rangesIn(after)) expect(kept.length).toBeGreaterThanOrEqual(forgotten.length);
        }
      }),
    );
  });
});

/** The ranges that these IDs make, ascending. */
function rangesIn(ids: ReadonlySet<number>): number[][] {
  const firsts = [...ids].sort(byNumber).filter((id) => !ids.has(id - 1));
  return firsts.map((first) => {
    const range = [first];
    while (ids.has(first + range.length)) range.push(first + range.length);
    return range;
  });
}

function byNumber(left: number, right: number): number {
  return left - right;
}
