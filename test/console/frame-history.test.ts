/** The newest frames, kept in batches: what is given back, and what it holds in memory. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameHistory } from '../../src/console/feed/frame-history.ts';
import type { FrameView } from '../../src/protocol/frame-view.ts';

/** What lies in one chunk: frames of these sizes, each behind a gap. */
interface Chunk {
  readonly pieces: readonly { readonly gap: number; readonly size: number }[];
  readonly behind: number;
}

const chunks = fc.record({
  pieces: fc.array(fc.record({ gap: fc.nat(9), size: fc.nat(9) }), { minLength: 1, maxLength: 12 }),
  behind: fc.constantFrom(0, 5, 100),
});
const batches = fc.array(fc.array(chunks, { minLength: 1, maxLength: 3 }), { maxLength: 8 });

/** The frames of a chunk; bytes are told apart by where they lie. */
function framesOf({ pieces, behind }: Chunk, isPooled: boolean): FrameView[] {
  const length = pieces.reduce((sum, { gap, size }) => sum + gap + size, behind);
  const buffer = isPooled ? Buffer.allocUnsafeSlow(length + 7).subarray(7) : Buffer.allocUnsafeSlow(length);
  for (let at = 0; at < length; at += 1) buffer[at] = at;
  let at = 0;
  return pieces.map(({ gap, size }) => {
    const start = at + gap;
    at = start + size;
    return { buffer, start, end: at, bytes: buffer.subarray(start, at) };
  });
}

const LIMITS = fc.record({
  framesMax: fc.integer({ min: 1, max: 12 }),
  frameShownMaxBytes: fc.integer({ min: 1, max: 10 }),
});
const ORIGIN = {
  peer: 'peer-1',
  direction: 'in',
  party: { kind: 'room server' },
  via: 'room server',
} as const;

test('gives what an array of all frames would, as far as they are kept, and holds little more than that', () => {
  fc.assert(
    fc.property(
      LIMITS,
      batches,
      fc.boolean(),
      fc.nat(50),
      fc.nat(10),
      (limits, given, isPooled, behind, count) => {
        const history = new FrameHistory(limits);
        const all: object[] = [];
        let longestChunk = 0;
        for (const [atMs, batch] of given.entries()) {
          const origin = { ...ORIGIN, atMs };
          const frames = batch.flatMap((chunk) => framesOf(chunk, isPooled));
          history.add(origin, frames);
          for (const { bytes } of frames) {
            const shown = {
              beginning: [...bytes.subarray(0, limits.frameShownMaxBytes)],
              size: bytes.length,
            };
            all.push({ ...origin, serial: all.length + 1, ...shown });
          }
          longestChunk = Math.max(longestChunk, ...frames.map(({ buffer }) => buffer.buffer.byteLength));
        }
        expect(history.last).toBe(all.length);
        const plain = (from: number, most: number) =>
          history.after(from, most).map((frame) => ({ ...frame, beginning: [...frame.beginning] }));
        const firstKept = Math.max(0, all.length - limits.framesMax);
        expect(plain(behind, count)).toEqual(all.slice(Math.max(behind, firstKept)).slice(0, count));
        expect(plain(0, all.length)).toEqual(all.slice(firstKept));

        const kept = history.after(0, all.length);
        const shownBytes = kept.reduce((sum, { beginning }) => sum + beginning.length, 0);
        const held = new Set(kept.map(({ beginning }) => beginning.buffer));
        const heldBytes = [...held].reduce((sum, { byteLength }) => sum + byteLength, 0);
        // Of the oldest chunk all may be held for the last of its frames.
        expect(heldBytes).toBeLessThanOrEqual(2 * shownBytes + longestChunk);
      },
    ),
    { numRuns: 500 },
  );
});

test('a short frame out of a long chunk lets go of the chunk', () => {
  const history = new FrameHistory({ framesMax: 10, frameShownMaxBytes: 100 });
  const buffer = Buffer.alloc(65_536);
  history.add({ ...ORIGIN, atMs: 0 }, [
    { buffer, start: 1_000, end: 1_060, bytes: buffer.subarray(1_000, 1_060) },
  ]);
  expect(history.after(0, 1)[0]?.beginning.buffer.byteLength).toBe(60);
});
