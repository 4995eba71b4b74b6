/**
 * Goal: as little as is needed is sent over a link that mends a break, and nothing over an ordinary new one.
 * Each row says what has happened to a member, and when; what may be missing there is written by hand from
 * the first comment of contacts.ts.
 */
import { describe, expect, test } from 'vitest';
import { PEER_LIMITS } from '../../../src/limits/peer.ts';
import { toMember } from '../../../src/overlay/member.ts';
import { Contacts, type Gap, type Missing } from '../../../src/relay/mending/contacts.ts';
import {
  BOB,
  CAROL,
  EVERY_FRAME,
  FRAMES_MAX,
  fromBob,
  gapAt,
  known,
  listed,
  MINUTE_MS,
  T,
  unlisted,
} from './known-members.ts';

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
