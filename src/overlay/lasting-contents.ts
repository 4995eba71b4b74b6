/**
 * Which contents have been seen under which message ID of whom, long after the recent memory has forgotten when: the
 * last so many, as 32-bit hashes in open addressing, two of 8 bytes each. What is asked can be taken for seen by mistake
 * with a probability of its size in 2^32, and is asked only where a message is doubtful anyway.
 *
 * Two generations, as in the seen-cache: when the young one is full it becomes the old one, and the old one is forgotten.
 */

const SLOTS_MIN = 256;
/** Stands for any content: a fingerprint has 32 bits. */
const ANY_CONTENT = 2 ** 32 + 1;
/** Slots for each hash that a full table holds: few collisions. */
const SLOTS_PER_HASH = 2;
const MULTIPLIER = 0x9e3779b1;

/** One message as a number. */
function hashOf(origin: number, msgId: number, fingerprint: number): number {
  let hash = Math.imul(origin ^ fingerprint, MULTIPLIER) ^ (fingerprint === ANY_CONTENT ? MULTIPLIER : 0);
  hash = Math.imul((hash ^ (hash >>> 15)) + msgId, MULTIPLIER);
  // Message IDs go up to 2^53.
  hash = Math.imul(hash ^ (hash >>> 13) ^ Math.floor(msgId / 0x1_0000_0000), MULTIPLIER);
  // 0 is an empty slot.
  return (hash ^ (hash >>> 16)) >>> 0 || 1;
}

class Table {
  #slots = new Uint32Array(SLOTS_MIN);
  #count = 0;

  has(hash: number): boolean {
    return this.#slots[this.#slotOf(hash)] === hash;
  }

  add(hash: number): void {
    const slot = this.#slotOf(hash);
    if (this.#slots[slot] === hash) return;
    this.#slots[slot] = hash;
    this.#count += 1;
    if (this.#count * SLOTS_PER_HASH > this.#slots.length) this.#grow();
  }

  /** Where this hash is, or would be. */
  #slotOf(hash: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (let found = this.#slots[slot]; found !== 0 && found !== hash; found = this.#slots[slot]) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #grow(): void {
    const hashes = this.#slots;
    this.#slots = new Uint32Array(hashes.length * 2);
    for (const hash of hashes) {
      if (hash !== 0) this.#slots[this.#slotOf(hash)] = hash;
    }
  }
}

/** The contents seen lately, as far back as the bound allows. */
export class LastingContents {
  readonly #max: number;
  #young = new Table();
  #old = new Table();
  #youngSize = 0;

  /** @param max contents remembered at most; half as many at least, once there were so many. */
  constructor(max: number) {
    this.#max = max;
  }

  /** @param origin a number that stands for the origin, such as the fingerprint of its HID. */
  has(origin: number, msgId: number, fingerprint: number): boolean {
    const hash = hashOf(origin, msgId, fingerprint);
    return this.#young.has(hash) || this.#old.has(hash);
  }

  /** True if any content was seen under this ID. */
  hasId(origin: number, msgId: number): boolean {
    return this.has(origin, msgId, ANY_CONTENT);
  }

  /** @param origin as in `has`. */
  add(origin: number, msgId: number, fingerprint: number): void {
    if (this.#youngSize >= Math.max(1, Math.floor(this.#max / 2))) {
      this.#old = this.#young;
      this.#young = new Table();
      this.#youngSize = 0;
    }
    this.#youngSize += 1;
    this.#young.add(hashOf(origin, msgId, ANY_CONTENT));
    this.#young.add(hashOf(origin, msgId, fingerprint));
  }
}
