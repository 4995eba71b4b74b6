/**
 * Goal: the pieces and the diameter of an overlay are those that one counts by hand, and by a naive
 * algorithm.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diameterOf, neighbourLists, type Pair, piecesOf, reachedFrom } from '../../src/overlay/pieces.ts';

function look(count: number, ...pairs: readonly Pair[]) {
  const members = Array.from({ length: count }, (_, index) => index);
  const neighbours = neighbourLists(pairs);
  return {
    sizes: piecesOf(members, neighbours).map(({ length }) => length),
    diameter: diameterOf(members, neighbours),
  };
}

describe('an overlay', () => {
  test('has links in both directions: a line of five is one piece of diameter 4', () => {
    expect(look(5, [0, 1], [2, 1], [2, 3], [4, 3])).toEqual({ sizes: [5], diameter: 4 });
  });

  test('of a ring, a pair and a lonely member is three pieces, the biggest first', () => {
    const pairs: Pair[] = [
      [4, 5],
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 0],
    ];
    expect(look(7, ...pairs)).toEqual({ sizes: [4, 2, 1], diameter: 2 });
  });

  test('of nobody has no piece', () => {
    expect(look(0)).toEqual({ sizes: [], diameter: 0 });
    expect(look(2)).toEqual({ sizes: [1, 1], diameter: 0 });
  });

  test('of a ring of 1,000 members is measured', () => {
    const pairs = Array.from({ length: 1_000 }, (_, index): Pair => [index, (index + 1) % 1_000]);
    expect(look(1_000, ...pairs)).toEqual({ sizes: [1_000], diameter: 500 });
  });

  test('is walked from the nearest to the farthest, also where the first has no link', () => {
    expect(
      reachedFrom(
        2,
        neighbourLists([
          [0, 1],
          [1, 2],
          [2, 5],
        ]),
      ),
    ).toEqual([2, 1, 5, 0]);
    expect(reachedFrom(7, neighbourLists([[0, 1]]))).toEqual([7]);
  });
});

test('pieces are those that come of merging the ends of every link', () => {
  const pair = fc.tuple(fc.nat(9), fc.nat(9));
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 12 }), (pairs) => {
      const label = Array.from({ length: 10 }, (_, index) => index);
      for (const [one, other] of pairs) {
        const [from, to] = [label[one], label[other] as number];
        for (const [index, each] of label.entries()) if (each === from) label[index] = to;
      }
      const pieces = piecesOf(label.keys(), neighbourLists(pairs));
      expect(pieces.flat().sort()).toEqual([...label.keys()]);
      for (const piece of pieces) expect(new Set(piece.map((member) => label[member])).size).toBe(1);
      expect(pieces.length).toBe(new Set(label).size);
    }),
  );
});
