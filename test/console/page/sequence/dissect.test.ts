import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConsoleFrame } from '../../../../src/console/feed/messages.ts';
import { dissect, fieldValue } from '../../../../src/console/page/views/sequence/details/dissect.ts';
import { encode } from '../../../../src/protocol/encode.ts';
import type { Frame } from '../../../../src/protocol/frames.ts';
import { member, text } from '../made-up.ts';

const alice = member('alice', 5_001);

function fieldsOf(frame: Frame): Record<string, string> {
  const bytes = encode(frame);
  const { fields } = dissect({ kind: frame.kind, bytes: bytes.toString('base64'), size: bytes.length });
  return Object.fromEntries(fields.map(({ name, value }) => [name, value]));
}

describe('dissect', () => {
  it('names every field of a JOIN, the end mark included', () => {
    expect(fieldsOf({ kind: 'JOIN', room: 'tea', ...alice })).toEqual({
      type: 'J',
      room: 'tea',
      user: 'alice',
      ip: '127.0.0.1',
      port: '5001',
      'end mark': '::\r\n',
    });
  });

  it('numbers the members of a MEMBERS and the rooms of a GROUPS', () => {
    const bob = member('bob', 5_002);
    expect(fieldsOf({ kind: 'MEMBERS', msid: '12', members: [alice, bob] })).toMatchObject({
      MSID: '12',
      'user 1': 'alice',
      'port 1': '5001',
      'user 2': 'bob',
      'port 2': '5002',
    });
    expect(fieldsOf({ kind: 'GROUPS', rooms: ['tea', 'milk'] })).toMatchObject({
      'room 1': 'tea',
      'room 2': 'milk',
    });
    expect(Object.keys(fieldsOf({ kind: 'GROUPS', rooms: [] }))).toEqual(['type', 'end mark']);
  });

  it('keeps the colons and end marks in the content of a TEXT', () => {
    expect(fieldsOf(text(alice, 3, 'a:b::\r\nc::'))).toMatchObject({
      originHID: alice.hid,
      originUser: 'alice',
      msgID: '3',
      msgLength: '10',
      content: 'a:b::\r\nc::',
    });
  });

  it('shows content as UTF-8, and byte by byte where it is none', () => {
    expect(fieldsOf(text(alice, 1, 'grün')).content).toBe('grün');
    expect(fieldsOf(text(alice, 1, Uint8Array.of(0x67, 0xfc))).content).toBe('gü');
  });

  it('tells how many bytes of a long frame are missing, and makes up no end mark for it', () => {
    const bytes = encode({ kind: 'MEMBERS', msid: '12', members: [alice] }).subarray(0, 20);
    const { fields, missingBytes } = dissect({ kind: 'MEMBERS', bytes: bytes.toString('base64'), size: 31 });
    expect(missingBytes).toBe(11);
    expect(fields.at(-1)).toEqual({ name: 'ip 1', value: '127.0.0.1', start: 11, end: 20 });
    expect(fieldValue(fields, 'end mark')).toBe('');
  });

  it('takes any bytes apart under any kind: fields in order, without overlap, within the bytes', () => {
    const kinds: ConsoleFrame['kind'][] = [
      'LIST',
      'GROUPS',
      'MEMBERS',
      'FAIL',
      'TEXT',
      'HANDSHAKE',
      'MALFORMED',
    ];
    const wireByte = fc.oneof(fc.constantFrom(0x3a, 0x0d, 0x0a, 0x54), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(wireByte, { maxLength: 60 }), fc.constantFrom(...kinds), (bytes, kind) => {
        const base64 = Buffer.from(bytes).toString('base64');
        const { fields } = dissect({ kind, bytes: base64, size: bytes.length });
        let position = 0;
        for (const { start, end } of fields) {
          expect(start).toBeGreaterThanOrEqual(position);
          expect(end).toBeGreaterThanOrEqual(start);
          position = end;
        }
        expect(position).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 500 },
    );
  });
});
