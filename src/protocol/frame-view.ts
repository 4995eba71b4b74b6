/** A frame where it lies in memory: most are read where they came in, and never copied. */

/** One frame, end mark included. */
export interface FrameView {
  readonly buffer: Buffer;
  /** Position of its first byte in `buffer`. */
  readonly start: number;
  /** Position behind its last byte. */
  readonly end: number;
  /** The frame alone: a new object at every look for one that lies among others. */
  readonly bytes: Buffer;
}

/** The view of a frame that has a Buffer of its own. */
export function viewOfWhole(bytes: Buffer): FrameView {
  return { buffer: bytes, start: 0, end: bytes.length, bytes };
}
