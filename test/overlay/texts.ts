/** TEXTs as a link delivers them. */
import { encode } from '../../src/protocol/encode.ts';
import { Splitter } from '../../src/protocol/splitter.ts';
import { TextSlice } from '../../src/protocol/text-slice.ts';

/** A TEXT of alice unless told otherwise. */
export function text(room: string, originHid: string, msgId: number, content = 'hello'): TextSlice {
  const header = { room, originHid, originUser: 'alice', msgId };
  const [cut] = new Splitter(8_192).push(encode({ kind: 'TEXT', ...header, content: Buffer.from(content) }));
  if (!(cut instanceof TextSlice)) throw new Error('no TEXT');
  return cut;
}
