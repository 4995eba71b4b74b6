/**
 * TEXTs written by hand, for what remembers and sends them again: several in one chunk, as a link delivers
 * them.
 */
import { FrameDecoder } from '../../src/protocol/frame-decoder.ts';
import { TextSlice } from '../../src/protocol/text/text-slice.ts';

/** What a test says of one message. */
export interface Said {
  readonly hid: string;
  readonly msgId: number;
  readonly content?: string;
}

/** The frame on the wire, in ASCII. */
export function wireOf({ hid, msgId, content = 'hello' }: Said): string {
  return `T:room:${hid}:user${hid}:${msgId}:${content.length}:${content}::\r\n`;
}

/** These messages as they come in one chunk. */
export function chunkOf(...said: readonly Said[]): TextSlice[] {
  const rawFrames = new FrameDecoder(8_192).push(Buffer.from(said.map(wireOf).join(''), 'latin1'));
  return rawFrames.map((raw) => {
    if (!(raw instanceof TextSlice)) throw new Error('no TEXT');
    return raw;
  });
}
