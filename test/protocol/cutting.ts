/** Running the splitter over chunks, and frames and cuts in a form that compares. */
import { decode } from '../../src/protocol/decode.ts';
import type { Frame } from '../../src/protocol/frames.ts';
import { type Cut, Splitter } from '../../src/protocol/splitter.ts';

/** Characters to bytes, one for one. */
export function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

/** Pushes the chunks one after another and gathers what comes out. */
export function cutChunks(chunks: readonly Buffer[], maxFrameBytes: number): Cut[] {
  const splitter = new Splitter(maxFrameBytes);
  return chunks.flatMap((chunk) => splitter.push(chunk));
}

/** Kind and bytes of a cut; of a malformed one kind and reason, because its sample depends on the chunks. */
export function describeCut(cut: Cut): string {
  return `${cut.kind} ${cut.kind === 'MALFORMED' ? cut.reason : cut.bytes.toString('latin1')}`;
}

/** Every byte in a chunk of its own. */
export function byteByByte(stream: Buffer): Buffer[] {
  return Array.from(stream, (byte) => Buffer.of(byte));
}

/** The frame that a cut holds, as plain data; `undefined` where it holds none. */
export function readCut(cut: Cut): Frame | undefined {
  if (cut.kind === 'MALFORMED') return undefined;
  if (cut.kind === 'CONTROL') return decode(cut.bytes);
  const { room, originHid, originUser, msgId, content } = cut;
  return plain({ kind: 'TEXT', room, originHid, originUser, msgId, content });
}

/** The frame with its content as a Buffer, so that frames compare whatever their content came in. */
export function plain(frame: Frame): Frame {
  return frame.kind === 'TEXT' ? { ...frame, content: Buffer.from(frame.content) } : frame;
}
