import { expect, test } from 'vitest';
import { hashId } from '../../src/protocol/hash-id.ts';
import { hidOf, RequestReader } from '../../src/room-server/request-reader.ts';
import { JOIN_ALICE } from './tools/sessions.ts';

const REQUEST_MAX_BYTES = 1_024;
const ALICE = { kind: 'JOIN', room: 'room', user: 'alice', ip: '127.0.0.1', port: 5001 };

const bytes = (text: string) => Buffer.from(text, 'latin1');
const newReader = () => new RequestReader(REQUEST_MAX_BYTES);

/** The frames of what a chunk has completed. */
function framesOf(reader: RequestReader, text: string): unknown[] {
  return reader.push(bytes(text)).map(({ frame }) => frame);
}

test('the same J again is the same frame; anything else is read anew', () => {
  const reader = newReader();
  const [first] = framesOf(reader, JOIN_ALICE);
  expect(first).toEqual(ALICE);
  expect(framesOf(reader, 'L::\r\n')).toEqual([{ kind: 'LIST' }]);
  expect(framesOf(reader, 'J:room:alice::\r\n')).toEqual([undefined]);
  expect(framesOf(reader, JOIN_ALICE)[0]).toBe(first);
  expect(framesOf(reader, JOIN_ALICE.replace('5001', '5002'))).toMatchObject([{ port: 5002 }]);
  expect(framesOf(reader, JOIN_ALICE)).toEqual([first]);
});

test('the same J again is known among others, too', () => {
  const reader = newReader();
  const [first] = framesOf(reader, JOIN_ALICE);
  const frames = framesOf(reader, `L::\r\n${JOIN_ALICE}${JOIN_ALICE}X::\r\n`);
  expect(frames).toEqual([{ kind: 'LIST' }, ALICE, ALICE, undefined]);
  expect(frames[1]).toBe(first);
  expect(frames[2]).toBe(first);
});

test('a chunk that looks like a request is none in the middle of another', () => {
  const reader = newReader();
  expect(framesOf(reader, JOIN_ALICE)).toEqual([ALICE]);
  for (const known of [JOIN_ALICE, 'L::\r\n']) {
    expect(reader.push(bytes('X:'))).toEqual([]);
    expect(reader.push(bytes(known))).toEqual([
      { bytes: bytes(`X:${known}`), frame: undefined, isTooLong: false },
    ]);
  }
});

test('a chunk that looks like a request ends one that is too long', () => {
  const reader = newReader();
  expect(framesOf(reader, JOIN_ALICE)).toEqual([ALICE]);
  const tooLong = bytes('X'.repeat(REQUEST_MAX_BYTES + 1));
  expect(reader.push(tooLong)).toEqual([
    { bytes: tooLong.subarray(0, 64), frame: undefined, isTooLong: true },
  ]);
  expect(reader.push(bytes(JOIN_ALICE))).toEqual([]);
  expect(framesOf(reader, JOIN_ALICE)).toEqual([ALICE]);
});

test('the bytes that were read may change behind it', () => {
  const reader = newReader();
  const chunk = bytes(JOIN_ALICE);
  reader.push(chunk);
  chunk.write('J:room:bob::', 0, 'latin1');
  expect(reader.push(chunk).map(({ frame }) => frame)).toEqual([undefined]);
  expect(framesOf(reader, JOIN_ALICE)).toMatchObject([{ user: 'alice' }]);
});

test('the HID of a request is that of who is named in it, however often it is asked for', () => {
  const frame = { kind: 'JOIN', room: 'room', user: 'alice', ip: '127.0.0.1', port: 5001 } as const;
  const other = { ...frame, port: 5002 };
  for (let times = 0; times < 2; times += 1) {
    expect(hidOf(frame)).toBe(hashId('alice', '127.0.0.1', 5001));
    expect(hidOf(other)).toBe(hashId('alice', '127.0.0.1', 5002));
  }
});
