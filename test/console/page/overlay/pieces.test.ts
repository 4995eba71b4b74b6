import { describe, expect, it } from 'vitest';
import { findPieces } from '../../../../src/console/page/views/overlay/pieces.ts';
import { ringLinks, ringMembers } from './made-up-overlay.ts';

describe('findPieces', () => {
  it('takes links in both directions: a line of five is one piece of diameter 4', () => {
    const links = ringLinks([0, 1], [2, 1], [2, 3], [4, 3]);
    expect(findPieces(ringMembers(5), links)).toEqual({ sizes: [5], diameter: 4 });
  });

  it('finds a ring, a star and a lonely member apart, the biggest first', () => {
    const links = ringLinks([0, 1], [1, 2], [2, 3], [3, 0], [4, 5]);
    expect(findPieces(ringMembers(7), links)).toEqual({ sizes: [4, 2, 1], diameter: 2 });
  });

  it('goes neither over broken links nor through the dead', () => {
    const links = [...ringLinks([0, 1]), { from: 1, to: 2, isSound: false }];
    expect(findPieces(ringMembers(3, [2]), links)).toEqual({ sizes: [2], diameter: 1 });
  });

  it('has nothing to say of nobody', () => {
    expect(findPieces([], [])).toEqual({ sizes: [], diameter: 0 });
    expect(findPieces(ringMembers(2, [0, 1]), [])).toEqual({ sizes: [], diameter: 0 });
  });

  it('measures a ring of 1,000 members', () => {
    const pairs = Array.from({ length: 1_000 }, (_, index) => [index, (index + 1) % 1_000] as const);
    expect(findPieces(ringMembers(1_000), ringLinks(...pairs))).toEqual({ sizes: [1_000], diameter: 500 });
  });
});
