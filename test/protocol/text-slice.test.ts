/** Goal: a TextSlice shows exactly what lies in the received bytes, and copies none of them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encode } from '../../src/protocol/encode.ts';
import { FrameDecoder } from '../../src/protocol/frame-decoder.ts';
import { TextSlice } from '../../src/protocol/text/text-slice.ts';
import { frame, textFrame } from './tools/arbitraries.ts';
import { bytesOf } from './tools/decoding.ts';

/** The TEXT behind `before` and in front of `after`, all in one chunk. */
function received(before: Buffer, text: Buffer, after: Buffer): { chunk: Buffer; slice: TextSlice } {
  const chunk = Buffer.concat([before, text, after]);
  const slice = new FrameDecoder(8_192)
    .push(chunk)
    .find((raw) => raw.kind === 'TEXT' && raw.start === before.length);
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

test('TEXTs with the same beginning in a row share their header, and nobody else does', () => {
  fc.assert(
    fc.property(textFrame, textFrame, (text, other) => {
      const wire = Buffer.concat([text, { ...text, msgId: 0 }, other].map(encode));
      const [first, second, third] = new FrameDecoder(8_192).push(wire);
      if (!(first instanceof TextSlice && second instanceof TextSlice && third instanceof TextSlice))
        throw new Error('no TEXTs');
      expect(second.header).toBe(first.header);
      const isSame =
        other.room === text.room &&
        other.originHid === text.originHid &&
        other.originUser === text.originUser;
      expect(third.header === second.header).toBe(isSame);
      const { room, originHid, originUser } = other;
      expect([third.room, third.originHid, third.originUser]).toEqual([room, originHid, originUser]);
    }),
  );
});

test('a header lives on when the chunk that it came in is gone', () => {
  const wire = encode({
    kind: 'TEXT',
    room: 'r',
    originHid: '1',
    originUser: 'u',
    msgId: 1,
    content: bytesOf('x'),
  });
  const { chunk, slice } = received(Buffer.alloc(0), wire, wire);
  chunk.fill(0);
  expect([slice.header.room, slice.header.originHid, slice.header.originUser]).toEqual(['r', '1', 'u']);
});

test('contentText is the content read as UTF-8', () => {
  fc.assert(
    fc.property(textFrame, frame, (text, after) => {
      const { slice } = received(Buffer.alloc(0), encode(text), encode(after));
      expect(slice.contentText).toBe(slice.content.toString('utf8'));
    }),
  );
});
