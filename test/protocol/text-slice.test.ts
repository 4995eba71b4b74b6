/** Goal: a TextSlice shows exactly what lies in the received bytes, and copies none of them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encode } from '../../src/protocol/encode.ts';
import { Splitter } from '../../src/protocol/splitter.ts';
import { TextSlice } from '../../src/protocol/text-slice.ts';
import { frame, textFrame } from './arbitraries.ts';
import { bytesOf } from './cutting.ts';

/** The TEXT behind `before` and in front of `after`, all in one chunk. */
function received(before: Buffer, text: Buffer, after: Buffer): { chunk: Buffer; slice: TextSlice } {
  const chunk = Buffer.concat([before, text, after]);
  const slice = new Splitter(8_192)
    .push(chunk)
    .find((cut) => cut.kind === 'TEXT' && cut.start === before.length);
  if (!(slice instanceof TextSlice)) throw new Error('no TEXT where it was put');
  return { chunk, slice };
}

test('the bytes that came in are the bytes that go out, without a copy', () => {
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 3 }), textFrame, frame, (before, text, after) => {
      const wire = encode(text);
      const { chunk, slice } = received(Buffer.concat(before.map(encode)), wire, encode(after));
      expect(slice.bytes.equals(wire)).toBe(true);
      expect(slice.bytes.buffer).toBe(chunk.buffer);
      expect([slice.start, slice.end - slice.start]).toEqual([
        slice.bytes.byteOffset - chunk.byteOffset,
        wire.length,
      ]);
    }),
  );
});

test('isRoom and isOrigin say what comparing the strings says', () => {
  fc.assert(
    fc.property(textFrame, textFrame, (text, other) => {
      const { slice } = received(Buffer.alloc(0), encode(text), Buffer.alloc(0));
      for (const room of [text.room, other.room, '', `${text.room}x`, text.room.slice(0, -1)])
        expect(slice.isRoom(bytesOf(room))).toBe(room === slice.room);
      for (const origin of [
        text.originHid,
        other.originHid,
        '',
        `${text.originHid}x`,
        text.originHid.slice(1),
      ])
        expect(slice.isOrigin(bytesOf(origin))).toBe(origin === slice.originHid);
      expect(slice.isRoom(bytesOf(text.room)) && slice.isOrigin(bytesOf(text.originHid))).toBe(true);
    }),
  );
});
