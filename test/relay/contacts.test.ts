/**
 * Goal: as little as is needed is sent over a link that mends a break, and nothing over an ordinary new one.
 * Each row says what has happened to a member, and when; what may be missing there is written by hand from
 * the first comment of contacts.ts.
 */
import { describe, expect, test } from 'vitest';
import { PEER_LIMITS } from '../../src/limits/peer.ts';
import { type Member, toMember } from '../../src/overlay/member.ts';
import { Contacts, type Gap, type Missing } from '../../src/relay/mending/contacts.ts';

const BOB = toMember({ user: 'bob', ip: '10.0.0.2', port: 5_000 });
const CAROL = toMember({ user: 'carol', ip: '10.0.0.3', port: 5_000 });
const MINUTE_MS = 60_000;
const EVERY_FRAME = Number.POSITIVE_INFINITY;
const FRAMES_MAX = 200;
/** When everything that is of interest begins: long after the members have joined. */
const T = 30 * MINUTE_MS;

/** Of everybody, message 7 was heard last. */
function lastMsgId(): number {
  return 7;
}

function listed(contacts: Contacts, nowMs: number, ...joined: Member[]): void {
  contacts.listChanged({ joined, left: [], addedAgain: [] }, lastMsgId, nowMs);
}

function unlisted(contacts: Contacts, nowMs: number, ...left: Member[]): void {
  contacts.listChanged({ joined: [], left, addedAgain: [] }, lastMsgId, nowMs);
}

/** Bob and Carol, on the list since 0, last heard at T. */
function known(): Contacts {
  const contacts = new Contacts(PEER_LIMITS);
  listed(contacts, 0, BOB, CAROL);
  for (const { hid } of [BOB, CAROL]) contacts.heard(hid, T);
  return contacts;
}

/** A link that Bob has dialled. */
function fromBob() {
  return { direction: 'backward', member: BOB } as const;
}

/** Bob links again at this time, goes on counting, and was heard up to message 7. */
function gapAt(contacts: Contacts, nowMs: number, msgId = 7): Gap | null {
  return contacts.gapAt(fromBob(), msgId, 7, nowMs);
}

describe('nothing is missing at a member', () => {
  const table: [string, (contacts: Contacts) => Gap | null][] = [
    [
      'that we have never heard of',
      (contacts) => contacts.gapAt({ ...fromBob(), member: toMember({ ...BOB, port: 1 }) }, 9, -1, T),
    ],
    [
      'that passes on what it has had before',
      (contacts) => {
        contacts.passesDuplicatesOn(BOB);
        contacts.linkEnded(BOB, 'lost', T);
        return gapAt(contacts, T + MINUTE_MS);
      },
    ],
  ];
  test.each(table)('%s', (_, gapOf) => {
    expect(gapOf(known())).toBeNull();
  });
});

describe('what is probably missing', () => {
  const table: [string, (contacts: Contacts) => Gap | null, Missing][] = [
    [
      'at one whose link was reset: what was not delivered, at most 200 frames',
      (contacts) => {
        contacts.linkEnded(BOB, 'reset', T - 5_000);
        return gapAt(contacts, T + 1_000);
      },
      { sinceMs: T - 5_000, framesMax: FRAMES_MAX },
    ],
    [
      'at one whose two links were reset: from the earlier moment on',
      (contacts) => {
        contacts.linkEnded(BOB, 'reset', T - 5_000);
        contacts.linkEnded(BOB, 'reset', T - 2_000);
        return gapAt(contacts, T + 1_000);
      },
      { sinceMs: T - 5_000, framesMax: FRAMES_MAX },
    ],
    [
      'at one whose link was lost: all of what was not delivered, and of a minute before it was last heard',
      (contacts) => {
        contacts.linkEnded(BOB, 'lost', T - 5_000);
        return gapAt(contacts, T + 5 * MINUTE_MS);
      },
      { sinceMs: T - MINUTE_MS, framesMax: EVERY_FRAME },
    ],
    [
      'at one whose link was lost long after it had taken something: from then on',
      (contacts) => {
        contacts.linkEnded(BOB, 'lost', T - 3 * MINUTE_MS);
        return gapAt(contacts, T + 5 * MINUTE_MS);
      },
      { sinceMs: T - 3 * MINUTE_MS, framesMax: EVERY_FRAME },
    ],
    [
      'at one that could not be reached: all since a minute before it was last heard',
      (contacts) => {
        contacts.linkEnded(BOB, 'lost', null);
        return gapAt(contacts, T + 5 * MINUTE_MS);
      },
      { sinceMs: T - MINUTE_MS, framesMax: EVERY_FRAME },
    ],
    [
      'at one whose link was lost, and that was heard by another way since: nothing says that it was cut off',
      (contacts) => {
        contacts.linkEnded(BOB, 'lost', null);
        contacts.heard(BOB.hid, T + 4 * MINUTE_MS);
        return gapAt(contacts, T + 4 * MINUTE_MS + 1_000);
      },
      { sinceMs: T + 3 * MINUTE_MS, framesMax: FRAMES_MAX },
    ],
    [
      'at one that was absent from the list: all since a minute before it was last heard',
      (contacts) => {
        unlisted(contacts, T + 10_000, BOB);
        listed(contacts, T + 2 * MINUTE_MS, BOB);
        return gapAt(contacts, T + 2 * MINUTE_MS);
      },
      { sinceMs: T - MINUTE_MS, framesMax: EVERY_FRAME },
    ],
    [
      'at everybody, where we were cut off ourselves',
      (contacts) => {
        contacts.weWereCutOff();
        return gapAt(contacts, T + 2 * MINUTE_MS);
      },
      { sinceMs: T - MINUTE_MS, framesMax: EVERY_FRAME },
    ],
    [
      'at one that nothing has happened to: the horizon of 90 s and a minute more',
      (contacts) => gapAt(contacts, T + 5 * MINUTE_MS),
      { sinceMs: T + 5 * MINUTE_MS - 150_000, framesMax: FRAMES_MAX },
    ],
    [
      'at one that was heard within the horizon: a minute more than since then',
      (contacts) => gapAt(contacts, T + 89_000),
      { sinceMs: T - MINUTE_MS, framesMax: FRAMES_MAX },
    ],
    [
      'at one whose link was closed by either side: as if nothing had happened',
      (contacts) => {
        contacts.linkEnded(BOB, 'closed', null);
        return gapAt(contacts, T + 1_000);
      },
      { sinceMs: T - MINUTE_MS, framesMax: FRAMES_MAX },
    ],
    [
      'what happened to another member changes nothing',
      (contacts) => {
        contacts.linkEnded(CAROL, 'lost', T - 3 * MINUTE_MS);
        contacts.passesDuplicatesOn(CAROL);
        return gapAt(contacts, T + 1_000);
      },
      { sinceMs: T - MINUTE_MS, framesMax: FRAMES_MAX },
    ],
  ];
  test.each(table)('%s', (_, gapOf, expected) => {
    expect(gapOf(known())).toEqual({
      probable: expected,
      signSinceMs: expected.framesMax === EVERY_FRAME ? 0 : expect.any(Number),
      ifUnmoved: null,
    });
  });
});

describe('who joins', () => {
  test('gets nothing of what was said before it was on the list, whatever has happened to us', () => {
    const contacts = new Contacts(PEER_LIMITS);
    listed(contacts, T, BOB);
    contacts.weWereCutOff();
    expect(contacts.gapAt(fromBob(), 3, -1, T + 1_000)).toEqual({
      probable: { sinceMs: T, framesMax: EVERY_FRAME },
      signSinceMs: T,
      ifUnmoved: null,
    });
  });

  test('again after it was absent for longer than the journal lasts is a stranger', () => {
    const contacts = known();
    unlisted(contacts, T, BOB);
    unlisted(contacts, T + 10 * MINUTE_MS, CAROL);
    expect(gapAt(contacts, T + 10 * MINUTE_MS)).not.toBeNull();
    const other = known();
    unlisted(other, T, BOB);
    unlisted(other, T + 10 * MINUTE_MS + 1, CAROL);
    expect(gapAt(other, T + 10 * MINUTE_MS + 1)).toBeNull();
    listed(other, T + 11 * MINUTE_MS, BOB);
    expect(gapAt(other, T + 12 * MINUTE_MS)?.probable?.sinceMs).toBe(T + 11 * MINUTE_MS);
  });
});

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

test('who was not cut off is shown no sign that is older than two minutes', () => {
  expect(gapAt(known(), T + 3 * MINUTE_MS)?.signSinceMs).toBe(T + MINUTE_MS);
  const young = new Contacts(PEER_LIMITS);
  listed(young, T, BOB);
  expect(gapAt(young, T + MINUTE_MS)?.signSinceMs).toBe(T);
});

test('a link that comes up ends the break: the next one has nothing to mend of it', () => {
  const contacts = known();
  contacts.linkEnded(BOB, 'reset', T - 3 * MINUTE_MS);
  contacts.weWereCutOff();
  gapAt(contacts, T + MINUTE_MS);
  expect(gapAt(contacts, T + MINUTE_MS + 1_000)?.probable).toMatchObject({
    sinceMs: T,
    framesMax: FRAMES_MAX,
  });
});

test('who is heard by another way is in touch, but what was not delivered to it is still missing', () => {
  const contacts = known();
  contacts.linkEnded(BOB, 'lost', T - 3 * MINUTE_MS);
  contacts.heard(BOB.hid, T + MINUTE_MS);
  contacts.heard('somebody', T + MINUTE_MS);
  expect(gapAt(contacts, T + 2 * MINUTE_MS)?.probable).toMatchObject({
    sinceMs: T - 3 * MINUTE_MS,
    framesMax: FRAMES_MAX,
  });
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
