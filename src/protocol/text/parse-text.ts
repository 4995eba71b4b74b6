/**
 * One TEXT out of bytes: its header, then its length, then the end mark where the length says. Pure.
 */
import { END_MARK, TEXT_HEADER_MAX_BYTES } from '../frames.ts';
import { TextHeader } from './text-header.ts';
import { RepairedTextSlice, TextSlice } from './text-slice.ts';

/** Digits of 2^53; longer decimals are refused unread. */
const NUMBER_MAX_DIGITS = 16;
/** Decimals of so many digits are below 2^53, whatever the digits are. */
const PLAIN_DIGITS = 15;
/** `T:room:originHID:originUser:msgID:msgLength:` */
const HEADER_COLONS = 6;
const COLON = 0x3a;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;

/** Why bytes that begin as a TEXT are none. */
export type TextFault = 'header' | 'length' | 'too long';

/**
 * Reads the TEXT at `start`.
 * @param maxFrameBytes of the longest one that is taken, end mark included.
 * @returns `incomplete` where more bytes are needed to tell. A TEXT whose length was that of its characters
 * is mended: it has memory of its own, and `original` is as long as what was read.
 */
export function parseText(
  bytes: Buffer,
  start: number,
  maxFrameBytes: number,
): TextSlice | TextFault | 'incomplete' {
  // Never looks behind maxFrameBytes: else the reason would depend on how much of the frame has come.
  const headerLimit = Math.min(bytes.length, start + Math.min(TEXT_HEADER_MAX_BYTES, maxFrameBytes));
  const roomEnd = fieldEnd(bytes, start + 2, headerLimit);
  const originEnd = roomEnd < 0 ? roomEnd : fieldEnd(bytes, roomEnd + 1, headerLimit);
  const userEnd = originEnd < 0 ? originEnd : fieldEnd(bytes, originEnd + 1, headerLimit);
  const idEnd = userEnd < 0 ? userEnd : fieldEnd(bytes, userEnd + 1, headerLimit);
  const lengthEnd = idEnd < 0 ? idEnd : fieldEnd(bytes, idEnd + 1, headerLimit);
  if (lengthEnd === BAD_FIELD) return 'header';
  if (lengthEnd < 0)
    return headerLimit < bytes.length || bytes.length - start >= maxFrameBytes ? 'header' : 'incomplete';
  const msgId = decimal(bytes, userEnd + 1, idEnd);
  const contentBytes = decimal(bytes, idEnd + 1, lengthEnd);
  if (msgId < 0 || contentBytes < 0) return 'header';
  const contentStart = lengthEnd + 1;
  const end = contentStart + contentBytes + END_MARK.length;
  if (end - start > maxFrameBytes) return 'too long';
  if (end > bytes.length) return 'incomplete';
  if (!isEndMark(bytes, end - END_MARK.length))
    return parseCharacters(bytes, start, { idEnd, contentStart, characters: contentBytes, maxFrameBytes });
  const header = new TextHeader(bytes.subarray(start, userEnd + 1), roomEnd - start, originEnd - start);
  return new TextSlice(bytes, start, end, msgId, header, contentStart);
}

/**
 * Where a NUL is what makes a header bad; negative where it is something else.
 * @param maxFrameBytes as for `parseText`.
 */
export function nulInHeader(bytes: Buffer, start: number, maxFrameBytes: number): number {
  const limit = Math.min(bytes.length, start + Math.min(TEXT_HEADER_MAX_BYTES, maxFrameBytes));
  let colons = 0;
  for (let at = start; at < limit; at += 1) {
    const byte = bytes[at] as number;
    if (byte === 0) return at;
    const isEmptyField = byte === COLON && bytes[at - 1] === COLON && at > start;
    if (byte === COLON) colons += 1;
    if (byte < 0x20 || byte === 0x7f || isEmptyField || colons === HEADER_COLONS) return -1;
  }
  return -1;
}

/**
 * Reads one TEXT with the header of the one before it, for speed: what this function gives is what
 * `parseText` gives.
 * @returns nothing where anything is unusual: `parseText` finds out what.
 */
export function parseLikeLast(
  bytes: Buffer,
  start: number,
  maxFrameBytes: number,
  header: TextHeader,
): TextSlice | undefined {
  const limit = Math.min(bytes.length, start + Math.min(TEXT_HEADER_MAX_BYTES, maxFrameBytes));
  const idStart = start + header.length;
  let at = idStart;
  let msgId = 0;
  for (; at < limit; at += 1) {
    const digit = (bytes[at] as number) - DIGIT_0;
    if (digit < 0 || digit > 9) break;
    msgId = msgId * 10 + digit;
  }
  const lengthStart = at + 1;
  if (at >= limit || bytes[at] !== COLON || at === idStart || at - idStart > PLAIN_DIGITS) return undefined;
  let contentBytes = 0;
  for (at = lengthStart; at < limit; at += 1) {
    const digit = (bytes[at] as number) - DIGIT_0;
    if (digit < 0 || digit > 9) break;
    contentBytes = contentBytes * 10 + digit;
  }
  if (at >= limit || bytes[at] !== COLON || at === lengthStart || at - lengthStart > PLAIN_DIGITS)
    return undefined;
  const end = at + 1 + contentBytes + END_MARK.length;
  if (end - start > maxFrameBytes || end > bytes.length || !isEndMark(bytes, end - END_MARK.length))
    return undefined;
  return new TextSlice(bytes, start, end, msgId, header, at + 1);
}

const BAD_FIELD = -2;
const OPEN_FIELD = -1;

/**
 * Position of the colon behind the field at `from`; OPEN_FIELD before it has come, BAD_FIELD if it never can.
 */
function fieldEnd(bytes: Buffer, from: number, limit: number): number {
  for (let at = from; at < limit; at += 1) {
    const byte = bytes[at] as number;
    if (byte === COLON) return at === from ? BAD_FIELD : at;
    if (byte < 0x20 || byte === 0x7f) return BAD_FIELD;
  }
  return OPEN_FIELD;
}

/** A decimal that a JavaScript number holds exactly; negative for anything else. */
function decimal(bytes: Buffer, from: number, end: number): number {
  if (end - from > NUMBER_MAX_DIGITS) return -1;
  let value = 0;
  for (let at = from; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte < DIGIT_0 || byte > DIGIT_9) return -1;
    value = value * 10 + (byte - DIGIT_0);
  }
  return Number.isSafeInteger(value) ? value : -1;
}

function isEndMark(bytes: Buffer, at: number): boolean {
  return bytes[at] === COLON && bytes[at + 1] === COLON && bytes[at + 2] === 0x0d && bytes[at + 3] === 0x0a;
}

/** The same where the length is that of its characters. */
function parseCharacters(
  bytes: Buffer,
  start: number,
  about: { idEnd: number; contentStart: number; characters: number; maxFrameBytes: number },
): RepairedTextSlice | 'length' | 'incomplete' {
  const { idEnd, contentStart, characters, maxFrameBytes } = about;
  const contentEnd = endOfCharacters(bytes, contentStart, characters);
  const end = contentEnd + END_MARK.length;
  if (contentEnd < 0 || end - start > maxFrameBytes) return 'length';
  if (end > bytes.length) return 'incomplete';
  return isEndMark(bytes, contentEnd)
    ? repaired(bytes, start, { idEnd, contentStart, contentEnd })
    : 'length';
}

/**
 * Where so many characters of UTF-8 end; beyond the bytes where they go on; negative where they are no UTF-8.
 */
function endOfCharacters(bytes: Buffer, start: number, count: number): number {
  let at = start;
  for (let left = count; left > 0 && at < bytes.length; left -= 1) {
    const length = characterBytes(bytes[at] as number);
    if (length === 0) return -1;
    for (let next = at + 1; next < Math.min(at + length, bytes.length); next += 1)
      if (((bytes[next] as number) & 0xc0) !== 0x80) return -1;
    at += length;
    if (at >= bytes.length && left > 1) return bytes.length;
  }
  return at;
}

/** Bytes of a character of UTF-8, by its first; 0 for what begins none. */
function characterBytes(first: number): number {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first < 0xe0) return 2;
  if (first >= 0xe0 && first < 0xf0) return 3;
  return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

/** The same TEXT with the length of its content in bytes, in memory of its own. */
function repaired(
  bytes: Buffer,
  start: number,
  { idEnd, contentStart, contentEnd }: { idEnd: number; contentStart: number; contentEnd: number },
): RepairedTextSlice {
  const end = contentEnd + END_MARK.length;
  const length = Buffer.from(`${contentEnd - contentStart}:`, 'latin1');
  const whole = Buffer.concat([bytes.subarray(start, idEnd + 1), length, bytes.subarray(contentStart, end)]);
  const text = parseText(whole, 0, whole.length);
  if (!(text instanceof TextSlice)) throw new TypeError('a TEXT with its proper length is one');
  return new RepairedTextSlice(text, Buffer.from(bytes.subarray(start, end)));
}
