import { describe, expect, it } from 'vitest';
import { actionsFor } from '../../../../src/console/page/views/overlay/peer-actions.ts';
import {
  dotKinds,
  LINK_KINDS,
  linkKind,
  neighboursOf,
} from '../../../../src/console/page/views/overlay/ring/link-kinds.ts';
import { ringMembers, wholeOverlay } from './made-up-overlay.ts';

describe('linkKind', () => {
  it('looks from the selected peer: what it dialled is forward, what dialled it is backward', () => {
    const link = { from: 1, to: 2, isSound: true };
    expect([1, 2, 3, -1].map((own) => linkKind(link, own))).toEqual([
      'forward',
      'backward',
      'other',
      'other',
    ]);
    expect(linkKind({ ...link, isSound: false }, 1)).toBe('broken');
  });

  it("paints the selected peer's own links last, on top of the others", () => {
    expect(LINK_KINDS.slice(-2)).toEqual(['backward', 'forward']);
  });
});

describe('dotKinds', () => {
  const members = ringMembers(4, [3]).map((member, index) => ({ ...member, isSplitOff: index === 2 }));

  it('tells the linked, the lonely, the split off and the killed apart', () => {
    const overlay = { ...wholeOverlay(4), members, links: [{ from: 0, to: 3, isSound: false }] };
    expect(dotKinds(overlay)).toEqual(['alone', 'alone', 'split', 'killed']);
    expect(dotKinds({ ...overlay, links: [{ from: 0, to: 1, isSound: true }] })).toEqual([
      'linked',
      'linked',
      'split',
      'killed',
    ]);
  });

  it('calls nobody lonely whose links are not known', () => {
    expect(dotKinds({ ...wholeOverlay(2), isWhole: false })).toEqual(['linked', 'linked']);
  });
});

describe('neighboursOf', () => {
  it('has both directions, with one member in both if there are two links', () => {
    const { links } = wholeOverlay(4, [0, 1], [1, 0], [2, 0], [2, 3]);
    expect(neighboursOf(links, 0)).toEqual({ forward: [1], backward: [1, 2] });
  });
});

describe('actionsFor', () => {
  it('offers what can be done to a peer as it is now', () => {
    const actions = (isAlive: boolean, isSplitOff: boolean) =>
      actionsFor({ isAlive, isSplitOff }).map(({ action }) => action);
    expect(actions(true, false)).toEqual(['kill', 'split']);
    expect(actions(true, true)).toEqual(['kill', 'heal']);
    expect(actions(false, false)).toEqual(['restart']);
  });
});
