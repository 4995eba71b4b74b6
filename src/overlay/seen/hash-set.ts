/**
 * A set of 64-bit hashes in open addressing: 8 bytes each, in a table that doubles when half of it is full.
 * What is asked can be taken for contained by mistake with a probability of its size in 2^64.
 *
 * The hashes MUST be made with a seed that nobody else knows: else anybody could choose some that collide.
 */

const PLACES_MIN = 128;
const NUMBERS_PER_PLACE = 2;

/** Hashes are two signed 32-bit numbers; the first says where they lie, the second is never 0. */
export class HashSet {
  #table = new Int32Array(PLACES_MIN * NUMBERS_PER_PLACE);
  #size = 0;

  /** Hashes held. */
  get size(): number {
    return this.#size;
  }

  has(first: number, second: number): boolean {
    return this.#table[this.#placeOf(first, second) + 1] !== 0;
  }

  /** Adds a hash. Harmless for one that is contained. */
  add(first: number, second: number): void {
    const place = this.#placeOf(first, second);
    if (this.#table[place + 1] !== 0) return;
    this.#put(place, first, second);
    this.#size += 1;
    if (this.#size * NUMBERS_PER_PLACE * 2 > this.#table.length) this.#grow();
  }

  #put(place: number, first: number, second: number): void {
    this.#table[place] = first;
    this.#table[place + 1] = second;
  }

  /** Where this hash is, or would be. */
  #placeOf(first: number, second: number): number {
    const table = this.#table;
    const mask = table.length - 1;
    let place = (first * NUMBERS_PER_PLACE) & mask;
    while (table[place + 1] !== 0 && !(table[place] === first && table[place + 1] === second))
      place = (place + NUMBERS_PER_PLACE) & mask;
    return place;
  }

  #grow(): void {
    const smaller = this.#table;
    this.#table = new Int32Array(smaller.length * 2);
    for (let place = 0; place < smaller.length; place += NUMBERS_PER_PLACE) {
      const [first, second] = [smaller[place] as number, smaller[place + 1] as number];
      if (second !== 0) this.#put(this.#placeOf(first, second), first, second);
    }
  }
}
