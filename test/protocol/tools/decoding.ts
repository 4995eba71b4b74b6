/** Running the decoder over chunks, and and raw frames in a form that compares. */
import { decode } from '../../../src/protocol/decode.ts';
import { FrameDecoder, type RawFrame } from '../../../src/protocol/frame-decoder.ts';
import type { Frame } from '../../../src/protocol/frames.ts';

/** Characters to bytes, one for one. */
export function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

/** Pushes the chunks one after another and gathers what comes out. */
export function decodeChunks(chunks: readonly Buffer[], maxFrameBytes: number): RawFrame[] {
  const decoder = new FrameDecoder(maxFrameBytes);
  return chunks.flatMap((chunk) => decoder.push(chunk));
}

/**
 * Kind and bytes of a raw frame; of a malformed one kind and reason, because its sample depends on the
 * chunks.
 */
export function describeRaw(raw: RawFrame): string {
  return `${raw.kind} ${raw.kind === 'MALFORMED' ? raw.reason : raw.bytes.toString('latin1')}`;
}

/** Every byte in a chunk of its own. */
export function byteByByte(stream: Buffer): Buffer[] {
  return Array.from(stream, (byte) => Buffer.of(byte));
}

/** The frame that a raw one holds, as plain data; `undefined` where it holds none. */
export function readRaw(raw: RawFrame): Frame | undefined {
  if (raw.kind === 'MALFORMED') return undefined;
  if (raw.kind === 'CONTROL') return decode(raw.bytes);
  const { room, originHid, originUser, msgId, content } = raw;
  return plain({ kind: 'TEXT', room, originHid, originUser, msgId, content });
}

/** The frame with its content as a Buffer, so that frames compare whatever their content came in. */
export function plain(frame: Frame): Frame {
  return frame.kind === 'TEXT' ? { ...frame, content: Buffer.from(frame.content) } : frame;
}
