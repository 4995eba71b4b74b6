import { describe, expect, it } from 'vitest';
import {
  describeFlood,
  describeMember,
  describeOverlay,
} from '../../../../src/console/page/views/overlay/descriptions.ts';
import type { Flood } from '../../../../src/console/page/views/overlay/floods/floods.ts';
import type { Overlay } from '../../../../src/console/page/views/overlay/overlay.ts';
import { ringLinks, ringMembers, wholeOverlay } from './made-up-overlay.ts';

const single: Overlay = {
  ...wholeOverlay(5, [0, 1], [2, 0], [3, 0]),
  members: ringMembers(5).map((member, index) => (index === 0 ? member : { ...member, peer: null })),
  isWhole: false,
};

describe('describeOverlay', () => {
  it('says in how many pieces the whole overlay is', () => {
    expect(describeOverlay(wholeOverlay(3, [0, 1], [1, 2]), 0)).toBe(
      'One piece: 3 members, 2 links, diameter 2.',
    );
    const broken = { ...wholeOverlay(4, [0, 1]), members: ringMembers(4, [3]) };
    expect(describeOverlay(broken, 0)).toBe('2 pieces of 2 + 1 members, 1 link, diameter 1; 1 killed.');
    const dead = { ...wholeOverlay(2), members: ringMembers(2, [0, 1]) };
    expect(describeOverlay(dead, 0)).toBe('Nobody is alive in the room.');
  });

  it('says of a single peer that it knows its own links only', () => {
    expect(describeOverlay(single, 0)).toBe(
      '5 members. The selected peer has 1 forward link and 2 backward links. ' +
        'A peer knows its own links only: those among the others are not drawn.',
    );
  });

  it('says nothing of nobody', () => {
    expect(describeOverlay(wholeOverlay(0), -1)).toBe('');
  });
});

describe('describeMember', () => {
  it('names the links by direction', () => {
    expect(describeMember(single, 0)).toBe('Forward link to user1; backward links from user2, user3.');
    expect(describeMember(single, 2)).toBe('Forward link to user0.');
  });

  it('tells no link from one that is not known', () => {
    expect(describeMember(single, 4)).toBe('No link that is known here.');
    expect(describeMember(wholeOverlay(2), 1)).toBe('No link.');
  });

  it('says what has happened to it', () => {
    const [first, second] = ringMembers(2, [1]);
    if (!first || !second) throw new Error('two members were made');
    const overlay = { ...wholeOverlay(2), members: [{ ...first, isSplitOff: true }, second] };
    expect(describeMember(overlay, 0)).toBe('Split off from all others; no link.');
    expect(describeMember(overlay, 1)).toBe('Killed.');
    expect(describeMember(overlay, 7)).toBe('');
  });

  it('names six neighbours and counts the rest', () => {
    const links = Array.from({ length: 9 }, (_, index) => [index + 1, 0] as const);
    const overlay = { ...wholeOverlay(10), links: ringLinks(...links) };
    expect(describeMember(overlay, 0)).toBe(
      'Backward links from user1, user2, user3, user4, user5, user6 and 3 more.',
    );
  });
});

describe('describeFlood', () => {
  const hop = { order: 1, sentMs: 5, receivedMs: 8, isDuplicate: false };
  const flood: Flood = {
    id: 1,
    originHid: '0',
    msgId: 3,
    firstMs: 5,
    lastMs: 9,
    frames: 2,
    isPartial: false,
    hops: [
      { ...hop, from: '0', to: '1' },
      { ...hop, order: 2, from: '1', to: '2' },
      { ...hop, order: 3, from: '2', to: '0', isDuplicate: true },
    ],
  };

  it('counts whom a message reached, where all is known', () => {
    expect(describeFlood(flood, wholeOverlay(3))).toBe(
      'Message #3 of user0 reached 2 others in 2 hops and 4 ms; 1 duplicate dropped.',
    );
    const short = { ...flood, hops: flood.hops.slice(0, 1) };
    expect(describeFlood(short, wholeOverlay(3))).toBe(
      'Message #3 of user0 reached 1 other in 1 hop and 4 ms; no duplicate.',
    );
  });

  it('says of a message that was seen in part that it was', () => {
    expect(describeFlood({ ...flood, isPartial: true }, wholeOverlay(3))).toBe(
      'Message #3 of user0 was seen in part only, because too much happened at one time: 2 others and 2 hops of its way.',
    );
  });

  it('counts the links of a single peer, and takes an origin that is no HID as it is, harmless', () => {
    expect(describeFlood({ ...flood, originHid: 'nick\u202e' }, single)).toBe(
      'Message #3 of nick\\u{202e} was seen on 3 links of this peer.',
    );
  });
});
