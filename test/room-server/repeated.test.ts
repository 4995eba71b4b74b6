import { expect, test } from 'vitest';
import { hashId } from '../../src/protocol/hash-id.ts';
import { hidOf, RepeatedReader } from '../../src/room-server/repeated.ts';
import { JOIN_ALICE } from './sessions.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

test('the same J again is the same frame; anything else is read anew', () => {
  const reader = new RepeatedReader();
  const first = reader.read(bytes(JOIN_ALICE));
  expect(first).toEqual({ kind: 'JOIN', room: 'room', user: 'alice', ip: '127.0.0.1', port: 5001 });
  expect(reader.read(bytes('L::\r\n'))).toEqual({ kind: 'LIST' });
  expect(reader.read(bytes('J:room:alice::\r\n'))).toBeUndefined();
  expect(reader.read(bytes(JOIN_ALICE))).toBe(first);
  const other = reader.read(bytes(JOIN_ALICE.replace('5001', '5002')));
  expect(other).toMatchObject({ port: 5002 });
  expect(reader.read(bytes(JOIN_ALICE))).toEqual(first);
});

test('the bytes that were read may change behind it', () => {
  const reader = new RepeatedReader();
  const chunk = bytes(JOIN_ALICE);
  reader.read(chunk);
  chunk.write('J:room:bob::', 0, 'latin1');
  expect(reader.read(chunk)).toBeUndefined();
  expect(reader.read(bytes(JOIN_ALICE))).toMatchObject({ user: 'alice' });
});

test('the HID of a request is that of who is named in it, however often it is asked for', () => {
  const frame = { kind: 'JOIN', room: 'room', user: 'alice', ip: '127.0.0.1', port: 5001 } as const;
  const other = { ...frame, port: 5002 };
  for (let times = 0; times < 2; times += 1) {
    expect(hidOf(frame)).toBe(hashId('alice', '127.0.0.1', 5001));
    expect(hidOf(other)).toBe(hashId('alice', '127.0.0.1', 5002));
  }
});
