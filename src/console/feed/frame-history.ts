/**
 * The newest frames of all peers of a console. They come in batches and are kept so: the buffers that hold
 * them, and where in them each one lies. What a frame means is read only when somebody looks, for most are
 * never seen.
 *
 * Invariants: what is kept holds less than twice the memory that would be shown of it, and the rest of the
 * oldest buffer (a frame is a view on the chunk that it came in, many times its size: it is copied where it
 * would hold that alone); no object is made for a single frame.
 */

import type { FrameView } from '../../protocol/frame-view.ts';
import type { ConsoleLimits } from '../limits.ts';
import type { Party } from './messages.ts';
import type { Counted } from './peer-rings.ts';

/** What the frames of a batch have in common. */
export interface FramesOrigin {
  readonly peer: string;
  readonly atMs: number;
  readonly direction: 'in' | 'out';
  readonly party: Party;
  readonly via: string;
}

/** What is remembered of a frame. */
export interface KeptFrame extends Counted, FramesOrigin {
  /** Its beginning, at most `frameShownMaxBytes`. */
  readonly beginning: Buffer;
  /** Length of all of it, in bytes. */
  readonly size: number;
}

/** Frames of one batch that lie in one buffer. */
interface Segment {
  readonly origin: FramesOrigin;
  readonly first: number;
  readonly last: number;
  readonly buffer: Buffer;
}

/** See above. */
export class FrameHistory {
  readonly #max: number;
  readonly #shownMaxBytes: number;
  /** By serial, modulo `#max`: where the frame begins in its segment's buffer, and its length. */
  readonly #starts: Uint32Array;
  readonly #sizes: Uint32Array;
  /** By their own count, modulo `#max`: each kept one has a kept frame, so there are never more. */
  readonly #segments: (Segment | undefined)[] = [];
  #oldest = 0;
  #next = 0;
  #last = 0;

  constructor({ framesMax, frameShownMaxBytes }: Pick<ConsoleLimits, 'framesMax' | 'frameShownMaxBytes'>) {
    this.#max = framesMax;
    this.#shownMaxBytes = frameShownMaxBytes;
    this.#starts = new Uint32Array(framesMax);
    this.#sizes = new Uint32Array(framesMax);
  }

  /** Serial of the newest, counted from 1; 0 before the first. */
  get last(): number {
    return this.#last;
  }

  /** Keeps a batch; its memory MUST NOT change afterwards. */
  add(origin: FramesOrigin, frames: readonly FrameView[]): void {
    // Those that would give way to others of their own batch are only counted.
    const skipped = Math.max(0, frames.length - this.#max);
    this.#last += skipped;
    for (let from = skipped; from < frames.length; ) from = this.#addSegment(origin, frames, from);
  }

  /** The first `count` of those behind `serial` that are still kept, in order. */
  after(serial: number, count: number): KeptFrame[] {
    const kept: KeptFrame[] = [];
    let next = Math.max(serial, this.#last - this.#max) + 1;
    const end = Math.min(this.#last + 1, next + count);
    for (let number = this.#oldest; next < end; number += 1) {
      const segment = this.#segments[number % this.#max] as Segment;
      for (; next < end && next <= segment.last; next += 1) kept.push(this.#frame(segment, next));
    }
    return kept;
  }

  /** Keeps the frames from `from` on that lie in one buffer. @returns the index of the next. */
  #addSegment(origin: FramesOrigin, frames: readonly FrameView[], from: number): number {
    const { buffer } = frames[from] as FrameView;
    const first = this.#last + 1;
    let shownBytes = 0;
    let index = from;
    for (; index < frames.length; index += 1) {
      const frame = frames[index] as FrameView;
      if (frame.buffer !== buffer) break;
      const size = frame.end - frame.start;
      this.#last += 1;
      this.#starts[this.#last % this.#max] = frame.start;
      this.#sizes[this.#last % this.#max] = size;
      shownBytes += Math.min(size, this.#shownMaxBytes);
    }
    this.#forgetOldest();
    const held = this.#unpinned(buffer, first, shownBytes);
    this.#segments[this.#next % this.#max] = { origin, first, last: this.#last, buffer: held };
    this.#next += 1;
    return index;
  }

  /** Lets segments go of which no frame is kept any more. */
  #forgetOldest(): void {
    while (this.#oldest < this.#next) {
      const place = this.#oldest % this.#max;
      if ((this.#segments[place] as Segment).last > this.#last - this.#max) return;
      this.#segments[place] = undefined;
      this.#oldest += 1;
    }
  }

  /**
   * The buffer, or where it would hold too much a copy of what is shown of the newest frames, from `first`
   * on.
   */
  #unpinned(buffer: Buffer, first: number, shownBytes: number): Buffer {
    if (shownBytes * 2 > buffer.buffer.byteLength) return buffer;
    // Not out of Node's pool, which would be held by it in turn.
    const copy = Buffer.allocUnsafeSlow(shownBytes);
    let at = 0;
    for (let serial = first; serial <= this.#last; serial += 1) {
      const place = serial % this.#max;
      const start = this.#starts[place] as number;
      this.#starts[place] = at;
      at += buffer.copy(copy, at, start, start + this.#shownBytes(place));
    }
    return copy;
  }

  #shownBytes(place: number): number {
    return Math.min(this.#sizes[place] as number, this.#shownMaxBytes);
  }

  #frame({ origin, buffer }: Segment, serial: number): KeptFrame {
    const place = serial % this.#max;
    const start = this.#starts[place] as number;
    const beginning = buffer.subarray(start, start + this.#shownBytes(place));
    return { ...origin, serial, beginning, size: this.#sizes[place] as number };
  }
}
