/** TEXT frames of an exact size, as another peer would send them. */
import { encode } from '../../src/protocol/encode.ts';
import type { MemberAddress } from '../../src/protocol/frames.ts';
import { hashId } from '../../src/protocol/hash-id.ts';

export const ROOM = 'bench';

/** Message IDs begin here, so that all of a bench have the same number of digits. */
export const FIRST_ID = 1_000_000;

/** Who seems to have said it: a member that nobody is linked to. */
export const ORIGIN: MemberAddress = { user: 'alice', ip: '127.0.0.1', port: 5_001 };

const LETTERS = 'the quick brown fox jumps over the lazy dog ';

/** One TEXT of exactly `frameBytes` bytes. */
export function textOf(msgId: number, frameBytes: number, origin = ORIGIN): Buffer {
  const header = {
    room: ROOM,
    originHid: hashId(origin.user, origin.ip, origin.port),
    originUser: origin.user,
    msgId,
  };
  const bare = encode({ kind: 'TEXT', ...header, content: Buffer.alloc(0) });
  // The length takes as many digits more as it has beyond the one of 0.
  let contentBytes = frameBytes - bare.length;
  contentBytes -= String(contentBytes).length - 1;
  const content = Buffer.alloc(contentBytes, LETTERS);
  const frame = encode({ kind: 'TEXT', ...header, content });
  if (frame.length !== frameBytes) throw new RangeError(`there is no TEXT of ${frameBytes} bytes`);
  return frame;
}

/** So many TEXTs in a row, behind each other, with message IDs from `firstId` on. */
export function textsOf(count: number, frameBytes: number, firstId: number): Buffer {
  const bytes = Buffer.alloc(count * frameBytes, textOf(firstId, frameBytes));
  const idAt = textOf(firstId, frameBytes).indexOf(`:${firstId}:`) + 1;
  for (let index = 0; index < count; index += 1) {
    bytes.write(String(firstId + index), index * frameBytes + idAt, 'latin1');
  }
  return bytes;
}
