/// <reference types="node" preserve="true" />
/** `p2pchat/protocol`: the wire, without any peer: frames, bytes to frames, frames to bytes, Hash IDs. */
export { decode } from '../protocol/decode.ts';
export { encode } from '../protocol/encode.ts';
export { UnencodableFrameError } from '../protocol/errors.ts';
export { FrameDecoder, type RawFrame } from '../protocol/frame-decoder.ts';
export {
  type ControlFrame,
  describeFrame,
  END_MARK,
  type Frame,
  type TextFrame,
} from '../protocol/frames.ts';
export { compareHashIds, hashId, sdbm } from '../protocol/hash-id.ts';
export { isName, NAME_MAX_CHARACTERS } from '../protocol/names.ts';
export { readFrame } from '../protocol/read-frame.ts';
