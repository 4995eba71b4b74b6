/**
 * Reads the header of a TEXT by hand, one pass over its bytes, for the limit programs that relay. It trusts
 * what it reads: no name, no room and no number is checked.
 */

const COLON = 0x3a;
const DIGIT_ZERO = 0x30;
/** Bytes of the end mark `::\r\n`. */
export const END_BYTES = 4;

/** What one frame's header says, as places in the bytes; one object for all: nothing of it is kept. */
export const frame = { originStart: 0, originEnd: 0, userEnd: 0, id: 0, contentStart: 0, end: 0 };

/** Reads the frame at `start` into `frame`. @returns false where it is not whole yet. */
export function read(bytes: Buffer, start: number, limit: number): boolean {
  let at = start + 2;
  while (at < limit && bytes[at] !== COLON) at += 1;
  frame.originStart = at + 1;
  at += 1;
  while (at < limit && bytes[at] !== COLON) at += 1;
  frame.originEnd = at;
  at += 1;
  while (at < limit && bytes[at] !== COLON) at += 1;
  frame.userEnd = at;
  at += 1;
  let id = 0;
  while (at < limit && bytes[at] !== COLON) {
    id = id * 10 + (bytes[at] as number) - DIGIT_ZERO;
    at += 1;
  }
  at += 1;
  let length = 0;
  while (at < limit && bytes[at] !== COLON) {
    length = length * 10 + (bytes[at] as number) - DIGIT_ZERO;
    at += 1;
  }
  frame.id = id;
  frame.contentStart = at + 1;
  frame.end = at + 1 + length + END_BYTES;
  return frame.end <= limit;
}
