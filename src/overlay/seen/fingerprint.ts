/**
 * Fingerprints of messages' contents: they tell two contents under one message ID apart (seen-cache.ts), and
 * never leave the program. xxHash (32 bit) with a seed of each process, so that nobody can choose contents
 * or origins that have the same one: four words at a time that do not wait for each other.
 *
 * A hash of our own, because one is made of each message that is relayed, of bytes where they lie in a chunk:
 * `node:crypto` takes 3 µs and several objects for each, and the whole relay of a message takes less than 1
 * µs.
 */

// As signed 32-bit numbers, like everything that is calculated with them.
const PRIME_1 = 0x9e3779b1 | 0;
const PRIME_2 = 0x85ebca77 | 0;
const PRIME_3 = 0xc2b2ae3d | 0;
const PRIME_4 = 0x27d4eb2f;
const PRIME_5 = 0x165667b1;
const WORD_BYTES = 4;
const STRIPE_BYTES = 16;

/** Makes fingerprints of parts of buffers; those of one buffer had better be asked one after the other. */
export class Fingerprints {
  readonly #seed: number;
  #bytes: Uint8Array | undefined;
  #view: DataView = new DataView(new ArrayBuffer(0));

  /** @param seed any 32-bit number; fingerprints of different seeds can't be compared. */
  constructor(seed: number) {
    this.#seed = seed | 0;
  }

  /**
   * The fingerprint of the bytes from `start` up to `end`.
   * @param end position behind the last of them.
   */
  of(bytes: Uint8Array, start = 0, end = bytes.length): number {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    return xxHash32(this.#view, start, end, this.#seed);
  }
}

function xxHash32(view: DataView, start: number, end: number, seed: number): number {
  let at = start;
  let hash = (seed + PRIME_5) | 0;
  if (end - start >= STRIPE_BYTES) {
    let first = (seed + PRIME_1 + PRIME_2) | 0;
    let second = (seed + PRIME_2) | 0;
    let third = seed;
    let fourth = (seed - PRIME_1) | 0;
    for (; at + STRIPE_BYTES <= end; at += STRIPE_BYTES) {
      first = lane(first, view.getInt32(at, true));
      second = lane(second, view.getInt32(at + WORD_BYTES, true));
      third = lane(third, view.getInt32(at + 2 * WORD_BYTES, true));
      fourth = lane(fourth, view.getInt32(at + 3 * WORD_BYTES, true));
    }
    hash = (rotated(first, 1) + rotated(second, 7) + rotated(third, 12) + rotated(fourth, 18)) | 0;
  }
  hash = (hash + (end - start)) | 0;
  for (; at + WORD_BYTES <= end; at += WORD_BYTES) {
    hash = Math.imul(rotated((hash + Math.imul(view.getInt32(at, true), PRIME_3)) | 0, 17), PRIME_4);
  }
  for (; at < end; at += 1) {
    hash = Math.imul(rotated((hash + Math.imul(view.getUint8(at), PRIME_5)) | 0, 11), PRIME_1);
  }
  hash = Math.imul(hash ^ (hash >>> 15), PRIME_2);
  hash = Math.imul(hash ^ (hash >>> 13), PRIME_3);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function lane(state: number, word: number): number {
  return Math.imul(rotated((state + Math.imul(word, PRIME_2)) | 0, 13), PRIME_1);
}

function rotated(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
