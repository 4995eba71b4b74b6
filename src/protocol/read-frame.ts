/** One frame out of bytes that are no stream. */
import { decode } from './decode.ts';
import { FrameDecoder } from './frame-decoder.ts';
import type { ControlFrame } from './frames.ts';
import type { TextSlice } from './text/text-slice.ts';

/**
 * The first frame of these bytes, of any kind: for whoever has the bytes of one frame, and no stream.
 * @returns `undefined` where they begin with no whole frame of the protocol.
 */
export function readFrame(bytes: Buffer): TextSlice | ControlFrame | undefined {
  const [raw] = new FrameDecoder(bytes.length + 1).push(bytes);
  if (raw === undefined || raw.kind === 'MALFORMED') return undefined;
  return raw.kind === 'TEXT' ? raw : decode(raw.bytes);
}
