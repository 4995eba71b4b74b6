/**
 * Goal: a member that may be a new process is given what it misses, and no past that is none of its own, only
 * after something has told which process it is. Each row is written by hand from the first comment of
 * contacts.ts.
 */
import { describe, expect, test } from 'vitest';
import { PEER_LIMITS } from '../../../src/limits/peer.ts';
import { toMember } from '../../../src/overlay/member.ts';
import { Contacts } from '../../../src/relay/mending/contacts.ts';
import {
  BOB,
  CAROL,
  EVERY_FRAME,
  FRAMES_MAX,
  fromBob,
  gapAt,
  known,
  lastMsgId,
  listed,
  MINUTE_MS,
  T,
  unlisted,
} from './known-members.ts';

describe('a member that has been restarted: its last ID is lower than one that we have heard', () => {
  /** Bob is on the list for a second time, since T. */
  function restarted(): Contacts {
    const contacts = known();
    contacts.passesDuplicatesOn(BOB);
    contacts.linkEnded(BOB, 'lost', T - 1_000);
    contacts.listChanged({ joined: [], left: [], addedAgain: [BOB] }, lastMsgId, T);
    return contacts;
  }
  test.each([0, 1, 6])(
    'gets nothing by itself, and never what was said before it was added again (%i)',
    (msgId) => {
      const contacts = restarted();
      expect(gapAt(contacts, T + 1_000, msgId)?.probable).toBeNull();
      expect(contacts.possibleSinceMs(BOB, T - MINUTE_MS)).toBe(T);
    },
  );

  test('so does one that was absent meanwhile', () => {
    const contacts = known();
    unlisted(contacts, T - 1_000, BOB);
    listed(contacts, T, BOB);
    expect(gapAt(contacts, T + 1_000, 6)?.probable).toBeNull();
    expect(contacts.possibleSinceMs(BOB, T - MINUTE_MS)).toBe(T);
  });

  test('is known when it says so for the second time: its next break is mended as any other', () => {
    const contacts = restarted();
    gapAt(contacts, T + 1_000, 2);
    contacts.linkEnded(BOB, 'reset', T + 2_000);
    expect(gapAt(contacts, T + MINUTE_MS, 3)).toMatchObject({
      probable: { sinceMs: T + 2_000, framesMax: FRAMES_MAX },
    });
  });

  test('gets nothing again where it has been restarted once more', () => {
    const contacts = restarted();
    gapAt(contacts, T + 1_000, 4);
    contacts.listChanged({ joined: [], left: [], addedAgain: [BOB] }, lastMsgId, T + 2_000);
    expect(gapAt(contacts, T + 3_000, 3)?.probable).toBeNull();
    expect(contacts.possibleSinceMs(BOB, T - MINUTE_MS)).toBe(T + 2_000);
  });
});

describe('a member with ID 0, of which we have heard nothing: it may be a new process', () => {
  const silent = (contacts: Contacts, nowMs: number) => contacts.gapAt(fromBob(), 0, -1, nowMs);

  test('is given nothing by itself; what it misses if it is not one is told for the next list', () => {
    const contacts = known();
    contacts.linkEnded(BOB, 'lost', T - 5_000);
    expect(silent(contacts, T + MINUTE_MS)).toEqual({
      probable: null,
      signSinceMs: null,
      ifUnmoved: { sinceMs: T - MINUTE_MS, framesMax: EVERY_FRAME, inTouchMs: T },
    });
  });

  test('is asked about only where a break is mended', () => {
    expect(silent(known(), T + 1_000)?.ifUnmoved).toBeNull();
  });

  test('that was added again gets nothing of before', () => {
    const contacts = known();
    contacts.linkEnded(BOB, 'lost', T - 5_000);
    contacts.listChanged({ joined: [], left: [], addedAgain: [BOB] }, lastMsgId, T + 1_000);
    expect(silent(contacts, T + MINUTE_MS)?.ifUnmoved?.sinceMs).toBe(T + 1_000);
  });

  test('is the same as long as somebody stands ahead of it who was added before it was last in touch', () => {
    const contacts = known();
    const dave = toMember({ user: 'dave', ip: '10.0.0.4', port: 5_000 });
    listed(contacts, T + 1_000, dave);
    expect(contacts.isUnmoved(BOB, T, [CAROL, BOB])).toBe(true);
    expect(contacts.isUnmoved(BOB, T, [dave, CAROL, BOB])).toBe(true);
    // A new process would stand at the head, but for those that were added after it.
    expect(contacts.isUnmoved(BOB, T, [BOB, CAROL])).toBe(false);
    expect(contacts.isUnmoved(BOB, T, [dave, BOB, CAROL])).toBe(false);
    expect(contacts.isUnmoved(BOB, T, [dave, CAROL])).toBe(false);
  });

  test('is not known to be the same where those ahead of it were added again, too', () => {
    const contacts = known();
    contacts.listChanged({ joined: [], left: [], addedAgain: [CAROL] }, lastMsgId, T + 1_000);
    expect(contacts.isUnmoved(BOB, T, [CAROL, BOB])).toBe(false);
  });
});

test('who is new on the first list after our last neighbour has gone may have been there since the one before', () => {
  const contacts = new Contacts(PEER_LIMITS);
  listed(contacts, 0, CAROL);
  contacts.weMayHaveBeenAlone();
  listed(contacts, T, BOB);
  expect(gapAt(contacts, T + 1_000)?.probable).toEqual({ sinceMs: T - MINUTE_MS, framesMax: FRAMES_MAX });
});

describe('since when a member may miss something that has shown that it remembers what was said', () => {
  test('is since it was listed, or since what it remembers', () => {
    const contacts = known();
    expect(contacts.possibleSinceMs(BOB, T)).toBe(0);
    expect(contacts.possibleSinceMs(BOB, -1_000)).toBe(-1_000);
  });

  test('is since it was listed where it remembers what was said before it was added again', () => {
    const contacts = known();
    contacts.listChanged({ joined: [], left: [], addedAgain: [] }, lastMsgId, T);
    contacts.listChanged({ joined: [], left: [], addedAgain: [BOB] }, lastMsgId, T + 20_000);
    expect(contacts.possibleSinceMs(BOB, T + 10_000)).toBe(T + 10_000);
    expect(contacts.possibleSinceMs(BOB, T - 1)).toBe(0);
    // It is the one that we know: what it shows later changes nothing.
    expect(contacts.possibleSinceMs(BOB, T + 10_000)).toBe(0);
  });

  test('is since a message showed a new incarnation, however much of before it brings', () => {
    const contacts = known();
    contacts.newIncarnation(BOB.hid, T + 5_000);
    contacts.newIncarnation('somebody', T + 5_000);
    expect(contacts.possibleSinceMs(BOB, T)).toBe(T + 5_000);
    contacts.linkEnded(BOB, 'lost', T + 6_000);
    expect(contacts.gapAt(fromBob(), 1, 1, T + MINUTE_MS)?.probable?.sinceMs).toBe(T + 5_000);
  });

  test('is what it remembers for one that is on no list', () => {
    expect(new Contacts(PEER_LIMITS).possibleSinceMs(BOB, T)).toBe(T);
  });
});

test('who is new on the first list after we were cut off may have been there since the one before', () => {
  const contacts = new Contacts(PEER_LIMITS);
  listed(contacts, T, CAROL);
  contacts.weWereCutOff();
  listed(contacts, T + 20_000, BOB);
  expect(contacts.gapAt(fromBob(), 4, -1, T + 21_000)?.probable?.sinceMs).toBe(T);
  const other = new Contacts(PEER_LIMITS);
  listed(other, T, CAROL);
  listed(other, T + 20_000, BOB);
  expect(other.gapAt(fromBob(), 4, -1, T + 21_000)?.probable?.sinceMs).toBe(T + 20_000);
});

describe('a member with ID 0: it has said nothing yet, or is new', () => {
  const forward = { direction: 'forward', member: BOB } as const;

  function joinedAt(listedMs: number): Contacts {
    const contacts = new Contacts(PEER_LIMITS);
    listed(contacts, listedMs, BOB);
    return contacts;
  }

  test('that we dial is shown by a message since it is listed that we are no new process', () => {
    expect(joinedAt(T).gapAt(forward, 0, -1, T + MINUTE_MS)).toEqual({
      probable: null,
      signSinceMs: T,
      ifUnmoved: null,
    });
  });

  const suspicions: [string, (contacts: Contacts) => void][] = [
    ['a link with it has ended', (contacts) => contacts.linkEnded(BOB, 'closed', null)],
    ['it has left the list', (contacts) => unlisted(contacts, T + 1_000, BOB)],
    [
      'it was added to the list again',
      (contacts) => contacts.listChanged({ joined: [], left: [], addedAgain: [BOB] }, lastMsgId, T + 1_000),
    ],
  ];
  test.each(suspicions)('is shown nothing where %s', (_, happen) => {
    const contacts = joinedAt(T);
    happen(contacts);
    expect(contacts.gapAt(forward, 0, -1, T + MINUTE_MS)?.signSinceMs).toBeNull();
  });

  test('is shown nothing where it has dialled us', () => {
    const gap = joinedAt(T).gapAt(fromBob(), 0, -1, T + MINUTE_MS);
    expect(gap?.signSinceMs).toBeNull();
  });
});
