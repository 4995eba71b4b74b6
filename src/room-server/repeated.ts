/**
 * What a KEEPALIVE spares the server: it is the very same J again and again, so it is read once, and its HID is
 * computed once. Nothing here changes an answer.
 */
import { decode } from '../protocol/decode.ts';
import type { ControlFrame, DepartFrame, JoinFrame } from '../protocol/frames.ts';
import { hashId } from '../protocol/hash-id.ts';

/** Reads the requests of one connection; the same bytes as before give the same object as before. */
export class RepeatedReader {
  #bytes: Buffer | undefined;
  #frame: ControlFrame | undefined;

  /** As `decode`. */
  read(bytes: Buffer): ControlFrame | undefined {
    if (this.#bytes?.equals(bytes)) return this.#frame;
    const frame = decode(bytes);
    if (frame?.kind !== 'JOIN') return frame;
    // A copy: the bytes are a part of the chunk that they came in, which is not to be kept alive by them.
    this.#bytes = Buffer.from(bytes);
    this.#frame = frame;
    return frame;
  }
}

const hids = new WeakMap<JoinFrame | DepartFrame, string>();

/** The HID of who is named in a request. */
export function hidOf(frame: JoinFrame | DepartFrame): string {
  const known = hids.get(frame);
  if (known !== undefined) return known;
  const hid = hashId(frame.user, frame.ip, frame.port);
  hids.set(frame, hid);
  return hid;
}
