/** TEXTs as a link delivers them. */

import { encode } from '../../../src/protocol/encode.ts';
import { readFrame } from '../../../src/protocol/read-frame.ts';
import type { TextSlice } from '../../../src/protocol/text/text-slice.ts';

/** A TEXT of alice unless told otherwise. */
export function text(room: string, originHid: string, msgId: number, content = 'hello'): TextSlice {
  const header = { room, originHid, originUser: 'alice', msgId };
  const frame = readFrame(encode({ kind: 'TEXT', ...header, content: Buffer.from(content) }));
  if (frame?.kind !== 'TEXT') throw new Error('no TEXT');
  return frame;
}
