/**
 * The requests of one connection, and what a KEEPALIVE spares the server: it is the very same J again and
 * again, mostly in a chunk of its own, so it is cut and read once, and its HID is computed once. A LIST looks
 * always the same. Nothing here changes an answer.
 */
import { decode } from '../protocol/decode.ts';
import { encode } from '../protocol/encode.ts';
import { FrameDecoder, type RawFrame } from '../protocol/frame-decoder.ts';
import type { ControlFrame, DepartFrame, JoinFrame } from '../protocol/frames.ts';
import { hashId } from '../protocol/hash-id.ts';

/** One request, as it was cut out of the bytes of a connection. */
export interface Request {
  /** All of it; of one that is too long its first 64 bytes. */
  readonly bytes: Buffer;
  /** Nothing where the bytes are no frame of the protocol. */
  readonly frame: ControlFrame | undefined;
  readonly isTooLong: boolean;
}

function alone(bytes: Buffer, frame: ControlFrame): readonly [Request] {
  return [{ bytes, frame, isTooLong: false }];
}

const LIST = alone(encode({ kind: 'LIST' }), { kind: 'LIST' });

/**
 * `Buffer.equals` without its call out of JavaScript, which costs more than so few bytes do. From behind: who
 * asks for the same room differs in the name and the address.
 */
function areSame(one: Buffer, other: Buffer): boolean {
  if (one.length !== other.length) return false;
  for (let at = one.length - 1; at >= 0; at -= 1) if (one[at] !== other[at]) return false;
  return true;
}

/** In memory of its own: a place in the pool of small Buffers would keep 8 KiB alive. */
function copyOf(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}

/** Cuts and reads the requests of one connection; the same J as before gives the same object as before. */
export class RequestReader {
  readonly #decoder: FrameDecoder;
  /**
   * The last J that has been read; its bytes are a copy, so that they don't keep the chunk alive they came
   * in.
   */
  #join: readonly [Request] | undefined;

  /** @param requestMaxBytes longest request that is read, end mark included. */
  constructor(requestMaxBytes: number) {
    this.#decoder = new FrameDecoder(requestMaxBytes, false);
  }

  /**
   * Takes the next chunk, and gives the requests that it has completed, in order. They may refer to its
   * memory: the caller MUST NOT change it afterwards.
   */
  push(chunk: Buffer): readonly Request[] {
    const known = this.#decoder.isBetweenFrames ? this.#known(chunk) : undefined;
    return known ?? this.#decoder.push(chunk).map((raw) => this.#read(raw));
  }

  #known(bytes: Buffer): readonly [Request] | undefined {
    if (areSame(LIST[0].bytes, bytes)) return LIST;
    return this.#join && areSame(this.#join[0].bytes, bytes) ? this.#join : undefined;
  }

  #read(raw: RawFrame): Request {
    if (raw.kind === 'MALFORMED')
      return { bytes: raw.sample, frame: undefined, isTooLong: raw.reason === 'too long' };
    const known = this.#known(raw.bytes);
    if (known) return known[0];
    const frame = raw.kind === 'CONTROL' ? decode(raw.bytes) : undefined;
    if (frame?.kind !== 'JOIN') return { bytes: raw.bytes, frame, isTooLong: false };
    this.#join = alone(copyOf(raw.bytes), frame);
    return this.#join[0];
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
