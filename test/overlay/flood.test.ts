/** Goal: each message of our room is shown and forwarded once, whatever way it comes, and no other. */
import { describe, expect, test } from 'vitest';
import { Flood } from '../../src/overlay/flood.ts';
import { SeenCache } from '../../src/overlay/seen-cache.ts';
import { encode } from '../../src/protocol/encode.ts';
import { Splitter } from '../../src/protocol/splitter.ts';
import { TextSlice } from '../../src/protocol/text-slice.ts';

const ALICE_HID = '3382070009828795609';

function flood(room = 'room'): Flood {
  return new Flood(room, new SeenCache({ keepMs: 1_000, max: 100 }));
}

/** A TEXT as a link delivers it. */
function text(room: string, originHid: string, msgId: number, content = 'hello'): TextSlice {
  const wire = encode({
    kind: 'TEXT',
    room,
    originHid,
    originUser: 'alice',
    msgId,
    content: Buffer.from(content),
  });
  const [cut] = new Splitter(8_192).push(wire);
  if (!(cut instanceof TextSlice)) throw new Error('no TEXT');
  return cut;
}

describe('judge', () => {
  test('a message is new once and a duplicate from then on', () => {
    const judge = flood();
    const verdicts = [0, 1, 2].map((nowMs) => judge.judge(text('room', ALICE_HID, 1), nowMs));
    expect(verdicts).toEqual(['new', 'duplicate', 'duplicate']);
  });

  test('origin and ID make the message: its content and its name do not', () => {
    const judge = flood();
    expect(judge.judge(text('room', ALICE_HID, 1, 'one'), 0)).toBe('new');
    expect(judge.judge(text('room', ALICE_HID, 1, 'two'), 0)).toBe('duplicate');
    expect(judge.judge(text('room', ALICE_HID, 2, 'one'), 0)).toBe('new');
    expect(judge.judge(text('room', '17852666819177020069', 1, 'one'), 0)).toBe('new');
    expect(judge.judge(text('room', 'alice', 1, 'one'), 0)).toBe('new');
  });

  test.each(['other', 'roo', 'rooms', 'Room', 'xroom'])('room %s is not ours', (room) => {
    expect(flood().judge(text(room, ALICE_HID, 1), 0)).toBe('wrong room');
  });

  test('a message of another room is not remembered: the same one of ours is new', () => {
    const judge = flood();
    expect(judge.judge(text('other', ALICE_HID, 1), 0)).toBe('wrong room');
    expect(judge.judge(text('room', ALICE_HID, 1), 0)).toBe('new');
    expect(judge.judge(text('other', ALICE_HID, 1), 0)).toBe('wrong room');
  });

  test('a message is new again when the cache has forgotten it: its origin has restarted', () => {
    const judge = flood();
    expect([
      judge.judge(text('room', ALICE_HID, 1), 0),
      judge.judge(text('room', ALICE_HID, 1), 3_000),
    ]).toEqual(['new', 'new']);
  });
});

test('our own message is a duplicate when a cycle brings it back, and only that one', () => {
  const judge = flood();
  judge.rememberOwn(ALICE_HID, 1, 0);
  expect(judge.judge(text('room', ALICE_HID, 1), 5)).toBe('duplicate');
  expect(judge.judge(text('room', ALICE_HID, 2), 5)).toBe('new');
});
