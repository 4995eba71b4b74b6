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
 *
 * On links it reads what some other programs send besides frames (PROTOCOL.md, "Other implementations on the
 * wire"); what such a program sends right is never lost by it:
 * - where a frame begins, a NUL before the next end mark ends what stands there, which is passed over without
 *   a word: a C string's NUL, and the rest of an older frame in front of it. Bytes that are no frame and end
 *   right before a NUL are such a rest, too: `padding` after them says so;
 * - bytes up to an end mark that are no frame are looked through for a TEXT: what stands in front of it had
 *   no end mark of its own;
 * - a length in characters is read where that many characters of UTF-8 end at an end mark.
 */
import { decode } from './decode.ts';
import { END_MARK } from './frames.ts';
import { nulInHeader, parseLikeLast, parseText, type TextFault } from './text/parse-text.ts';
import type { TextHeader } from './text/text-header.ts';
import { RepairedTextSlice, type TextSlice } from './text/text-slice.ts';

/** A frame that was cut at its end mark; `decode` reads its fields. */
interface RawControlFrame {
  readonly kind: 'CONTROL';
  /** The whole frame, end mark included. */
  readonly bytes: Buffer;
}

/**
 * Why bytes are no frame. `padding` is a NUL right after bytes that were no frame: with it they are the rest
 * of an older one, and no fault.
 */
type MalformedReason = TextFault | 'no end mark' | 'padding';

/** Bytes that are no frame: they have been passed over up to the next end mark. */
interface MalformedFrame {
  readonly kind: 'MALFORMED';
  readonly reason: MalformedReason;
  /**
   * It up to its end mark, where that has come within 1,024 bytes and the limit; else its first bytes, 64 at
   * most.
   */
  readonly sample: Buffer;
}

/** What the decoder makes of a byte stream: frames as they lie in the bytes, and what is none. */
export type RawFrame = TextSlice | RawControlFrame | MalformedFrame;

const END = Buffer.from(END_MARK, 'latin1');
const TEXT_START = Buffer.from('T:', 'latin1');
const EMPTY = Buffer.alloc(0);
const SAMPLE_BYTES = 64;
/** What is no longer than this up to its end mark is shown whole: what is wrong can be seen then. */
const WHOLE_SAMPLE_BYTES = 1_024;
/**
 * So much of a chunk is put behind what was kept, to make that frame whole without copying the chunk: any
 * usual TEXT.
 */
const STITCH_BYTES = 1_024;
const NUL = 0;
const COLON = 0x3a;
const CAPITAL_T = 0x54;

/** True for what shows that the bytes before it, which were no frame, are the rest of an older one. */
export function isPadding(raw: RawFrame | undefined): boolean {
  return raw?.kind === 'MALFORMED' && raw.reason === 'padding';
}

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
  /** What ends here was no frame: a NUL next shows what it was. */
  #isAfterNone = false;
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
    const isAfterNone = this.#isAfterNone;
    this.#isAfterNone = false;
    if (isAfterNone && bytes[at] === NUL) {
      rawFrames.push({ kind: 'MALFORMED', reason: 'padding', sample: Buffer.of(NUL) });
      return at + 1;
    }
    const isText = this.#carriesText && bytes[at] === CAPITAL_T;
    return isText ? this.#decodeText(bytes, at, rawFrames) : this.#decodeControl(bytes, at, rawFrames);
  }

  #decodeText(bytes: Buffer, at: number, rawFrames: RawFrame[]): number {
    // `T` alone may still become a TEXT; `Tx` can't, and is some unknown frame with an end mark.
    if (at + 1 < bytes.length && bytes[at + 1] !== COLON) return this.#decodeControl(bytes, at, rawFrames);
    const step = parseText(bytes, at, this.#maxFrameBytes);
    if (step === 'incomplete') return -1;
    const nul = step === 'header' ? nulInHeader(bytes, at, this.#maxFrameBytes) : -1;
    if (nul >= 0) return nul + 1;
    if (typeof step === 'string') return this.#malformed(bytes, at, step, rawFrames);
    this.#header = step.header;
    rawFrames.push(step);
    return step instanceof RepairedTextSlice ? at + step.original.length : step.end;
  }

  #decodeControl(bytes: Buffer, at: number, rawFrames: RawFrame[]): number {
    const from = at + Math.max(0, this.#searched - (END.length - 1));
    const mark = bytes.indexOf(END, from);
    if (this.#carriesText) {
      const nul = nulBefore(bytes, from, mark);
      if (nul >= 0 && nul - at <= this.#maxFrameBytes) {
        this.#searched = 0;
        return nul + 1;
      }
    }
    const length = mark < 0 ? bytes.length - at : mark + END.length - at;
    if (length > this.#maxFrameBytes) return this.#malformed(bytes, at, 'too long', rawFrames);
    if (mark < 0) {
      this.#searched = length;
      return -1;
    }
    this.#searched = 0;
    const control = bytes.subarray(at, at + length);
    if (this.#carriesText && decode(control) === undefined) return this.#decodeNone(at, control, rawFrames);
    rawFrames.push({ kind: 'CONTROL', bytes: control });
    return at + length;
  }

  /** Bytes up to an end mark that are no frame. */
  #decodeNone(at: number, none: Buffer, rawFrames: RawFrame[]): number {
    const inner = textWithin(none, this.#maxFrameBytes);
    if (inner > 0) {
      const sample = Buffer.from(none.subarray(0, Math.min(SAMPLE_BYTES, inner)));
      rawFrames.push({ kind: 'MALFORMED', reason: 'no end mark', sample });
      return at + inner;
    }
    rawFrames.push({ kind: 'CONTROL', bytes: none });
    this.#isAfterNone = true;
    return at + none.length;
  }

  #malformed(bytes: Buffer, at: number, reason: MalformedReason, rawFrames: RawFrame[]): number {
    const max = this.#maxFrameBytes;
    const mark = bytes.subarray(at, at + Math.min(WHOLE_SAMPLE_BYTES, max)).indexOf(END);
    const sampleBytes = mark < 0 ? Math.min(SAMPLE_BYTES, max) : mark + END.length;
    // A copy: the sample may be kept in a log long after the chunk has gone.
    const sample = Buffer.from(bytes.subarray(at, at + sampleBytes));
    rawFrames.push({ kind: 'MALFORMED', reason, sample });
    this.#searched = 0;
    this.#skipping = true;
    return at;
  }
}

/** Where a NUL stands from `from` on, before `mark` (negative for none); negative where none does. */
function nulBefore(bytes: Buffer, from: number, mark: number): number {
  const nul = bytes.indexOf(NUL, from);
  return mark >= 0 && nul > mark ? -1 : nul;
}

/** Where the first TEXT begins within these bytes, by its header; 0 where none does. */
function textWithin(bytes: Buffer, maxFrameBytes: number): number {
  for (let at = bytes.indexOf(TEXT_START, 1); at >= 0; at = bytes.indexOf(TEXT_START, at + 1))
    if (parseText(bytes, at, maxFrameBytes) !== 'header') return at;
  return 0;
}
