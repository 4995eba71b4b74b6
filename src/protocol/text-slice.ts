/**
 * A TEXT frame as it lies in the received bytes. Only the header's positions and the numeric msgID are read when
 * it is cut; the fields are decoded when somebody asks, and the bytes that came in are the bytes that go out.
 */
import type { TextFrame } from './frames.ts';

/** Where the fields of a TEXT end inside its buffer; each end is the position of the colon behind the field. */
export interface TextPositions {
  readonly roomEnd: number;
  readonly originEnd: number;
  readonly userEnd: number;
  readonly contentStart: number;
}

const END_MARK_BYTES = 4;
const ROOM_OFFSET = 2; // behind `T:`

/** A received TEXT frame: a view on the chunk that it came in, never a copy. */
export class TextSlice implements TextFrame {
  readonly kind = 'TEXT';
  readonly buffer: Buffer;
  /** Position of the `T`. */
  readonly start: number;
  /** Position behind the end mark. */
  readonly end: number;
  readonly msgId: number;
  readonly #roomEnd: number;
  readonly #originEnd: number;
  readonly #userEnd: number;
  readonly #contentStart: number;

  constructor(buffer: Buffer, start: number, end: number, msgId: number, positions: TextPositions) {
    this.buffer = buffer;
    this.start = start;
    this.end = end;
    this.msgId = msgId;
    this.#roomEnd = positions.roomEnd;
    this.#originEnd = positions.originEnd;
    this.#userEnd = positions.userEnd;
    this.#contentStart = positions.contentStart;
  }

  /** The whole frame as it came, end mark included. */
  get bytes(): Buffer {
    return this.buffer.subarray(this.start, this.end);
  }

  get room(): string {
    return this.buffer.toString('latin1', this.start + ROOM_OFFSET, this.#roomEnd);
  }

  get originHid(): string {
    return this.buffer.toString('latin1', this.#roomEnd + 1, this.#originEnd);
  }

  get originUser(): string {
    return this.buffer.toString('latin1', this.#originEnd + 1, this.#userEnd);
  }

  get content(): Buffer {
    return this.buffer.subarray(this.#contentStart, this.end - END_MARK_BYTES);
  }

  /** Compares the room byte by byte, without making a string of it. */
  isRoom(room: Uint8Array): boolean {
    return equalBytes(this.buffer, this.start + ROOM_OFFSET, this.#roomEnd, room);
  }

  /** Compares the originHID byte by byte, without making a string of it. */
  isOrigin(originHid: Uint8Array): boolean {
    return equalBytes(this.buffer, this.#roomEnd + 1, this.#originEnd, originHid);
  }
}

function equalBytes(buffer: Buffer, start: number, end: number, expected: Uint8Array): boolean {
  if (end - start !== expected.length) return false;
  for (let index = 0; index < expected.length; index += 1) {
    if (buffer[start + index] !== expected[index]) return false;
  }
  return true;
}
