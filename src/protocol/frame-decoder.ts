/**
 * Bytes to frames: a pure push function on the Buffer, one array of frames a chunk.
 *
 * Invariants:
 * - the frames do not depend on how the bytes were cut into chunks (only how much of a malformed one had come
 *   when it was recognised, its sample, does);
 * - TEXT is cut by its length, everything else at its end mark (PROTOCOL.md, Frames);
 * - between two chunks at most `maxFrameBytes` are held (in a buffer of at most twice that, or of
 *   STITCH_BYTES more), whatever arrives; it never throws;
 * - after a malformed frame it goes on behind the next end mark, so one bad frame costs only itself.
 */
import { END_MARK, TEXT_HEADER_MAX_BYTES } from './frames.ts';
import { TextHeader } from './text-header.ts';
import { TextSlice } from './text-slice.ts';

/** A frame that was cut at its end mark; `decode` reads its fields. */
export interface RawControlFrame {
  readonly kind: 'CONTROL';
  /** The whole frame, end mark included. */
  readonly bytes: Buffer;
}

/** Bytes that are no frame: they have been passed over up to the next end mark. */
export interface MalformedFrame {
  readonly kind: 'MALFORMED';
  readonly reason: 'header' | 'length' | 'too long';
  /** The first bytes of it, for the log: at most 64. */
  readonly sample: Buffer;
}

/** What the decoder makes of a byte stream: frames as they lie in the bytes, and what is none. */
export type RawFrame = TextSlice | RawControlFrame | MalformedFrame;

const END = Buffer.from(END_MARK, 'latin1');
const EMPTY = Buffer.alloc(0);
const SAMPLE_BYTES = 64;
/**
 * So much of a chunk is put behind what was kept, to make that frame whole without copying the chunk: any
 * usual TEXT.
 */
const STITCH_BYTES = 1_024;
/** Digits of 2^53; longer decimals are refused unread. */
const NUMBER_MAX_DIGITS = 16;
/** Decimals of so many digits are below 2^53, whatever the digits are. */
const PLAIN_DIGITS = 15;
const COLON = 0x3a;
const CAPITAL_T = 0x54;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;

type Step = 'incomplete' | MalformedFrame['reason'] | TextSlice;

/** Decodes one direction of one TCP connection into frames. */
export class FrameDecoder {
  readonly #maxFrameBytes: number;
  readonly #carriesText: boolean;
  /**
   * Bytes of the frame that is not complete yet, at the front of a buffer that may have space behind them.
   */
  #carry: Buffer = EMPTY;
  #carried = 0;
  /** How far behind the frame's first byte the end mark has been looked for already. */
  #searched = 0;
  /** True while a malformed frame is being passed over up to its end mark. */
  #skipping = false;
  /** That of the last TEXT: the next one mostly has the same. */
  #header: TextHeader | undefined;

  /**
   * @param maxFrameBytes longest frame that is accepted, end mark included; a longer one is malformed.
   * @param carriesText false where no TEXT ever comes (the room server's connections): a `T` is cut at its
   * end mark there, like anything unknown.
   */
  constructor(maxFrameBytes: number, carriesText = true) {
    this.#maxFrameBytes = maxFrameBytes;
    this.#carriesText = carriesText;
  }

  /** Bytes held of a frame that is not complete yet. */
  get pendingBytes(): number {
    return this.#carried;
  }

  /** True where the next byte begins a frame: nothing is held, and nothing is being passed over. */
  get isBetweenFrames(): boolean {
    return this.#carried === 0 && !this.#skipping;
  }

  /**
   * Takes the next chunk. The frames refer to the chunk's memory (or to the decoder's own copy): the caller
   * MUST NOT change the chunk afterwards.
   */
  push(chunk: Buffer): RawFrame[] {
    const rawFrames: RawFrame[] = [];
    if (this.#carried > 0) {
      this.#pushBehindCarry(chunk, rawFrames);
    } else {
      this.#keep(chunk, this.#decodeAll(chunk, 0, chunk.length, rawFrames));
    }
    return rawFrames;
  }

  /** Makes the kept frame whole with the chunk's first bytes, and goes on in the chunk itself. */
  #pushBehindCarry(chunk: Buffer, rawFrames: RawFrame[]): void {
    const carried = this.#carried;
    const stitched = this.#append(chunk.subarray(0, STITCH_BYTES));
    const at = this.#decodeAll(stitched, 0, carried, rawFrames);
    if (at >= carried) {
      this.#letCarryGo();
      this.#keep(chunk, this.#decodeAll(chunk, at - carried, chunk.length, rawFrames));
    } else {
      const bytes = this.#append(chunk.subarray(STITCH_BYTES));
      this.#keepCarry(bytes, this.#decodeAll(bytes, at, bytes.length, rawFrames));
    }
  }

  /** Puts bytes behind what is kept; what was there before is not moved unless the space is too small. */
  #append(bytes: Buffer): Buffer {
    const length = this.#carried + bytes.length;
    if (length > this.#carry.length) {
      const grown = Buffer.allocUnsafe(length * 2);
      this.#carry.copy(grown, 0, 0, this.#carried);
      this.#carry = grown;
    }
    bytes.copy(this.#carry, this.#carried);
    this.#carried = length;
    return this.#carry.subarray(0, length);
  }

  /**
   * Keeps what follows the last whole frame of a chunk; memory that frames refer to is never written again.
   */
  #keep(chunk: Buffer, from: number): void {
    this.#carried = chunk.length - from;
    if (this.#carried === 0) return;
    this.#carry = Buffer.allocUnsafe(this.#carried + STITCH_BYTES);
    chunk.copy(this.#carry, 0, from);
  }

  /** The same where the carry itself has been cut: what was in front has gone out and can't be moved over. */
  #keepCarry(bytes: Buffer, from: number): void {
    if (from === 0) return;
    this.#letCarryGo();
    this.#keep(bytes, from);
  }

  #letCarryGo(): void {
    this.#carry = EMPTY;
    this.#carried = 0;
  }

  /**
   * Cuts whole frames off `bytes` from `from` on.
   * @param stopAt no frame is begun from there on.
   * @returns where the next frame, or the incomplete rest, begins.
   */
  #decodeAll(bytes: Buffer, from: number, stopAt: number, rawFrames: RawFrame[]): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = from;
    while (at < stopAt) {
      if (this.#skipping) {
        const mark = bytes.indexOf(END, at);
        // An end mark may be cut by the chunk's end: its first three bytes stay for the next chunk.
        if (mark < 0) return Math.max(at, bytes.length - (END.length - 1));
        this.#skipping = false;
        at = mark + END.length;
        continue;
      }
      const next = this.#decodeOne(bytes, view, at, rawFrames);
      if (next < 0) return at;
      at = next;
    }
    return at;
  }

  /** @returns where the next frame begins; negative where this one is not whole. */
  #decodeOne(bytes: Buffer, view: DataView, at: number, rawFrames: RawFrame[]): number {
    if (this.#header?.isAt(view, at)) {
      const text = parseLikeLast(bytes, at, this.#maxFrameBytes, this.#header);
      if (text) {
        rawFrames.push(text);
        return text.end;
      }
    }
    const isText = this.#carriesText && bytes[at] === CAPITAL_T;
    return isText ? this.#decodeText(bytes, at, rawFrames) : this.#decodeControl(bytes, at, rawFrames);
  }

  #decodeText(bytes: Buffer, at: number, rawFrames: RawFrame[]): number {
    // `T` alone may still become a TEXT; `Tx` can't, and is some unknown frame with an end mark.
    if (at + 1 < bytes.length && bytes[at + 1] !== COLON) return this.#decodeControl(bytes, at, rawFrames);
    const step = parseText(bytes, at, this.#maxFrameBytes);
    if (step === 'incomplete') return -1;
    if (typeof step === 'string') return this.#malformed(bytes, at, step, rawFrames);
    this.#header = step.header;
    rawFrames.push(step);
    return step.end;
  }

  #decodeControl(bytes: Buffer, at: number, rawFrames: RawFrame[]): number {
    const mark = bytes.indexOf(END, at + Math.max(0, this.#searched - (END.length - 1)));
    const length = mark < 0 ? bytes.length - at : mark + END.length - at;
    if (length > this.#maxFrameBytes) return this.#malformed(bytes, at, 'too long', rawFrames);
    if (mark < 0) {
      this.#searched = length;
      return -1;
    }
    this.#searched = 0;
    rawFrames.push({ kind: 'CONTROL', bytes: bytes.subarray(at, mark + END.length) });
    return mark + END.length;
  }

  #malformed(bytes: Buffer, at: number, reason: MalformedFrame['reason'], rawFrames: RawFrame[]): number {
    // A copy: the sample may be kept in a log long after the chunk has gone.
    const sample = Buffer.from(bytes.subarray(at, at + Math.min(SAMPLE_BYTES, this.#maxFrameBytes)));
    rawFrames.push({ kind: 'MALFORMED', reason, sample });
    this.#searched = 0;
    this.#skipping = true;
    return at;
  }
}

/** Reads one TEXT at `start`: its header, then its length, then the end mark where the length says. */
function parseText(bytes: Buffer, start: number, maxFrameBytes: number): Step {
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
  const end = contentStart + contentBytes + END.length;
  if (end - start > maxFrameBytes) return 'too long';
  if (end > bytes.length) return 'incomplete';
  if (!isEndMark(bytes, end - END.length)) return 'length';
  const header = new TextHeader(bytes.subarray(start, userEnd + 1), roomEnd - start, originEnd - start);
  return new TextSlice(bytes, start, end, msgId, header, contentStart);
}

/**
 * Reads one TEXT with the header of the one before it, for speed: what this function gives is what
 * `parseText` gives.
 * @returns nothing where anything is unusual: `parseText` finds out what.
 */
function parseLikeLast(
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
  const end = at + 1 + contentBytes + END.length;
  if (end - start > maxFrameBytes || end > bytes.length || !isEndMark(bytes, end - END.length))
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
