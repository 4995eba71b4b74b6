/** Framing: the decoder against one plain loop that finds the end marks, both in this process. */
import { PEER_LIMITS } from '../../src/limits/peer.ts';
import { FrameDecoder } from '../../src/protocol/frame-decoder.ts';
import { countFrames } from '../limits/framing.ts';
import { FIRST_ID, textsOf } from '../load/texts.ts';
import {
  atLeast,
  byTurns,
  compared,
  type Effort,
  medians,
  type Row,
  type RowGroup,
  scaled,
} from '../results/row.ts';

const BYTES = 64_000_000;
const FRAME_BYTES = [60, 500] as const;
/** What Node reads at once, and what an Ethernet segment carries. */
const CHUNK_BYTES = [65_536, 1_460] as const;

function chunksOf(bytes: Buffer, chunkBytes: number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) chunks.push(bytes.subarray(at, at + chunkBytes));
  return chunks;
}

/** Frames per second. @throws Error if not all of them are found. */
function timed(expected: number, count: () => number): number {
  const fromMs = performance.now();
  const found = count();
  const tookMs = performance.now() - fromMs;
  if (found !== expected) throw new Error(`${found} of ${expected} frames were found`);
  return (expected / tookMs) * 1_000;
}

async function measureOne(effort: Effort, chunkBytes: number, frameBytes: number): Promise<Row> {
  const frames = scaled(Math.floor(BYTES / frameBytes), effort);
  const chunks = chunksOf(textsOf(frames, frameBytes, FIRST_ID), chunkBytes);
  const split = async () =>
    timed(frames, () => {
      const decoder = new FrameDecoder(PEER_LIMITS.frameMaxBytes);
      let count = 0;
      for (const chunk of chunks) count += decoder.push(chunk).length;
      return count;
    });
  const pairs = await byTurns(effort, split, async () => timed(frames, () => countFrames(chunks)));
  const { program, limit } = medians(pairs, (perSecond) => perSecond);
  const millions = (perSecond: number) => (perSecond / 1e6).toFixed(1);
  return compared(
    `framing, ${frameBytes}-byte TEXTs in chunks of ${chunkBytes} bytes`,
    atLeast(0.8),
    pairs,
    (perSecond) => perSecond,
    `${millions(program)} of ${millions(limit)} million frames/s`,
  );
}

/** Framing. */
export const FRAMING: RowGroup = {
  name: 'framing',
  async *measure(effort) {
    for (const chunkBytes of CHUNK_BYTES) {
      for (const frameBytes of FRAME_BYTES) yield await measureOne(effort, chunkBytes, frameBytes);
    }
  },
};
