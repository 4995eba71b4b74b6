/**
 * The one RxJS operator between a connection's bytes and whoever reads frames of a peer (its links, its
 * room-server connection; the room server's sessions have `request-reader.ts`). One array a chunk, never one
 * emission a frame: that is what keeps a relay at the speed of a plain function.
 */
import { defer, filter, map, type OperatorFunction } from 'rxjs';
import { FrameDecoder, type RawFrame } from '../protocol/frame-decoder.ts';

/**
 * Cuts a stream of chunks into frames: emits what each chunk has completed, in order, and nothing for a chunk
 * that completes none. Every subscription has a decoder of its own.
 * @param maxFrameBytes longest frame that is accepted, end mark included; a longer one is malformed.
 * @param carriesText false on the connection to the room server, where no TEXT ever comes.
 */
export function toRawFrames(maxFrameBytes: number, carriesText = true): OperatorFunction<Buffer, RawFrame[]> {
  return (chunks) =>
    defer(() => {
      const decoder = new FrameDecoder(maxFrameBytes, carriesText);
      return chunks.pipe(
        map((chunk) => decoder.push(chunk)),
        filter((rawFrames) => rawFrames.length > 0),
      );
    });
}
