/**
 * A TEXT frame as it lies in the received bytes. Only the header's positions and the numeric msgID are read
 * when it is cut; the fields are decoded when somebody asks, and the bytes that came in are the bytes that go
 * out.
 */
import type { FrameView } from '../frame-view.ts';
import { END_MARK, type TextFrame } from '../frames.ts';
import type { TextHeader } from './text-header.ts';

const END_MARK_BYTES = END_MARK.length;

/** A received TEXT frame: a view on the chunk that it came in, never a copy. */
export class TextSlice implements TextFrame, FrameView {
  readonly kind = 'TEXT';
  readonly buffer: Buffer;
  /** Position of the `T`. */
  readonly start: number;
  /** Position behind the end mark. */
  readonly end: number;
  readonly msgId: number;
  /** Room and origin; TEXTs of one origin that come one after the other have the same object. */
  readonly header: TextHeader;
  /** Position of the content's first byte. */
  readonly contentStart: number;

  constructor(
    buffer: Buffer,
    start: number,
    end: number,
    msgId: number,
    header: TextHeader,
    contentStart: number,
  ) {
    this.buffer = buffer;
    this.start = start;
    this.end = end;
    this.msgId = msgId;
    this.header = header;
    this.contentStart = contentStart;
  }

  /** The whole frame, end mark included. */
  get bytes(): Buffer {
    return this.buffer.subarray(this.start, this.end);
  }

  get room(): string {
    return this.header.room;
  }

  get originHid(): string {
    return this.header.originHid;
  }

  get originUser(): string {
    return this.header.originUser;
  }

  get content(): Buffer {
    return this.buffer.subarray(this.contentStart, this.contentEnd);
  }

  /** Position behind the content's last byte. */
  get contentEnd(): number {
    return this.end - END_MARK_BYTES;
  }

  /** The content as text; what is no UTF-8 in it becomes U+FFFD. */
  get contentText(): string {
    // No name of an encoding: Node would look it up in a table every time.
    return this.buffer.toString(undefined, this.contentStart, this.end - END_MARK_BYTES);
  }
}

/**
 * A TEXT whose length was the number of its characters, as it should have been. Its bytes are the mended
 * ones, because what is passed on has to be read by others.
 */
export class RepairedTextSlice extends TextSlice {
  /** The frame as it came, in memory of its own. */
  readonly original: Buffer;

  constructor(text: TextSlice, original: Buffer) {
    super(text.buffer, text.start, text.end, text.msgId, text.header, text.contentStart);
    this.original = original;
  }
}
