/** Goal: each message of our room is shown and forwarded once, whatever way it comes, and no other. */
import { beforeEach, describe, expect, test } from 'vitest';
import { Flood } from '../../src/overlay/flood.ts';
import { SeenCache } from '../../src/overlay/seen/seen-cache.ts';
import { passedOn } from './seen/tools/passed-on.ts';
import { text } from './tools/texts.ts';

const ALICE_HID = '3382070009828795609';
const BOB_HID = '17852666819177020069';
const DUPLICATE_MS = 100;
const SEED = 7;
/** The last message ID that bob has used. */
let lastMsgId = 0;

beforeEach(() => {
  lastMsgId = 0;
});

function seenCache(): SeenCache {
  const bounds = {
    seenMax: 100,
    originsMax: 100,
    idRangesMax: 16,
    contentsPerIdMax: 8,
    firstMessagesMax: 16,
    lastingContentsMax: 1_000,
  };
  return new SeenCache({ seenMs: 1_000, duplicateMs: DUPLICATE_MS, countsOnMs: 300, ...bounds }, SEED);
}

/** The flood decision of bob. */
function flood(room = 'room', seen = seenCache()): Flood {
  return new Flood({
    room: () => room,
    selfHid: BOB_HID,
    seen,
    passedOn: passedOn(),
    seed: SEED,
    strangerMessagesMax: 100,
    mayBeSaidAgain: () => false,
    lastMsgId: () => lastMsgId,
    isOfMember: () => true,
  });
}

describe('judge', () => {
  test('a message is new once and a duplicate from then on', () => {
    const judge = flood();
    const verdicts = [0, 1, 2].map((nowMs) => judge.judge(text('room', ALICE_HID, 1), 'link', nowMs));
    expect(verdicts).toEqual(['new', 'duplicate', 'duplicate']);
  });

  test('origin, ID and content make the message', () => {
    const judge = flood();
    expect(judge.judge(text('room', ALICE_HID, 1, 'one'), 'link', 0)).toBe('new');
    expect(judge.judge(text('room', ALICE_HID, 2, 'one'), 'link', 0)).toBe('new');
    expect(judge.judge(text('room', '3382070009828795610', 1, 'one'), 'link', 0)).toBe('new');
    expect(judge.judge(text('room', 'alice', 1, 'one'), 'link', 0)).toBe('new');
    expect(judge.judge(text('room', ALICE_HID, 1, 'two'), 'link', 0)).toBe('new');
    expect(judge.judge(text('room', ALICE_HID, 1, 'one'), 'link', 0)).toBe('duplicate');
  });

  test('a message that comes again after a while is undecided, and a duplicate when it is settled', () => {
    const judge = flood();
    judge.judge(text('room', ALICE_HID, 1), 'link', 0);
    const late = text('room', ALICE_HID, 1);
    expect(judge.judge(late, 'link', 500)).toBe('duplicate');
    expect([judge.judge(late, 'link', 5_000), judge.judge(late, 'link', 5_001, { isSettled: true })]).toEqual(
      ['undecided', 'duplicate'],
    );
  });

  test('a message that is settled after the list has shown a new incarnation is new', () => {
    const seen = seenCache();
    const judge = flood('room', seen);
    judge.judge(text('room', ALICE_HID, 1), 'link', 0);
    seen.suspect(ALICE_HID, 0);
    expect(judge.judge(text('room', ALICE_HID, 1), 'link', 5_000, { isSettled: true })).toBe('new');
  });

  test('a message that comes from its origin itself, after a handshake that told a new incarnation, is new', () => {
    const seen = seenCache();
    const judge = flood('room', seen);
    judge.judge(text('room', ALICE_HID, 1), 'link', 0);
    const again = text('room', ALICE_HID, 1);
    const isOfNewIncarnation = seen.handshake(ALICE_HID, 0, 500);
    const verdicts = [
      judge.judge(again, 'link', 500, { isOfNewIncarnation }),
      judge.judge(again, 'link', 500),
    ];
    expect([isOfNewIncarnation, ...verdicts]).toEqual([true, 'new', 'duplicate']);
  });

  test.each(['other', 'roo', 'rooms', 'Room', 'xroom'])('room %s is not ours', (room) => {
    expect(flood().judge(text(room, ALICE_HID, 1), 'link', 0)).toBe('wrong room');
    expect(flood().judge(text(room, BOB_HID, 1), 'link', 0)).toBe('wrong room');
  });

  test('a message of another room is not remembered: the same one of ours is new', () => {
    const judge = flood();
    expect(judge.judge(text('other', ALICE_HID, 1), 'link', 0)).toBe('wrong room');
    expect(judge.judge(text('room', ALICE_HID, 1), 'link', 0)).toBe('new');
    expect(judge.judge(text('other', ALICE_HID, 1), 'link', 0)).toBe('wrong room');
  });
});

describe('a message under our own HID', () => {
  test.each([false, true])('is a duplicate when we have sent it (settled: %s)', (isSettled) => {
    const judge = flood();
    lastMsgId = 2;
    const verdicts = [1, 2].map((msgId) =>
      judge.judge(text('room', BOB_HID, msgId), 'link', 1e9, { isSettled }),
    );
    expect(verdicts).toEqual(['duplicate', 'duplicate']);
  });

  test.each([0, 1, 3, 4_000])('is never shown when it is none of ours: msgID %d', (msgId) => {
    const judge = flood();
    lastMsgId = msgId === 1 ? 0 : 2;
    const forged = text('room', BOB_HID, msgId, 'forged');
    expect([judge.judge(forged, 'link', 0), judge.judge(forged, 'link', 0, { isSettled: true })]).toEqual([
      'own name',
      'own name',
    ]);
  });

  test('costs the seen-cache nothing', () => {
    const seen = seenCache();
    const judge = flood('room', seen);
    lastMsgId = 1;
    for (const msgId of [0, 1, 2]) judge.judge(text('room', BOB_HID, msgId), 'link', 0);
    expect([seen.size, seen.originCount]).toEqual([0, 0]);
  });

  test.each(['1785266681917702006', '178526668191770200699', 'bob', BOB_HID.replace('1', '2')])(
    'is not one under %s',
    (hid) => {
      expect(flood().judge(text('room', hid, 1), 'link', 0)).toBe('new');
    },
  );
});
