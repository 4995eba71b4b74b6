import { describe, expect, it } from 'vitest';
import { layoutArrow, layoutColumns } from '../../../../src/console/page/views/sequence/diagram/geometry.ts';
import { MEASURES } from '../../../../src/console/page/views/sequence/diagram/measures.ts';
import { consoleFrame, member, partyOf, ROOM_SERVER, text } from '../made-up.ts';

const alice = member('alice', 5_001);
const bob = member('bob', 5_002);

function gapsOf(xs: readonly number[]): readonly number[] {
  return xs.slice(1).map((x, index) => x - (xs[index] ?? 0));
}

describe('layoutColumns', () => {
  it('fills the width that there is', () => {
    const { xs, widthPx } = layoutColumns(6, 1_200);
    expect(widthPx).toBe(1_200);
    expect(xs.at(-1)).toBe(1_200 - MEASURES.marginPx);
  });

  it('keeps every gap readable and grows wider than the window for it', () => {
    const { xs, widthPx } = layoutColumns(30, 1_200);
    expect(Math.min(...gapsOf(xs))).toBeGreaterThanOrEqual(MEASURES.gapMinPx);
    expect(gapsOf(xs)[0]).toBe(MEASURES.serverGapMinPx);
    expect(widthPx).toBe((xs.at(-1) ?? 0) + MEASURES.marginPx);
  });

  it('does not tear few lifelines apart, nor fail with two', () => {
    expect(Math.max(...gapsOf(layoutColumns(3, 4_000).xs).slice(1))).toBe(MEASURES.gapMaxPx);
    expect(layoutColumns(2, 600).xs).toHaveLength(2);
  });
});

describe('layoutArrow', () => {
  const columns = layoutColumns(4, 1_000);
  const [serverX = 0, selfX = 0, , bobX = 0] = columns.xs;

  it('points away from this peer for what goes out and to it for what comes in', () => {
    const out = consoleFrame(text(alice, 1, 'x'), partyOf(bob));
    expect(layoutArrow(out, 3, columns)).toMatchObject({ fromX: selfX, toX: bobX, isDatagram: false });
    expect(layoutArrow({ ...out, direction: 'in' }, 3, columns)).toMatchObject({ fromX: bobX, toX: selfX });
  });

  it("labels the room server's arrows within their gap", () => {
    const arrow = layoutArrow(consoleFrame({ kind: 'LIST' }, ROOM_SERVER), 0, columns);
    expect(arrow.labelX).toBeGreaterThan(serverX);
    expect(arrow.labelX + arrow.labelCharacters * MEASURES.characterPx).toBeLessThan(selfX);
  });

  it('dashes what goes by UDP', () => {
    const poke = consoleFrame({ kind: 'ACK' }, partyOf(bob), { via: 'datagram' });
    expect(layoutArrow(poke, 3, columns).isDatagram).toBe(true);
  });
});
