/**
 * Cuts what sets off on one direction of a connection at the borders of frames, so that one frame can be
 * steered by itself. Invariant: the bytes and their order stay as they are. From the first bytes on that are
 * no frame nothing is cut any more: each segment counts as one.
 */
import { FrameDecoder } from '../../../../protocol/frame-decoder.ts';
import type { Packet, Segment } from './packet.ts';

/** A list of 10,000 members has 0.6 MB: more is held to be no frame. */
const FRAME_MAX_BYTES = 4_194_304;

type Piece = Omit<Packet, 'dueMs'>;

/** See above. */
export class FrameCuts {
  readonly #decoder = new FrameDecoder(FRAME_MAX_BYTES);
  readonly #nextNumber: () => number;
  #isLost = false;
  /** The number of the frame that has begun. */
  #frame = 0;
  #hasBegun = false;

  /** @param nextNumber the number of the next frame. */
  constructor(nextNumber: () => number) {
    this.#nextNumber = nextNumber;
  }

  /** The parts of a segment, in order. */
  cut(segment: Segment): readonly Piece[] {
    if (segment.kind !== 'data' || segment.bytes.length === 0) return [this.#whole(segment)];
    const ends = this.#isLost ? undefined : this.#endsIn(segment.bytes);
    if (!ends) return [this.#whole(segment)];
    const pieces: Piece[] = [];
    let from = 0;
    for (const end of ends) {
      pieces.push(this.#piece(segment.bytes.subarray(from, end), true));
      from = end;
    }
    if (from < segment.bytes.length) pieces.push(this.#piece(segment.bytes.subarray(from), false));
    return pieces;
  }

  /** Where frames end in these bytes; nothing where they are none. */
  #endsIn(bytes: Buffer): readonly number[] | undefined {
    let end = -this.#decoder.pendingBytes;
    const ends: number[] = [];
    for (const frame of this.#decoder.push(bytes)) {
      if (frame.kind === 'MALFORMED') {
        this.#isLost = true;
        return undefined;
      }
      end += frame.bytes.length;
      ends.push(end);
    }
    return ends;
  }

  #piece(bytes: Buffer, isLast: boolean): Piece {
    const isFirst = !this.#hasBegun;
    if (isFirst) this.#frame = this.#nextNumber();
    this.#hasBegun = !isLast;
    return { segment: { kind: 'data', bytes }, frame: this.#frame, isFirst, isLast, isHeld: false };
  }

  #whole(segment: Segment): Piece {
    return { segment, frame: this.#nextNumber(), isFirst: true, isLast: true, isHeld: false };
  }
}
