/**
 * Goal: a peer knows who it is in its room, whom to let in and whom to dial, and who may be in a new
 * incarnation.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import { type LinkDirection, LinkTable } from '../../src/overlay/link-table.ts';
import { type Member, toMember } from '../../src/overlay/member.ts';
import { Room } from '../../src/overlay/room.ts';
import { SeenCache } from '../../src/overlay/seen/seen-cache.ts';
import type { MemberAddress } from '../../src/protocol/frames.ts';
import { passedOn } from './seen/tools/passed-on.ts';
import { text } from './tools/texts.ts';

// In the ring: alice, bob, carol.
const ALICE = toMember({ user: 'alice', ip: '127.0.0.1', port: 5001 });
const BOB = toMember({ user: 'bob', ip: '127.0.0.1', port: 5002 });
const CAROL = toMember({ user: 'carol', ip: '127.0.0.1', port: 5003 });
/** By then the content of every message has been forgotten. */
const LATER_MS = 5_000;
const DUPLICATE_MS = 100;
const COUNTS_ON_MS = 300;
const SEED = 7;
/** So long messages may be sent again to who was away. */
const JOURNAL_MS = 1_000;

let room: Room;
/** What the user machine would have. */
let name: string | null;

beforeEach(() => {
  const bounds = {
    seenMax: 100,
    originsMax: 100,
    idRangesMax: 16,
    contentsPerIdMax: 8,
    firstMessagesMax: 16,
    lastingContentsMax: 1_000,
  };
  const periods = { seenMs: 1_000, duplicateMs: DUPLICATE_MS, countsOnMs: COUNTS_ON_MS };
  const seen = new SeenCache({ ...periods, ...bounds }, SEED);
  name = 'room';
  room = new Room({
    name: () => name,
    seen,
    passedOn: passedOn(),
    seed: SEED,
    strangerMessagesMax: 100,
    journalMs: JOURNAL_MS,
  });
});

/** We are bob, in a room with these, newest first. */
function joined(...members: readonly MemberAddress[]): void {
  room.identify(BOB);
  replaceMembers(room, '1', members, 0);
}

/** Takes over a list as an M has it. */
function replaceMembers(room: Room, msid: string, list: readonly MemberAddress[], nowMs: number) {
  const next = room.membership.compare(msid, list);
  if (next) room.takeMembers(next, nowMs);
  return next;
}

describe('admit', () => {
  function admit(claim: MemberAddress, name = 'room') {
    const { user, ip, port } = claim;
    return room.admit({ kind: 'HANDSHAKE', room: name, user, ip, port, msgId: 0 });
  }

  test('welcomes a member of our room and nobody else', () => {
    joined(BOB, ALICE);
    expect(admit(ALICE)).toBe('member');
    expect(admit(CAROL)).toBe('unknown');
    for (const other of [{ user: 'alic' }, { ip: '127.0.0.2' }, { port: 5009 }])
      expect(admit({ ...ALICE, ...other })).toBe('unknown');
  });

  test('refuses a handshake for another room', () => {
    joined(BOB, ALICE);
    expect(['rooms', 'Room', 'other'].map((name) => admit(ALICE, name))).toEqual([
      'refused',
      'refused',
      'refused',
    ]);
  });

  test('refuses our own address under whatever name, listed or not', () => {
    joined(BOB, { ...BOB, user: 'garbled' }, ALICE);
    expect([admit(BOB), admit({ ...BOB, user: 'garbled' }), admit({ ...BOB, user: 'other' })]).toEqual([
      'refused',
      'refused',
      'refused',
    ]);
  });

  test('welcomes a member of another computer at our loopback address, but not from this one', () => {
    const own = { ...BOB, ip: '127.0.0.1' };
    const other = { ...own, user: 'other' };
    room.identify(toMember(own));
    replaceMembers(room, '1', [own, other], 0);
    const claim = { kind: 'HANDSHAKE', room: 'room', msgId: 0 } as const;
    expect(room.admit({ ...claim, ...other }, '192.168.1.7')).toBe('member');
    expect(room.admit({ ...claim, ...other }, '127.0.0.1')).toBe('refused');
    expect(room.admit({ ...claim, ...other, ip: 'localhost' }, '127.0.0.1')).toBe('refused');
    expect(room.admit({ ...claim, ...own }, '192.168.1.7')).toBe('refused');
  });

  test('refuses everybody before a J has been sent', () => {
    expect(admit(ALICE)).toBe('refused');
  });

  test('knows the present list only', () => {
    joined(BOB, ALICE);
    replaceMembers(room, '2', [CAROL, BOB], 0);
    expect([admit(ALICE), admit(CAROL)]).toEqual(['unknown', 'member']);
    expect([room.isListed(ALICE), room.isListed(CAROL)]).toEqual([false, true]);
  });
});

describe('candidates', () => {
  function link(member: Member, direction: LinkDirection): void {
    room.links.add({ id: `link-${room.links.size}`, direction, member });
  }

  function candidates(): string[] {
    return room.candidates().map(({ user }) => user);
  }

  test('are those behind us in the ring, in its order', () => {
    joined(CAROL, ALICE, BOB);
    expect(candidates()).toEqual(['carol', 'alice']);
  });

  test('are not those with a backward link to us, until that is gone', () => {
    joined(CAROL, ALICE, BOB);
    link(ALICE, 'backward');
    expect(candidates()).toEqual(['carol']);
    link(CAROL, 'backward');
    expect(candidates()).toEqual([]);
    room.links.remove('link-0');
    expect(candidates()).toEqual(['alice']);
  });

  test('are those with a forward link as well', () => {
    joined(CAROL, ALICE, BOB);
    link(ALICE, 'forward');
    expect(candidates()).toEqual(['carol', 'alice']);
  });

  test('are nobody before a J has been sent', () => {
    replaceMembers(room, '1', [ALICE, CAROL], 0);
    expect(candidates()).toEqual([]);
  });
});

describe('elders', () => {
  function elders(): string[] {
    return room.elders().map(({ user }) => user);
  }

  test('are the candidates that stand behind us in the list, which is newest first', () => {
    joined(CAROL, BOB, ALICE);
    expect(elders()).toEqual(['alice']);
    joined(BOB, CAROL, ALICE);
    replaceMembers(room, '2', [BOB, ALICE, CAROL], 0);
    expect(elders()).toEqual(['carol', 'alice']);
    replaceMembers(room, '3', [ALICE, CAROL, BOB], 0);
    expect(elders()).toEqual([]);
  });

  test('are not those that have a link to us', () => {
    joined(BOB, CAROL, ALICE);
    room.links.add({ id: 'backward-1', direction: 'backward', member: CAROL });
    expect(elders()).toEqual(['alice']);
  });

  test('are nobody where we are not on the list ourselves', () => {
    joined(CAROL, ALICE);
    expect(elders()).toEqual([]);
  });
});

describe('nicknames', () => {
  test("are everybody else's, in the room server's order", () => {
    joined(CAROL, BOB, ALICE);
    expect(room.nicknames()).toEqual(['carol', 'alice']);
  });
});

describe('identify', () => {
  test('begins with nothing', () => {
    expect([room.self, room.flood, room.links]).toEqual([null, null, new LinkTable()]);
  });

  test('makes the flood decision of that room and of that peer', () => {
    room.identify(BOB);
    expect(room.self).toEqual(BOB);
    expect(room.flood?.judge(text('other', ALICE.hid, 1), 'link', 0)).toBe('wrong room');
    expect(room.flood?.judge(text('room', BOB.hid, 1), 'link', 0)).toBe('own name');
    expect(room.flood?.judge(text('room', ALICE.hid, 1), 'link', 0)).toBe('new');
  });

  test('with the same identity changes nothing: our own messages stay our own', () => {
    room.identify(BOB);
    room.lastMsgId = 1;
    room.identify({ ...BOB });
    expect(room.flood?.judge(text('room', BOB.hid, 1), 'link', 0)).toBe('duplicate');
  });

  test('with another address knows our new HID', () => {
    room.identify(BOB);
    const moved = toMember({ ...BOB, ip: '10.0.0.2' });
    room.identify(moved);
    expect(room.flood?.judge(text('room', moved.hid, 1), 'link', 0)).toBe('own name');
    expect(room.self).toEqual(moved);
  });

  test('there is one count of our message IDs, whatever our address: what we have sent stays our own', () => {
    room.identify(BOB);
    room.lastMsgId = 2;
    room.identify(toMember({ ...BOB, ip: '10.0.0.2' }));
    room.identify(BOB);
    const verdicts = [1, 2, 3].map((msgId) => room.flood?.judge(text('room', BOB.hid, msgId), 'link', 0));
    expect(verdicts).toEqual(['duplicate', 'duplicate', 'own name']);
  });

  test('with another room judges for that one, and remembers what has been seen', () => {
    room.identify(BOB);
    room.flood?.judge(text('room', ALICE.hid, 1), 'link', 0);
    name = 'other';
    expect(room.flood?.judge(text('room', ALICE.hid, 2), 'link', 0)).toBe('wrong room');
    expect(room.flood?.judge(text('other', ALICE.hid, 1), 'link', 0)).toBe('duplicate');
  });
});

/** Other implementations send the nickname in place of the HID. */
describe.each([
  ['HID', ALICE.hid],
  ['nickname', ALICE.user],
])('a new incarnation of a peer whose messages carry its %s', (_, origin) => {
  /** What is made of alice's first message when it comes again, later. */
  function firstAgain(atMs = LATER_MS) {
    return room.flood?.judge(text('room', origin, 1), 'link', atMs);
  }

  beforeEach(() => {
    joined(CAROL, BOB, ALICE);
    for (const msgId of [1, 2]) expect(room.flood?.judge(text('room', origin, msgId), 'link', 0)).toBe('new');
  });

  test.each([
    ['a smaller', 1, 'new'],
    ['the same', 2, 'undecided'],
    ['a larger', 3, 'undecided'],
  ])('after a handshake with %s msgID', (_comparison, msgId, expected) => {
    expect(room.handshake(ALICE, msgId, LATER_MS)).toBe(msgId < 2);
    expect(firstAgain()).toBe(expected);
  });

  test('is not confirmed after a handshake that may have crossed the last message, but may be', () => {
    expect(room.handshake(ALICE, 1, DUPLICATE_MS)).toBe(false);
    expect(firstAgain()).toBe('new');
  });

  test('is not taken for told while its old messages are remembered, but by itself', () => {
    const again = text('room', origin, 1);
    replaceMembers(room, '2', [ALICE, CAROL, BOB], 0);
    expect(room.handshake(ALICE, 0, DUPLICATE_MS + 1)).toBe(true);
    expect(room.flood?.judge(again, 'link', DUPLICATE_MS + 1)).toBe('duplicate');
    expect(room.flood?.judge(again, 'link', DUPLICATE_MS + 1, { isOfNewIncarnation: true })).toBe('new');
  });

  test("is not told by somebody else's handshake", () => {
    expect(room.handshake(CAROL, 0, LATER_MS)).toBe(false);
    expect(firstAgain()).toBe('undecided');
  });

  test('is in doubt while no list has it, and then told by the one that has it back', () => {
    replaceMembers(room, '2', [CAROL, BOB], 0);
    expect(firstAgain()).toBe('undecided');
    replaceMembers(room, '3', [ALICE, CAROL, BOB], 0);
    expect(firstAgain()).toBe('new');
  });

  test('when a list has it ahead of somebody that it used to stand behind', () => {
    expect(replaceMembers(room, '2', [ALICE, CAROL, BOB], 0)?.addedAgain).toEqual([ALICE]);
    expect(firstAgain()).toBe('new');
  });

  test('when it is back on the list, though its last message came after it had left', () => {
    replaceMembers(room, '2', [CAROL, BOB], 0);
    expect(room.flood?.judge(text('room', origin, 3), 'link', 0)).toBe('new');
    replaceMembers(room, '3', [ALICE, CAROL, BOB], 0);
    expect(firstAgain()).toBe('new');
  });

  test.each([
    [
      'away and back',
      [
        [CAROL, BOB],
        [ALICE, CAROL, BOB],
      ],
    ],
    ['added again', [[ALICE, CAROL, BOB]]],
  ])(
    'is not told by a list that shows it %s when it has just said that it goes on counting',
    (_how, lists) => {
      const showLists = (nowMs: number) => {
        for (const [index, list] of lists.entries()) replaceMembers(room, `${nowMs} ${index}`, list, nowMs);
      };
      expect(room.handshake(ALICE, 2, LATER_MS - COUNTS_ON_MS)).toBe(false);
      showLists(LATER_MS);
      expect(firstAgain()).toBe('undecided');
      replaceMembers(room, 'back', [CAROL, BOB, ALICE], LATER_MS);
      const muchLaterMs = LATER_MS + JOURNAL_MS + 1;
      showLists(muchLaterMs);
      expect(firstAgain(muchLaterMs)).toBe('new');
    },
  );

  test('is not heard in its first words while others have been away: they may be told what it once said', () => {
    replaceMembers(room, '2', [ALICE, CAROL, BOB], 3_000);
    replaceMembers(room, '3', [ALICE, BOB], 3_000);
    expect(firstAgain(3_000 + JOURNAL_MS)).toBe('duplicate');
    expect(firstAgain(3_000 + JOURNAL_MS + 1)).toBe('new');
  });

  test('is not told by a list in which others come, go and are added again', () => {
    const dave = { user: 'dave', ip: '127.0.0.1', port: 5004 };
    replaceMembers(room, '2', [dave, CAROL, BOB, ALICE], 0);
    replaceMembers(room, '3', [BOB, dave, ALICE], 0);
    replaceMembers(room, '3', [BOB, dave, ALICE], 0);
    expect(firstAgain()).toBe('undecided');
  });
});
