/**
 * Fingerprints of messages' contents: they tell two contents under one message ID apart (seen-cache.ts), and never leave
 * the program. MurmurHash3 (x86, 32 bit, seed 0), four bytes at a time, because one is made of every message that comes.
 */

// As signed 32-bit numbers, like everything that is calculated with them.
const MIX_FIRST = 0xcc9e2d51 | 0;
const MIX_SECOND = 0x1b873593;
const ADDED = 0xe6546b64 | 0;
const FINISH_FIRST = 0x85ebca6b | 0;
const FINISH_SECOND = 0xc2b2ae35 | 0;
const WORD_BYTES = 4;
const BYTE_BITS = 8;

/** Makes fingerprints of parts of buffers; those of one buffer had better be asked one after the other. */
export class Fingerprints {
  #bytes: Uint8Array | undefined;
  #view: DataView = new DataView(new ArrayBuffer(0));

  /**
   * The fingerprint of the bytes from `start` up to `end`.
   * @param end position behind the last of them.
   */
  of(bytes: Uint8Array, start = 0, end = bytes.length): number {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    return murmurHash3(this.#view, start, end);
  }
}

function murmurHash3(view: DataView, start: number, end: number): number {
  let hash = 0;
  let at = start;
  for (; at + WORD_BYTES <= end; at += WORD_BYTES) {
    hash ^= mixed(view.getInt32(at, true));
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + ADDED) | 0;
  }
  let rest = 0;
  for (let shift = 0; at < end; at += 1, shift += BYTE_BITS) rest |= view.getUint8(at) << shift;
  hash ^= mixed(rest);
  hash ^= end - start;
  hash = Math.imul(hash ^ (hash >>> 16), FINISH_FIRST);
  hash = Math.imul(hash ^ (hash >>> 13), FINISH_SECOND);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function mixed(word: number): number {
  const first = Math.imul(word, MIX_FIRST);
  return Math.imul((first << 15) | (first >>> 17), MIX_SECOND);
}
