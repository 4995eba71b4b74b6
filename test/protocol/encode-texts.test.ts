/** Goal: many TEXTs encoded at once are, byte for byte, what `encode` makes of each, and refused alike. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encode } from '../../src/protocol/encode.ts';
import { UnencodableFrameError } from '../../src/protocol/errors.ts';
import { FrameDecoder } from '../../src/protocol/frame-decoder.ts';
import { encodeTexts, type TextOrigin } from '../../src/protocol/text/encode-texts.ts';
import { TextSlice } from '../../src/protocol/text/text-slice.ts';
import { msgId, name, opaqueField } from './tools/arbitraries.ts';

const FRAME_MAX_BYTES = 8_192;
const ALICE: TextOrigin = { room: 'room', originHid: '3382070009828795609', originUser: 'alice' };

/** Each TEXT by itself. */
function oneByOne(origin: TextOrigin, firstMsgId: number, contents: readonly string[]): Buffer[] {
  return contents.map((content, at) =>
    encode({ kind: 'TEXT', ...origin, msgId: firstMsgId + at, content: Buffer.from(content, 'utf8') }),
  );
}

function hex(buffers: readonly Buffer[]): string[] {
  return buffers.map((bytes) => bytes.toString('hex'));
}

describe('exact bytes', () => {
  test('of several messages, which lie one behind the other', () => {
    const texts = encodeTexts(ALICE, 9, ['hello', '', 'a:b', 'a::\r\nb', 'é€']);
    const wire =
      'T:room:3382070009828795609:alice:9:5:hello::\r\n' +
      'T:room:3382070009828795609:alice:10:0:::\r\n' +
      'T:room:3382070009828795609:alice:11:3:a:b::\r\n' +
      'T:room:3382070009828795609:alice:12:6:a::\r\nb::\r\n' +
      'T:room:3382070009828795609:alice:13:5:\xc3\xa9\xe2\x82\xac::\r\n';
    expect(Buffer.concat(texts.map(({ bytes }) => bytes)).toString('latin1')).toBe(wire);
    expect(new Set(texts.map(({ buffer }) => buffer)).size).toBe(1);
    expect(texts.slice(1).map(({ start }) => start)).toEqual(texts.slice(0, -1).map(({ end }) => end));
    expect(texts.map(({ msgId }) => msgId)).toEqual([9, 10, 11, 12, 13]);
    expect(texts.map(({ contentText }) => contentText)).toEqual(['hello', '', 'a:b', 'a::\r\nb', 'é€']);
    expect(texts.map(({ room, originHid, originUser }) => ({ room, originHid, originUser }))).toEqual(
      Array(5).fill(ALICE),
    );
  });

  test('of none', () => {
    expect(encodeTexts(ALICE, 1, [])).toEqual([]);
  });
});

describe('the same bytes as one by one', () => {
  const character = fc.oneof(
    fc.constantFrom(':', '::', '::\r\n', '\r\n', 'T:', '\u0000', 'a', '0', 'é', '€', '😀', '\ud800'),
    fc.nat(0x10ffff).map((code) => String.fromCodePoint(code)),
  );
  const contents = fc.array(fc.string({ unit: character, maxLength: 40 }), { minLength: 1, maxLength: 20 });
  const origin = fc.record({ room: name, originHid: opaqueField, originUser: opaqueField });
  const firstMsgId = fc.oneof(
    fc.nat(1_000),
    msgId.map((id) => Math.max(0, id - 20)),
  );

  test('whatever is said, and read back as the same messages', () => {
    fc.assert(
      fc.property(origin, firstMsgId, contents, (from, first, said) => {
        const texts = encodeTexts(from, first, said);
        const expected = oneByOne(from, first, said);
        expect(hex(texts.map(({ bytes }) => bytes))).toEqual(hex(expected));
        const rawFrames = new FrameDecoder(FRAME_MAX_BYTES).push(Buffer.concat(expected));
        expect(rawFrames).toHaveLength(said.length);
        for (const [at, raw] of rawFrames.entries()) {
          const text = texts[at];
          if (!(raw instanceof TextSlice) || !text) throw new Error('no TEXT');
          expect([text.msgId, text.originHid, text.originUser, text.room, text.contentText]).toEqual([
            raw.msgId,
            raw.originHid,
            raw.originUser,
            raw.room,
            raw.contentText,
          ]);
        }
      }),
    );
  });
});

describe('refused, as `encode` refuses', () => {
  const table: [string, Partial<TextOrigin>, number, number][] = [
    ['a room with a colon', { room: 'a:b' }, 1, 1],
    ['an empty room', { room: '' }, 1, 1],
    ['a room of 33 characters', { room: 'x'.repeat(33) }, 1, 1],
    ['an origin with a colon', { originHid: '1:2' }, 1, 1],
    ['an empty origin', { originHid: '' }, 1, 1],
    ['a user with an end mark', { originUser: 'x::\r\n' }, 1, 1],
    ['a user outside of a byte', { originUser: '€' }, 1, 1],
    ['a negative ID', {}, -1, 1],
    ['a broken ID', {}, 1.5, 1],
    ['no ID at all', {}, Number.NaN, 1],
    ['a last ID that no number holds', {}, Number.MAX_SAFE_INTEGER, 2],
    ['a header that is too long', { originHid: 'x'.repeat(300), originUser: 'y'.repeat(300) }, 1, 1],
  ];

  test.each(table)('%s', (_, wrong, firstMsgId, count) => {
    const origin = { ...ALICE, ...wrong };
    const said = Array.from({ length: count }, () => 'hello');
    expect(() => encodeTexts(origin, firstMsgId, said)).toThrow(UnencodableFrameError);
    expect(() => oneByOne(origin, firstMsgId, said)).toThrow(UnencodableFrameError);
  });

  test('no user name in Latin-1, which others may have: it is sent as `encode` sends it', () => {
    const origin = { ...ALICE, originUser: 'Jos\xe9' };
    const texts = encodeTexts(origin, 1, ['hello', 'gr\xfc\xdf']);
    expect(Buffer.concat(texts.map(({ bytes }) => bytes)).toString('latin1')).toBe(
      'T:room:3382070009828795609:Jos\xe9:1:5:hello::\r\n' +
        'T:room:3382070009828795609:Jos\xe9:2:6:gr\xc3\xbc\xc3\x9f::\r\n',
    );
  });

  test('the last ID that a number holds is taken', () => {
    const texts = encodeTexts(ALICE, Number.MAX_SAFE_INTEGER, ['x']);
    expect(texts.map(({ bytes }) => bytes.toString('latin1'))).toEqual([
      'T:room:3382070009828795609:alice:9007199254740991:1:x::\r\n',
    ]);
  });
});
