/**
 * The one RxJS operator between a connection's bytes and whoever reads frames of a peer (its links, its
 * room-server connection; the room server's sessions have `request-reader.ts`). One array a chunk, never one
 * emission a frame: that is what keeps a relay at the speed of a plain function.
 */
import { defer, filter, map, type OperatorFunction } from 'rxjs';
import { type Cut, Splitter } from '../protocol/splitter.ts';

/**
 * Cuts a stream of chunks into frames: emits what each chunk has completed, in order, and nothing for a chunk
 * that completes none. Every subscription has a splitter of its own.
 * @param maxFrameBytes longest frame that is accepted, end mark included; a longer one is a malformed cut.
 * @param carriesText false on the connection to the room server, where no TEXT ever comes.
 */
export function cutFrames(maxFrameBytes: number, carriesText = true): OperatorFunction<Buffer, Cut[]> {
  return (chunks) =>
    defer(() => {
      const splitter = new Splitter(maxFrameBytes, carriesText);
      return chunks.pipe(
        map((chunk) => splitter.push(chunk)),
        filter((cuts) => cuts.length > 0),
      );
    });
}
