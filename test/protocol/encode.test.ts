/** Goal: what `encode` lets through is exactly the protocol, and is read back as the same frame. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode } from '../../src/protocol/decode.ts';
import { encode, encodeTextHeader } from '../../src/protocol/encode.ts';
import { UnencodableFrameError } from '../../src/protocol/errors.ts';
import type { Frame, MemberAddress } from '../../src/protocol/frames.ts';
import { controlFrames, frame, textFrame, wildFrame } from './tools/arbitraries.ts';
import { bytesOf, decodeChunks, plain, readRaw } from './tools/decoding.ts';

const FRAME_MAX_BYTES = 8_192;
const ALICE: MemberAddress = { user: 'alice', ip: '127.0.0.1', port: 5001 };
const BOB: MemberAddress = { user: 'bob', ip: '127.0.0.1', port: 5002 };
const TEXT = {
  kind: 'TEXT',
  room: 'room',
  originHid: '3382070009828795609',
  originUser: 'alice',
  msgId: 1,
} as const;

function text(content: string): Frame {
  return { ...TEXT, content: bytesOf(content) };
}

describe('exact bytes of every frame in PROTOCOL.md', () => {
  const table: [Frame, string][] = [
    [{ kind: 'LIST' }, 'L::\r\n'],
    [{ kind: 'GROUPS', rooms: [] }, 'G::\r\n'],
    [{ kind: 'GROUPS', rooms: ['room1', 'room2'] }, 'G:room1:room2::\r\n'],
    [{ kind: 'JOIN', room: 'room', ...ALICE }, 'J:room:alice:127.0.0.1:5001::\r\n'],
    [
      { kind: 'MEMBERS', msid: '5486359548435979020', members: [BOB, ALICE] },
      'M:5486359548435979020:bob:127.0.0.1:5002:alice:127.0.0.1:5001::\r\n',
    ],
    [{ kind: 'MEMBERS', msid: '0', members: [] }, 'M:0::\r\n'],
    [
      { kind: 'FAIL', message: 'JOIN message - Conflict HashID!!' },
      'F:JOIN message - Conflict HashID!!::\r\n',
    ],
    [{ kind: 'HANDSHAKE', room: 'room', ...ALICE, msgId: 0 }, 'P:room:alice:127.0.0.1:5001:0::\r\n'],
    [{ kind: 'HANDSHAKE OK', msgId: 7 }, 'S:7::\r\n'],
    [text('hello'), 'T:room:3382070009828795609:alice:1:5:hello::\r\n'],
    [text(''), 'T:room:3382070009828795609:alice:1:0:::\r\n'],
    [text('a::\r\nb'), 'T:room:3382070009828795609:alice:1:6:a::\r\nb::\r\n'],
    [text('h\xe9'), 'T:room:3382070009828795609:alice:1:2:h\xe9::\r\n'],
    [{ kind: 'POKE', room: 'room', user: 'alice' }, 'K:room:alice::\r\n'],
    [{ kind: 'ACK' }, 'A::\r\n'],
    [{ kind: 'DEPART', room: 'room', ...ALICE }, 'D:room:alice:127.0.0.1:5001::\r\n'],
    [{ kind: 'DEPART OK' }, 'S::\r\n'],
  ];
  test.each(table)('%j', (given, wire) => {
    expect(encode(given).toString('latin1')).toBe(wire);
    expect(decodeChunks([bytesOf(wire)], FRAME_MAX_BYTES).map(readRaw)).toEqual([given]);
  });

  test('msgLength counts bytes, not characters', () => {
    const content = Buffer.from('é€', 'utf8');
    expect(encode({ ...TEXT, content }).toString('latin1')).toContain(`:1:5:${content.toString('latin1')}::`);
  });
});

describe('decode after encode is the identity', () => {
  test.each(Object.entries(controlFrames))('for %s', (_, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (given: Frame) => {
        expect(decode(encode(given))).toEqual(given);
      }),
    );
  });

  test('for TEXT, through the decoder', () => {
    fc.assert(
      fc.property(textFrame, (given) => {
        const rawFrames = decodeChunks([encode(given)], FRAME_MAX_BYTES);
        expect(rawFrames.map(readRaw)).toEqual([plain(given)]);
      }),
    );
  });

  test('for any number of frames behind one another, through the decoder', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 10 }), (given) => {
        const rawFrames = decodeChunks([Buffer.concat(given.map(encode))], FRAME_MAX_BYTES);
        expect(rawFrames.map(readRaw)).toEqual(given.map(plain));
      }),
    );
  });

  test('a header and its content make the whole frame', () => {
    fc.assert(
      fc.property(textFrame, (given) => {
        const header = encodeTextHeader(given, given.content.length);
        const whole = Buffer.concat([header, given.content, bytesOf('::\r\n')]);
        expect(encode(given).equals(whole)).toBe(true);
      }),
    );
  });
});

describe('any fields at all: refused, or read back as exactly that one frame', () => {
  test('wild frames', () => {
    const outcomes = { refused: 0, readBack: 0 };
    fc.assert(
      fc.property(wildFrame, (given) => {
        const wire = encodeOrRefuse(given);
        if (wire === undefined) {
          outcomes.refused += 1;
          return;
        }
        outcomes.readBack += 1;
        expect(decodeChunks([wire], FRAME_MAX_BYTES).map(readRaw)).toEqual([plain(given)]);
      }),
      { numRuns: 2_000 },
    );
    // Guards the test itself: both ways out must have been taken often.
    expect(outcomes.refused).toBeGreaterThan(100);
    expect(outcomes.readBack).toBeGreaterThan(100);
  });
});

/** The bytes, or `undefined` where they are refused in the proper way. */
function encodeOrRefuse(given: Frame): Buffer | undefined {
  try {
    return encode(given);
  } catch (error) {
    expect(error).toBeInstanceOf(UnencodableFrameError);
    return undefined;
  }
}

describe('refused before a byte of it exists', () => {
  const badNames = [
    ['a colon', 'a:b'],
    ['a colon at the end', 'a:'],
    ['a blank', 'a b'],
    ['a blank at the end', 'a '],
    ['a tab', 'a\tb'],
    ['a line feed at the end', 'a\n'],
    ['an end mark', 'a::\r\nL'],
    ['a NUL', 'a\u0000'],
    ['a DEL', 'a\u007f'],
    ['Latin-1', 'h\xe9'],
    ['a character over 255', 'ſ'],
    ['a surrogate pair', '😀'],
    ['nothing', ''],
    ['33 characters', 'x'.repeat(33)],
  ] as const;
  test.each(badNames)('a name with %s', (_, bad) => {
    const carriers: Frame[] = [
      { kind: 'GROUPS', rooms: ['ok', bad] },
      { kind: 'JOIN', room: bad, ...ALICE },
      { kind: 'JOIN', room: 'room', ...ALICE, user: bad },
      { kind: 'MEMBERS', msid: '1', members: [ALICE, { ...BOB, user: bad }] },
      { kind: 'HANDSHAKE', room: bad, ...ALICE, msgId: 0 },
      { kind: 'HANDSHAKE', room: 'room', ...ALICE, user: bad, msgId: 0 },
      { ...TEXT, room: bad, content: bytesOf('x') },
      { kind: 'POKE', room: bad, user: 'alice' },
      { kind: 'POKE', room: 'room', user: bad },
      { kind: 'DEPART', room: bad, ...ALICE },
      { kind: 'DEPART', room: 'room', ...ALICE, user: bad },
    ];
    for (const carrier of carriers) expect(() => encode(carrier)).toThrow(UnencodableFrameError);
  });

  test('names of 1 and of 32 characters are not', () => {
    for (const user of ['x', 'x'.repeat(32), '!~'])
      expect(decode(encode({ kind: 'POKE', room: user, user }))).toEqual({ kind: 'POKE', room: user, user });
  });

  const badIps = [
    '',
    '1.2.3',
    '1.2.3.4.5',
    '256.0.0.1',
    '01.2.3.4',
    '1.2.3.4 ',
    '1.2.3.4\n',
    '1..2.3',
    '::1',
  ];
  test.each([...badIps, '-1.2.3.4', '1e1.2.3.4', '0x1.2.3.4', 'localhost'])('the ip %j', (bad) => {
    const carriers: Frame[] = [
      { kind: 'JOIN', room: 'room', ...ALICE, ip: bad },
      { kind: 'MEMBERS', msid: '1', members: [{ ...ALICE, ip: bad }] },
      { kind: 'HANDSHAKE', room: 'room', ...ALICE, ip: bad, msgId: 0 },
      { kind: 'DEPART', room: 'room', ...ALICE, ip: bad },
    ];
    for (const carrier of carriers) expect(() => encode(carrier)).toThrow(UnencodableFrameError);
  });

  test.each([0, -1, 65_536, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('the port %d', (bad) => {
    const carriers: Frame[] = [
      { kind: 'JOIN', room: 'room', ...ALICE, port: bad },
      { kind: 'MEMBERS', msid: '1', members: [{ ...ALICE, port: bad }] },
      { kind: 'HANDSHAKE', room: 'room', ...ALICE, port: bad, msgId: 0 },
      { kind: 'DEPART', room: 'room', ...ALICE, port: bad },
    ];
    for (const carrier of carriers) expect(() => encode(carrier)).toThrow(UnencodableFrameError);
  });

  test.each([-1, 0.5, 2 ** 53, 1e21, Number.NaN])('the message ID %d', (bad) => {
    const carriers: Frame[] = [
      { kind: 'HANDSHAKE', room: 'room', ...ALICE, msgId: bad },
      { kind: 'HANDSHAKE OK', msgId: bad },
      { ...TEXT, msgId: bad, content: bytesOf('x') },
    ];
    for (const carrier of carriers) expect(() => encode(carrier)).toThrow(UnencodableFrameError);
  });

  test.each(['', 'x:', ':', 'a::\r\nL', 'a\nb', '\u001b[2J', 'h\u007f', 'ſ'])(
    'the error message %j',
    (bad) => {
      expect(() => encode({ kind: 'FAIL', message: bad })).toThrow(UnencodableFrameError);
    },
  );

  test.each(['', 'x', '-1', '1.5', '1:2', '123456789012345678901'])('the MSID %j', (bad) => {
    expect(() => encode({ kind: 'MEMBERS', msid: bad, members: [] })).toThrow(UnencodableFrameError);
  });

  test.each(['', 'a:b', 'a\n', '\u0000', 'a\u007f', 'ſ'])('the origin %j', (bad) => {
    expect(() => encode({ ...TEXT, originHid: bad, content: bytesOf('x') })).toThrow(UnencodableFrameError);
    expect(() => encode({ ...TEXT, originUser: bad, content: bytesOf('x') })).toThrow(UnencodableFrameError);
  });

  test('a TEXT header that is longer than the decoder reads, and not one byte earlier', () => {
    const otherBytes = encodeTextHeader({ ...TEXT, originHid: 'x' }, 5).length - 1;
    const longest: Frame = { ...TEXT, originHid: 'x'.repeat(256 - otherBytes), content: bytesOf('hello') };
    const tooLong: Frame = { ...TEXT, originHid: 'x'.repeat(257 - otherBytes), content: bytesOf('hello') };
    expect(decodeChunks([encode(longest)], FRAME_MAX_BYTES).map(readRaw)).toEqual([longest]);
    expect(() => encode(tooLong)).toThrow(UnencodableFrameError);
  });

  test.each([-1, 1.5, Number.NaN])('the content length %d', (bad) => {
    expect(() => encodeTextHeader(TEXT, bad)).toThrow(UnencodableFrameError);
  });
});
