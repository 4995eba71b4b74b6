/**
 * Which contents have been seen under which message ID of whom, long after the recent memory has forgotten
 * when: the last so many, as 32-bit hashes in open addressing, two of 8 bytes each. What is asked can be
 * taken for seen by mistake with a probability of its size in 2^32, and is asked only where a message is
 * undecided anyway.
 *
 * Every message is added and hardly any is asked for, so adding is what has to be fast: IDs that follow each
 * other lie beside each other in memory, and a full table is not copied into a bigger one but kept, and a
 * bigger one put beside it.
 *
 * Two generations, as in the seen-cache: when the young one is full it becomes the old one, and the old one
 * is forgotten; its tables are used again.
 */
import { highHalf, MULTIPLIER, mixed } from './mixed.ts';

const SLOTS_MIN = 256;
const SLOTS_MAX = 262_144;
/** Slots for each hash that a full table holds: few collisions. */
const SLOTS_PER_HASH = 2;
/**
 * IDs that share a piece of memory, and the slots that each begins with: as many as its two hashes need, and
 * as many.
 */
const IDS_PER_PIECE = 4;
const SLOTS_PER_ID = 4;

/** A number below 2^53 of this origin. */
function hashOf(origin: number, number: number): number {
  return mixed(mixed(origin ^ highHalf(number)) + (number | 0));
}

/** What is known of one message: where it lies, its ID's hash, and that of its content under this ID. */
interface Place {
  readonly slot: number;
  readonly id: number;
}

function placeOf(origin: number, msgId: number): Place {
  const piece = Math.floor(msgId / IDS_PER_PIECE);
  const idInPieces = Math.imul(hashOf(~origin, piece), IDS_PER_PIECE) + (msgId % IDS_PER_PIECE);
  // 0 is an empty slot.
  return { slot: Math.imul(idInPieces, SLOTS_PER_ID), id: hashOf(origin, msgId) || 1 };
}

function contentOf({ id }: Place, fingerprint: number): number {
  return mixed(id ^ Math.imul(fingerprint, MULTIPLIER)) || 1;
}

class Table {
  readonly #slots: Int32Array;
  #count = 0;

  constructor(slots: number) {
    this.#slots = new Int32Array(slots);
  }

  get slots(): number {
    return this.#slots.length;
  }

  get isFull(): boolean {
    return this.#count * SLOTS_PER_HASH >= this.#slots.length;
  }

  clear(): void {
    this.#slots.fill(0);
    this.#count = 0;
  }

  has(from: number, hash: number): boolean {
    return this.#slots[this.#slotOf(from, hash)] === hash;
  }

  add(from: number, hash: number): void {
    const slot = this.#slotOf(from, hash);
    if (this.#slots[slot] === hash) return;
    this.#slots[slot] = hash;
    this.#count += 1;
  }

  /** Where this hash is, or would be. */
  #slotOf(from: number, hash: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = from & mask;
    for (let found = slots[slot]; found !== 0 && found !== hash; found = slots[slot])
      slot = (slot + 1) & mask;
    return slot;
  }
}

/** Tables that hold one generation. */
class Generation {
  readonly #tables = [new Table(SLOTS_MIN)];
  /** The last of those that hold anything; what is behind it waits to be used again. */
  #newest = 0;
  size = 0;

  has(from: number, hash: number): boolean {
    return this.#tables.some((table) => table.has(from, hash));
  }

  add(place: Place, fingerprint: number): void {
    const table = this.#table();
    table.add(place.slot, place.id);
    table.add(place.slot, contentOf(place, fingerprint));
    this.size += 1;
  }

  clear(): void {
    for (const table of this.#tables) table.clear();
    this.#newest = 0;
    this.size = 0;
  }

  /** One with space. */
  #table(): Table {
    const newest = this.#tables[this.#newest] as Table;
    if (!newest.isFull) return newest;
    this.#newest += 1;
    const next = this.#tables[this.#newest] ?? new Table(Math.min(newest.slots * 2, SLOTS_MAX));
    this.#tables[this.#newest] = next;
    return next;
  }
}

/** The contents seen lately, as far back as the bound allows. */
export class LastingContents {
  readonly #generationMax: number;
  #young = new Generation();
  #old = new Generation();

  /** @param max contents remembered at most; half as many at least, once there were so many. */
  constructor(max: number) {
    this.#generationMax = Math.max(1, Math.floor(max / 2));
  }

  /** @param origin a number that stands for the origin, such as the fingerprint of its HID. */
  has(origin: number, msgId: number, fingerprint: number): boolean {
    const place = placeOf(origin, msgId);
    return this.#has(place, contentOf(place, fingerprint));
  }

  /** True if any content was seen under this ID. */
  hasId(origin: number, msgId: number): boolean {
    const place = placeOf(origin, msgId);
    return this.#has(place, place.id);
  }

  /** @param origin as in `has`. */
  add(origin: number, msgId: number, fingerprint: number): void {
    if (this.#young.size >= this.#generationMax) {
      const forgotten = this.#old;
      forgotten.clear();
      this.#old = this.#young;
      this.#young = forgotten;
    }
    this.#young.add(placeOf(origin, msgId), fingerprint);
  }

  #has({ slot }: Place, hash: number): boolean {
    return this.#young.has(slot, hash) || this.#old.has(slot, hash);
  }
}
