/** Goal: `decode` reads what the protocol allows, is lenient where others need it, and never throws. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode } from '../../src/protocol/decode.ts';
import { readFrame } from '../../src/protocol/read-frame.ts';
import { controlFrames, hostileStream } from './tools/arbitraries.ts';
import { bytesOf } from './tools/decoding.ts';

function read(wire: string) {
  return decode(bytesOf(wire));
}

describe('no frame of the protocol', () => {
  const wires = [
    ['nothing', ''],
    ['less than an end mark', ':\r\n'],
    ['an end mark alone', '::\r\n'],
    ['no end mark', 'L'],
    ['half an end mark', 'L::'],
    ['four other bytes in place of the end mark', 'Lxxxx'],
    ['an end mark with another last byte', 'A::\r\r'],
    ['bytes behind the end mark', 'L::\r\nx'],
    ['two frames in one', 'A::\r\nA::\r\n'],
    ['an unknown letter', 'X:room::\r\n'],
    ['a small letter', 'l::\r\n'],
    ['a TEXT, which is cut by its length', 'T:room:1:alice:1:1:x::\r\n'],
    ['a word that begins with a letter of the protocol', 'LIST::\r\n'],
    ['LIST with a field', 'L:room::\r\n'],
    ['ACK with a field', 'A:1::\r\n'],
    ['JOIN without a port', 'J:room:alice:127.0.0.1::\r\n'],
    ['JOIN with a field too many', 'J:room:alice:127.0.0.1:5001:0::\r\n'],
    ['JOIN with an empty room', 'J::alice:127.0.0.1:5001::\r\n'],
    ['JOIN with a room of 33 characters', `J:${'x'.repeat(33)}:alice:127.0.0.1:5001::\r\n`],
    ['JOIN with a blank in the name', 'J:room:al ice:127.0.0.1:5001::\r\n'],
    ['JOIN with an ip that is none', 'J:room:alice:127.0.0.256:5001::\r\n'],
    ['JOIN with port 0', 'J:room:alice:127.0.0.1:0::\r\n'],
    ['JOIN with port 65536', 'J:room:alice:127.0.0.1:65536::\r\n'],
    ['JOIN with a port with a leading zero', 'J:room:alice:127.0.0.1:05001::\r\n'],
    ['JOIN with a hexadecimal port', 'J:room:alice:127.0.0.1:0x1f::\r\n'],
    ['HANDSHAKE with an empty msgID', 'P:room:alice:127.0.0.1:5001:::\r\n'],
    ['HANDSHAKE without a port', 'P:room:alice:127.0.0.1::\r\n'],
    ['HANDSHAKE with an empty room', 'P::alice:127.0.0.1:5001:0::\r\n'],
    ['HANDSHAKE with a bad port', 'P:room:alice:127.0.0.1:x:0::\r\n'],
    ['HANDSHAKE with a field too many', 'P:room:alice:127.0.0.1:5001:0:0::\r\n'],
    ['HANDSHAKE with a negative msgID', 'P:room:alice:127.0.0.1:5001:-1::\r\n'],
    ['HANDSHAKE with a msgID over 2^53', 'P:room:alice:127.0.0.1:5001:9007199254740992::\r\n'],
    ['HANDSHAKE OK with a msgID that is none', 'S:x::\r\n'],
    ['HANDSHAKE OK with an empty msgID', 'S:::\r\n'],
    ['HANDSHAKE OK with a field too many', 'S:1:2::\r\n'],
    ['MEMBERS without an MSID', 'M::\r\n'],
    ['MEMBERS with an MSID that is none', 'M:x:alice:127.0.0.1:5001::\r\n'],
    ['MEMBERS with half a member', 'M:1:alice:127.0.0.1::\r\n'],
    ['FAIL without a message', 'F::\r\n'],
    ['FAIL with an empty message', 'F:::\r\n'],
    ['POKE without a user', 'K:room::\r\n'],
    ['POKE with an empty user', 'K:room:::\r\n'],
    ['POKE with an empty room', 'K::alice::\r\n'],
    ['POKE with a field too many', 'K:room:alice:1::\r\n'],
    ['DEPART without a port', 'D:room:alice:127.0.0.1::\r\n'],
  ] as const;
  test.each(wires)('%s', (_, wire) => {
    expect(read(wire)).toBeUndefined();
  });
});

describe('lenient where other implementations need it', () => {
  test('a garbled member costs only itself', () => {
    const garbled = `M:12:${'u'.repeat(33)}:127.0.0.1:5001:bob:127.0.0.1:5002:x:y:z:al:10.0.0.1:1::\r\n`;
    expect(read(garbled)).toEqual({
      kind: 'MEMBERS',
      msid: '12',
      members: [
        { user: 'bob', ip: '127.0.0.1', port: 5002 },
        { user: 'al', ip: '10.0.0.1', port: 1 },
      ],
    });
  });

  test('a room that is no name costs only itself', () => {
    expect(read('G:a:b c::d::\r\n')).toEqual({ kind: 'GROUPS', rooms: ['a', 'd'] });
  });

  test('an error message may hold colons', () => {
    expect(read('F:a:b::c: d::\r\n')).toEqual({ kind: 'FAIL', message: 'a:b::c: d' });
  });

  test('a msgID may have leading zeros', () => {
    expect(read('S:007::\r\n')).toEqual({ kind: 'HANDSHAKE OK', msgId: 7 });
  });

  test('S with a msgID is HANDSHAKE OK, without one it answers a DEPART', () => {
    expect(read('S:0::\r\n')).toEqual({ kind: 'HANDSHAKE OK', msgId: 0 });
    expect(read('S::\r\n')).toEqual({ kind: 'DEPART OK' });
  });
});

describe('hostile bytes', () => {
  const kinds = Object.keys(controlFrames);

  test('never throw, and give a known frame or none', () => {
    const anything = fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.oneof(anything, hostileStream), (bytes) => {
        const result = decode(bytes);
        expect([undefined, ...kinds]).toContain(result?.kind);
      }),
    );
  });

  test('never throw behind a letter of the protocol and before an end mark', () => {
    const field = fc.string({ unit: fc.constantFrom(...'::019.ax \r\né'), maxLength: 20 });
    const frame = fc.tuple(fc.constantFrom(...'LGJMFPSTKAD'), field);
    fc.assert(
      fc.property(frame, ([letter, fields]) => {
        expect([undefined, ...kinds]).toContain(read(`${letter}:${fields}::\r\n`)?.kind);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the first frame of some bytes', () => {
  const kindOf = (wire: string) => readFrame(bytesOf(wire))?.kind;

  test('is read whatever its kind: a TEXT by its length, all others by their end mark', () => {
    expect(kindOf('A::\r\n')).toBe('ACK');
    expect(kindOf('K:room:alice::\r\nA::\r\n')).toBe('POKE');
    const text = readFrame(bytesOf('T:room:1:alice:7:5:a::\r\n::\r\nA::\r\n'));
    expect(text).toMatchObject({ kind: 'TEXT', msgId: 7, contentText: 'a::\r\n' });
  });

  test.each(['', 'A::', 'X::\r\n', 'T:room:1:alice:7:5:a::\r\n', 'T:room:1:alice:x:1:a::\r\n'])(
    '%j has none',
    (wire) => {
      expect(readFrame(bytesOf(wire))).toBeUndefined();
    },
  );
});
