/**
 * The limit of framing: one plain loop that looks for the end mark with `indexOf`. It takes any end mark for
 * a frame's end, which TEXTs forbid, reads no field, and keeps of each frame nothing but where it lies.
 */
import { END_MARK } from '../../src/protocol/frames.ts';

const END = Buffer.from(END_MARK, 'latin1');

/** Cuts a stream of chunks into frames. @returns how many there were. */
export function countFrames(chunks: readonly Buffer[]): number {
  let count = 0;
  let carry: Buffer | undefined;
  for (const chunk of chunks) {
    const bytes: Buffer = carry ? Buffer.concat([carry, chunk]) : chunk;
    const frames: number[] = [];
    let at = 0;
    for (let mark = bytes.indexOf(END); mark >= 0; mark = bytes.indexOf(END, at)) {
      frames.push(at);
      at = mark + END.length;
    }
    carry = at < bytes.length ? bytes.subarray(at) : undefined;
    count += frames.length;
  }
  return count;
}
