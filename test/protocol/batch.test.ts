/**
 * Goal: a link gets exactly the frames that it is to get, in order, in as few pieces of memory as there can
 * be.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Batch, shareOf } from '../../src/protocol/batch.ts';
import { encode } from '../../src/protocol/encode.ts';
import { FrameDecoder } from '../../src/protocol/frame-decoder.ts';
import { TextSlice } from '../../src/protocol/text/text-slice.ts';

function textBytes(originHid: string, msgId: number): Buffer {
  const header = { room: 'room', originHid, originUser: 'alice', msgId };
  return encode({ kind: 'TEXT', ...header, content: Buffer.from(`message ${msgId}`) });
}

/** The TEXTs of these origins as they lie in one chunk, behind each other. */
function chunkOf(origins: readonly string[]): TextSlice[] {
  const wire = Buffer.concat(origins.map((originHid, index) => textBytes(originHid, index + 1)));
  return new FrameDecoder(8_192).push(wire).filter((raw) => raw instanceof TextSlice);
}

const origins = fc.array(fc.constantFrom('1', '2', '3'), { minLength: 1, maxLength: 40 });

test('what a link gets is what it wants of what is new, byte by byte and frame by frame', () => {
  fc.assert(
    fc.property(origins, fc.func(fc.boolean()), fc.subarray(['1', '2', '3']), (said, isNew, wanted) => {
      const fresh = chunkOf(said).filter(({ msgId }) => isNew(msgId));
      const batch = new Batch(fresh);
      const share = batch.share((originHid) => wanted.includes(originHid));
      const expected = fresh.filter(({ originHid }) => wanted.includes(originHid)).map(({ bytes }) => bytes);
      expect(share.frameCount).toBe(expected.length);
      expect(share.frames().map(({ bytes }) => bytes)).toEqual(expected);
      expect(Buffer.concat(share.pieces()).equals(Buffer.concat(expected))).toBe(true);
      expect(share.pieces().length).toBeLessThanOrEqual(8);
    }),
  );
});

test('links that want different origins each get their own, whatever the one before got', () => {
  fc.assert(
    fc.property(
      origins,
      fc.array(fc.subarray(['1', '2', '3']), { minLength: 2, maxLength: 5 }),
      (said, links) => {
        const batch = new Batch(chunkOf(said));
        for (const wanted of links) {
          const share = batch.share((originHid) => wanted.includes(originHid));
          expect(share.frames().map(({ bytes }) => String(bytes))).toEqual(
            said.flatMap((originHid, index) =>
              wanted.includes(originHid) ? [String(textBytes(originHid, index + 1))] : [],
            ),
          );
        }
      },
    ),
  );
});

test('frames that lie behind each other are one view of their chunk, whatever their origins', () => {
  const fresh = chunkOf(['1', '1', '2', '3', '1']);
  const [piece, ...others] = new Batch(fresh).share(() => true).pieces();
  expect(others).toEqual([]);
  expect(piece?.buffer).toBe(fresh[0]?.buffer.buffer);
});

test('a frame of our own is its own share', () => {
  const bytes = textBytes('1', 1);
  const share = shareOf(bytes);
  const view = { buffer: bytes, start: 0, end: bytes.length, bytes };
  expect([share.frameCount, share.frames(), share.pieces()]).toEqual([1, [view], [bytes]]);
});
